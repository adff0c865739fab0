"""Whose plan an actor sees at all; what of it, `actionplans.sharing` decides for the parties."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef

from carportal.core.actor import Actor
from findings.models import Access, AccessLevel

if TYPE_CHECKING:
    from actionplans.plans.models import ActionPlan


class PlanQuerySet(models.QuerySet["ActionPlan"]):
    def visible_to(self, actor: Actor) -> "PlanQuerySet":
        """The site's own, drafts included; published ones for the operator and for whom Access has the plan.

        An auditor never sees a plan: its viability needs a wider view than an audit has.
        """
        if actor.is_system:
            return self
        if actor.organisation_id is None or actor.is_auditor:
            return self.none()
        if actor.is_supplier:
            return self.filter(finding__supplier=actor.organisation_id)
        if actor.is_operator:
            return self.exclude(published=None)
        access = Access.objects.filter(
            finding=OuterRef("finding"),
            organisation=actor.organisation_id,
            level__gte=AccessLevel.PLAN,
            source="relationship",
        )
        return self.exclude(published=None).filter(Exists(access))
