"""The secret of a mail's own link to its choices, derived from its row by signing: it names nobody, and is good for ever."""

from uuid import UUID

from django.core.signing import BadSignature, Signer

_SALT = "carportal.core.mail"


def mail_token(delivery_id: UUID) -> str:
    return Signer(salt=_SALT, sep=".").sign(delivery_id.hex)


def delivery_id_of(token: str) -> UUID | None:
    """The mail that the token was derived from; None for any other text."""
    try:
        return UUID(hex=Signer(salt=_SALT, sep=".").unsign(token))
    except (BadSignature, ValueError):
        return None
