"""Between forms and services: what a service refused, beside its field and as a status, and ids out of a form."""

from collections.abc import Iterable
from uuid import UUID

from django import forms

from carportal.core.errors import DomainError, InvalidInput


def add_errors(form: forms.Form, error: DomainError) -> None:
    """The error's sentences at their fields; what has no field here stands for the form as a whole."""
    by_field = error.fields if isinstance(error, InvalidInput) else {}
    known = {name: sentences for name, sentences in by_field.items() if name in form.fields}
    for name, sentences in known.items():
        for sentence in sentences:
            form.add_error(name, str(sentence))
    if not known:
        form.add_error(None, str(error.message))


def status_of(error: DomainError | None) -> int:
    """What is wrong with a field is said on the page itself, as any form says it."""
    return 200 if error is None or isinstance(error, InvalidInput) else error.status


def ids_of(values: Iterable[str]) -> set[UUID]:
    """Those of the values that are ids; a form that was tampered with names nothing."""
    found = set()
    for value in values:
        try:
            found.add(UUID(value))
        except ValueError:
            continue
    return found
