"""Whose reminders of their own an actor sees, and which of them have come."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from carportal.core.actor import Actor
from findings.models import Access, Finding

if TYPE_CHECKING:
    from actionplans.nudges.models import Nudge


class NudgeQuerySet(models.QuerySet["Nudge"]):
    def visible_to(self, actor: Actor) -> "NudgeQuerySet":
        """One's own, and those that colleagues set for everyone who writes, while the CAR is to be seen.

        Nobody else's for anybody: that there is one, neither the other side nor the portal itself learns.
        """
        if actor.organisation_id is None or actor.is_auditor or actor.is_operator:
            return self.none()
        own = self.filter(organisation=actor.organisation_id, finding__in=Finding.objects.visible_to(actor))
        return own.filter(Q(whom="writers") | Q(set_by=actor.user_id))

    def to_come(self) -> "NudgeQuerySet":
        return self.filter(remind_on__isnull=False)

    def with_readers(self) -> "NudgeQuerySet":
        """Those whose organisation sees the CAR: what `visible_to` says of each, for many organisations at once."""
        access = Access.objects.filter(finding=OuterRef("finding"), organisation=OuterRef("organisation"))
        return self.filter(Q(finding__supplier=F("organisation")) | Exists(access))
