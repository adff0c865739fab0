"""Asking for a code and entering it: once, within minutes, in few attempts, at the address that the link went to."""

from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans.guests import events, policy
from actionplans.guests.acting import actor_of_guest
from actionplans.guests.models import GuestCode, GuestLink
from actionplans.guests.secrets import is_code
from actionplans.guests.services.rows import lock_link, tell
from carportal.core.errors import Conflict, DomainError, InvalidInput
from carportal.core.notifications import notify
from stakeholders.models import User
from stakeholders.services import person_behind

CODE_LASTS = timedelta(minutes=15)
MOST_ATTEMPTS = 5


class LinkIsOver(Conflict):
    """It has expired, was ended, or never was: which of them, nobody is told."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_("This link does not open anything any more. Ask the site to send you a new one."))


@transaction.atomic
def ask_for_code(*, link_id: UUID) -> GuestCode:
    """Owe the link's address a code; the worker derives it when it sends the mail."""
    now = timezone.now()
    link = GuestLink.objects.open(now).filter(pk=link_id).first()
    if link is None or _is_locked_out(link):
        raise LinkIsOver
    code = GuestCode.objects.create(link=link, asked_at=now, expires_at=now + CODE_LASTS)
    notify(kind="guest_code", object_id=code.pk)
    return code


def enter_code(*, code_id: UUID, digits: str, name: str) -> GuestLink:
    """Open the link with the right code, as the person of that name; a wrong one counts, whatever comes of it.

    InvalidInput beside `digits` or `name`, LinkIsOver once the link opens nothing any more.
    """
    outcome = _attempt(code_id, digits, name)
    if isinstance(outcome, DomainError):
        raise outcome  # outside of the transaction, which keeps the count of attempts
    return outcome


@transaction.atomic
def _attempt(code_id: UUID, digits: str, name: str) -> GuestLink | DomainError:
    asked = GuestCode.objects.select_related("link").filter(pk=code_id).first()
    if asked is None:
        return LinkIsOver()
    # People come before plans, as where somebody makes an account and its links end.
    User.objects.select_for_update(no_key=True).filter(email=asked.link.email).first()
    link = lock_link(asked.link_id)
    code = GuestCode.objects.select_for_update().get(pk=code_id)
    now = timezone.now()
    if not policy.is_open(link, now) or _is_locked_out(link):
        return LinkIsOver()
    if code.used_at is not None or code.expires_at <= now or code.attempts >= MOST_ATTEMPTS:
        return _wrong(_("This code is used up or too old. Have another one sent."))
    if not is_code(code, digits):
        code.attempts += 1
        code.save(update_fields=["attempts"])
        return _wrong(_("This is not the code. Check it, or have another one sent."))
    try:
        person = person_behind(email=link.email, name=name)
    except ValidationError as error:
        return InvalidInput(_("Check what you entered."), error.message_dict)
    code.used_at = link.opened_at = now
    code.save(update_fields=["used_at"])
    link.person = person
    link.save(update_fields=["person", "opened_at"])
    tell(link, events.LINK_OPENED, actor_of_guest(link))
    return link


def _is_locked_out(link: GuestLink) -> bool:
    """Also by an account that the address has elsewhere, and that nobody has met here yet."""
    return User.objects.filter(email=link.email, is_active=False).exists()


def _wrong(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, {"digits": [sentence]})
