"""Which links still open something, and which of them an actor sees."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from actionplans.sharing.querysets import seen_by
from carportal.core.actor import Actor

if TYPE_CHECKING:
    from actionplans.guests.models import GuestLink


class GuestLinkQuerySet(models.QuerySet["GuestLink"]):
    def visible_to(self, actor: Actor) -> "GuestLinkQuerySet":
        """The site's own: who else reads a share learns of no link to it."""
        if not actor.is_supplier:
            return self.none()
        return self.filter(seen_by(actor, "share__"))

    def lasting(self) -> "GuestLinkQuerySet":
        """Those that nobody has ended; they may have expired, and can then be sent again."""
        return self.filter(ended_at=None).exclude(share__status="withdrawn")

    def open(self, at: datetime) -> "GuestLinkQuerySet":
        """Those that a code opens now: never for a person whom the operator has locked out."""
        return self.lasting().filter(Q(person=None) | Q(person__is_active=True), expires_at__gt=at)
