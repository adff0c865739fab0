"""The steps of every write about links: the share's locks before the link's, and the event on the plan's record."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from actionplans.guests import events
from actionplans.guests.models import GuestLink
from actionplans.sharing.models import PlanShare
from actionplans.sharing.services import lock_share
from carportal.core.actor import Actor
from carportal.core.audit import Aggregate, EventKind, record
from carportal.core.errors import Conflict
from carportal.core.notifications import notify


def lock_link(link_id: UUID) -> GuestLink:
    """The link's row, after those of its CAR, plan and share."""
    share_id = GuestLink.objects.filter(pk=link_id).values_list("share_id", flat=True).first()
    if share_id is None:
        raise Conflict(_("This link is no longer there."))
    share = lock_share(share_id)
    link = (
        GuestLink.objects.select_for_update(no_key=True, of=("self",))
        .select_related("person")
        .get(pk=link_id)
    )
    link.share = share
    return link


def good_until(now: datetime) -> datetime:
    return now + timedelta(days=settings.GUEST_LINK_DAYS)


def tell(link: GuestLink, kind: EventKind, actor: Actor) -> None:
    """On the plan's record, for the site; name and address can be taken out of it."""
    record(
        aggregate=Aggregate.PLAN,
        aggregate_id=link.share.plan_id,
        kind=kind.name,
        actor=actor,
        data={"party": link.share.organisation.name},
        redactable={"name": link.name, "email": link.email},
        party_id=link.share.organisation_id,
    )


def send(link: GuestLink) -> None:
    """Each sending is an obligation of its own, told apart by the time that the link is good until."""
    notify(kind="guest_link", object_id=link.pk, period=link.expires_at.isoformat())


def end(link: GuestLink, at: datetime, kind: EventKind, actor: Actor) -> None:
    """Sessions that it opened end with it: each request looks."""
    link.ended_at = at
    link.save(update_fields=["ended_at"])
    tell(link, kind, actor)


def end_all(share: PlanShare, at: datetime, actor: Actor) -> None:
    """Of a share whose locks the caller holds."""
    for link in share.guest_links.filter(ended_at=None).select_for_update(no_key=True).order_by("pk"):
        link.share = share
        end(link, at, events.LINK_OVER, actor)
