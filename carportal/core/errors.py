"""The one family of application errors; `core.middleware` turns an escaped one into a page."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise


class DomainError(Exception):
    """A rule was not met; `message` is a sentence its reader understands and can act on."""

    status = 400

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message


class NotAllowed(DomainError):
    """The actor sees the object but may not do this to it."""

    status = 403


class Conflict(DomainError):
    """Somebody was faster, or what the request was based on has changed since."""

    status = 409


class InvalidInput(DomainError):
    """Input that cannot be taken; `fields` maps a field's name to its sentences."""

    def __init__(
        self, message: str | Promise, fields: Mapping[str, Sequence[str | Promise]] | None = None
    ) -> None:
        super().__init__(message)
        self.fields = dict(fields or {})


class Unavailable(DomainError):
    """A part that this needs (PDF engine, storage) is missing or down; the message says which."""

    status = 503
