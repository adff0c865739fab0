"""Which grants of support an actor sees; what it may read by them, rooms further out ask here."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

from carportal.core.actor import Actor, Role

if TYPE_CHECKING:
    from actionplans.support.models import SupportGrant


class SupportQuerySet(models.QuerySet["SupportGrant"]):
    def live(self, at: datetime) -> "SupportQuerySet":
        """Those that hold at this moment; that its time is over needs nobody to note it."""
        return self.filter(ended_at=None, expires_at__gt=at)

    def run_out(self, at: datetime) -> "SupportQuerySet":
        """Those whose time is over, which nobody has noted yet."""
        return self.filter(ended_at=None, expires_at__lte=at)

    def visible_to(self, actor: Actor, at: datetime | None = None) -> "SupportQuerySet":
        """The site's own, past ones too; for the operator's compliance staff those that hold now (`at`); no others."""
        if actor.is_system:
            return self
        if actor.is_operator and actor.role == Role.COMPLIANCE:
            return self.live(at or timezone.now())
        if actor.is_supplier and actor.organisation_id is not None:
            return self.filter(plan__finding__supplier=actor.organisation_id)
        return self.none()
