"""The secret of an invitation's link, derived from the row by signing: nothing that opens it is stored."""

from uuid import UUID

from django.core.signing import BadSignature, Signer

from stakeholders.models import Invitation

_SALT = "stakeholders.invitation"


def invitation_token(invitation: Invitation) -> str:
    return Signer(salt=_SALT, sep=".").sign(invitation.pk.hex)


def invitation_id_of(token: str) -> UUID | None:
    """The invitation that the token was derived from; None for any other text."""
    try:
        return UUID(hex=Signer(salt=_SALT, sep=".").unsign(token))
    except (BadSignature, ValueError):
        return None
