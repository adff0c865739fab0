"""Sending links to those of a party who have no account, and ending them."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from actionplans.guests import events, policy
from actionplans.guests.models import GuestLink
from actionplans.guests.services.rows import end, end_all, good_until, lock_link, send, tell
from actionplans.plans import policy as plan_policy
from actionplans.sharing.models import PlanShare, SharedRevision
from actionplans.sharing.services import lock_share
from carportal.core.actor import Actor
from carportal.core.errors import Conflict, InvalidInput
from stakeholders.services.parties import OWN_ADDRESS, is_one_of


@transaction.atomic
def send_link(*, share_id: UUID, actor: Actor, name: str, email: str) -> GuestLink:
    """Send an address the link to this one share, good for `GUEST_LINK_DAYS` days; again, it is good for as long."""
    share = lock_share(share_id)
    plan_policy.check_writes(actor, share.plan.finding)
    policy.check_can_get_link(share)
    name, email = " ".join(name.split()), email.strip().lower()
    _check(name, email, share)
    return _send(share, name, email, actor)


@transaction.atomic
def send_link_again(*, link_id: UUID, actor: Actor) -> GuestLink:
    """To the same address; one that has expired is replaced, so that what it had opened stays closed."""
    link = lock_link(link_id)
    plan_policy.check_writes(actor, link.share.plan.finding)
    policy.check_can_get_link(link.share)
    if link.ended_at is not None:
        raise Conflict(_("This link has been ended. Send a new one instead."))
    return _send(link.share, link.name, link.email, actor)


@transaction.atomic
def revoke_link(*, link_id: UUID, actor: Actor) -> GuestLink:
    """End it, and with it what is open in the guest's browser, at once."""
    link = lock_link(link_id)
    plan_policy.check_writes(actor, link.share.plan.finding)
    if link.ended_at is not None:
        raise Conflict(_("This link has been ended already."))
    end(link, timezone.now(), events.LINK_REVOKED, actor)
    return link


def follow_sending(sent: SharedRevision, actor: Actor) -> None:
    """Registered with `sharing.hooks`: where nobody of a party logs in, who had a link gets it again.

    Of a party that the supplier typed in, its contact person gets one first.
    """
    share = sent.share
    if policy.with_people([share.organisation_id]):
        return
    readers = {link.email: link.name for link in share.guest_links.open(timezone.now())}
    party = share.organisation
    if party.is_unverified:
        readers.setdefault(party.contact_email, party.contact_name)
    for email, name in sorted(readers.items()):
        _send(share, name, email, actor)


def follow_end(share: PlanShare, actor: Actor) -> None:
    """Registered with `sharing.hooks`, for a share that has ended or is another organisation's from now on."""
    end_all(share, timezone.now(), actor)


def _send(share: PlanShare, name: str, email: str, actor: Actor) -> GuestLink:
    """The caller holds the share's locks."""
    now = timezone.now()
    link = share.guest_links.select_for_update(no_key=True).filter(email=email, ended_at=None).first()
    if link is not None and link.expires_at <= now:
        link.ended_at = now
        link.save(update_fields=["ended_at"])
        link = None
    if link is None:
        link = GuestLink(share=share, email=email)
        kind = events.LINK_SENT
    else:
        kind = events.LINK_SENT_AGAIN
    link.share = share
    link.name, link.sent_by_id, link.sent_at, link.expires_at = name, actor.user_id, now, good_until(now)
    link.save()
    tell(link, kind, actor)
    send(link)
    return link


def _check(name: str, email: str, share: PlanShare) -> None:
    problems: dict[str, list[str | Promise]] = {}
    if not name:
        problems["name"] = [_("Enter the name of the person to write to.")]
    try:
        validate_email(email)
    except ValidationError:
        problems["email"] = [_("Enter an e-mail address, such as name@example.org.")]
    if is_one_of(share.plan.finding.site.supplier_id, email):
        problems["email"] = [OWN_ADDRESS]
    if problems:
        raise InvalidInput(_("Check what you entered."), problems)
