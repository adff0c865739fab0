"""Guests among those who get a mail about a share: each with the way in that is its own."""

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from actionplans.guests.models import GuestLink
from actionplans.guests.querysets import GuestLinkQuerySet
from actionplans.guests.secrets import link_token
from actionplans.plans.mails import absolute
from actionplans.sharing.models import PlanShare
from carportal.core.models import Notification
from carportal.core.notifications import Recipient


def address_of(link: GuestLink) -> str:
    """Where the mail's link leads; it identifies, and a code sent to the same address opens."""
    return absolute(reverse("guest_link", args=[link_token(link)]))


def recipient(link: GuestLink) -> Recipient:
    if link.person is None:
        return Recipient(user_id=None, email=link.email, name=link.name)
    return Recipient(
        user_id=link.person.pk, email=link.email, name=link.person.name, language=link.person.language
    )


def guests_of(*share_ids: UUID) -> dict[UUID, list[Recipient]]:
    """Those with a link that opens each of the shares now."""
    found: dict[UUID, list[Recipient]] = {share_id: [] for share_id in share_ids}
    for link in _open().filter(share__in=share_ids).select_related("person").order_by("email"):
        found[link.share_id].append(recipient(link))
    return found


def with_guests(share: PlanShare, people: Iterable[Recipient]) -> list[Recipient]:
    """Those who log in, and the guests; whoever is both logs in."""
    members = list(people)
    known = {each.email for each in members}
    return [*members, *(guest for guest in guests_of(share.pk)[share.pk] if guest.email not in known)]


def is_guest(notification: Notification, share: PlanShare) -> bool:
    return _open().filter(share=share, email=notification.address).exists()


def way_to(share: PlanShare, path: str, notification: Notification, *, is_member: bool) -> str:
    """The page itself for who logs in; for a guest the link, behind which the page comes after the code."""
    link = None if is_member else _open().filter(share=share, email=notification.address).first()
    return absolute(path) if link is None else address_of(link)


def _open() -> GuestLinkQuerySet:
    return GuestLink.objects.open(timezone.now())
