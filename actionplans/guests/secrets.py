"""The link's token and the code that opens it, both derived from their rows by signing: neither is stored."""

from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.utils.crypto import constant_time_compare, salted_hmac

from actionplans.guests.models import GuestCode, GuestLink

_LINK, _CODE = "actionplans.guest_link", "actionplans.guest_code"
CODE_DIGITS = 8


def link_token(link: GuestLink) -> str:
    return Signer(salt=_LINK, sep=".").sign(link.pk.hex)


def link_id_of(token: str) -> UUID | None:
    """The link that the token was derived from; None for any other text."""
    try:
        return UUID(hex=Signer(salt=_LINK, sep=".").unsign(token))
    except (BadSignature, ValueError):
        return None


def code_digits(code: GuestCode) -> str:
    number = int.from_bytes(salted_hmac(_CODE, code.pk.hex, algorithm="sha256").digest())
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def is_code(code: GuestCode, typed: str) -> bool:
    """Whether it is this code, with blanks wherever people type them."""
    return constant_time_compare(code_digits(code), "".join(typed.split()))
