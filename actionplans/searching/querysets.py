"""Who can search which text of a plan: as pages show them, never more."""

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from carportal.core.actor import Actor
from findings.models import Access, AccessLevel

if TYPE_CHECKING:
    from actionplans.searching.models import PlanText


class PlanTextQuerySet(models.QuerySet["PlanText"]):
    def visible_to(self, actor: Actor) -> "PlanTextQuerySet":
        """The site its own drafts and versions; the operator and who reads published plans those; a party its own."""
        if actor.is_system:
            return self
        if actor.organisation_id is None or actor.is_auditor:
            return self.none()
        if actor.is_supplier:
            return self.filter(kind__in=["draft", "version"], plan__finding__supplier=actor.organisation_id)
        if actor.is_operator:
            return self.filter(kind="published", reader_id=None)
        return self.filter(self._shared_with(actor) | self._published_to(actor))

    def parts_visible_to(self, actor: Actor) -> "list[PlanTextQuerySet]":
        """The same in parts that together are all of it, each of which an index serves by itself."""
        visible = self.visible_to(actor)
        if actor.is_operator or actor.is_supplier or actor.is_system or visible.query.is_empty():
            return [visible]
        return [self.filter(self._shared_with(actor)), self.filter(self._published_to(actor))]

    @staticmethod
    def _shared_with(actor: Actor) -> Q:
        shares = apps.get_model("actionplans", "PlanShare").objects.visible_to(actor)
        return Q(Exists(shares.filter(plan=OuterRef("plan"))), kind="shared", reader_id=actor.organisation_id)

    @staticmethod
    def _published_to(actor: Actor) -> Q:
        access = Access.objects.filter(
            finding=OuterRef("plan__finding"),
            organisation=actor.organisation_id,
            level__gte=AccessLevel.PLAN,
            source="relationship",
        )
        return Q(Q(reader_id=None) | Q(reader_id=actor.organisation_id), Exists(access), kind="published")
