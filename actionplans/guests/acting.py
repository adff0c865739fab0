"""From a session that a code has opened to the Actor that visibility and policy read."""

from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from actionplans.guests.models import GuestLink
from carportal.core.actor import Actor, ActorKind, Pass
from stakeholders.acting import Guest

# The session's key for the link that a code has opened in it; its value is the link's id as text.
GUEST_KEY = "guest_link_id"


def actor_of_guest(link: GuestLink) -> Actor:
    """The person behind the link, let in to its share alone; no role, for it acts for no organisation."""
    return Actor(
        kind=ActorKind.GUEST,
        user_id=link.person_id,
        guest_pass=Pass(object_id=link.share_id, organisation_id=link.share.organisation_id),
    )


def guest_in(session: SessionBase) -> Guest | None:
    """Registered with `stakeholders.acting`: asked anew on every request, so that what has ended opens nothing."""
    link_id = session.get(GUEST_KEY)
    if link_id is None:
        return None
    links = GuestLink.objects.open(timezone.now()).select_related("person", "share")
    link = links.filter(pk=link_id, person__isnull=False).first()
    if link is None or link.person is None:
        return None
    return link.person, actor_of_guest(link)
