"""What every page shows around its content: whose portal it is, for whom one acts, where one can go."""

from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import NOBODY, Actor
from carportal.core.inbox import MOST_COUNTED
from carportal.web.navigation import Addresses, NavigationItem, navigation_for
from stakeholders.models import Membership, Organisation


class Portal:
    """Computed when a template asks, so that a page without header costs no query."""

    name = _("CAR portal")
    addresses = Addresses()

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def operator_name(self) -> str:
        name: str = settings.OPERATOR_NAME
        return name

    @cached_property
    def actor(self) -> Actor:
        return getattr(self._request, "actor", NOBODY)

    @property
    def organisation(self) -> Organisation | None:
        """The one acted for."""
        membership: Membership | None = getattr(self._request, "membership", None)
        return membership.organisation if membership else None

    @property
    def other_organisations(self) -> list[Organisation]:
        """Those one could switch to; the middleware read them all with the one acted for."""
        memberships: list[Membership] = getattr(self._request, "memberships", [])
        mine = (membership.organisation for membership in memberships)
        return [each for each in mine if each.pk != self.actor.organisation_id]

    @property
    def unread(self) -> str:
        """How much of the person's inbox is unread, as the header tells it; nothing where it is all read."""
        count: int = getattr(self._request, "unread", 0)
        return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count or "")

    @cached_property
    def navigation(self) -> list[NavigationItem]:
        return navigation_for(self.actor, self._request.path)


def portal(request: HttpRequest) -> dict[str, Portal]:
    return {"portal": Portal(request)}
