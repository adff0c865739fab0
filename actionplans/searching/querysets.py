"""Who can search which text of a plan: as pages show them, never more."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from carportal.core.actor import Actor
from findings.models import Access, AccessLevel

if TYPE_CHECKING:
    from actionplans.searching.models import PlanText


@dataclass(frozen=True, slots=True)
class Part:
    """Some of what an actor sees: `texts`, and the ids of the rows of its own by which it does, the newest first."""

    texts: "PlanTextQuerySet"
    own: models.QuerySet[Any, Any]
    way: str  # from a text to its row

    def newest(self, most: int) -> "PlanTextQuerySet":
        """Those on so many rows, which are read first, however few texts the database takes there to be."""
        return self.texts.filter(**{f"{self.way}__in": self.own[:most]}).order_by(f"-{self.way}")

    def is_more(self, than: int) -> Exists:
        return Exists(self.own[than : than + 1])


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

    def parts_visible_to(self, actor: Actor) -> list[Part]:
        """The same in parts that together are all of it: of a party first what it was sent, then what was published."""
        visible = self.visible_to(actor)
        if visible.query.is_empty():
            return []
        if actor.is_operator or actor.is_supplier or actor.is_system:
            return [Part(visible, _newest_first(visible), "pk")]
        own = _newest_first(self.filter(reader_id=actor.organisation_id))
        by_relationship = _newest_first(Access.objects.filter(**_reads_plans(actor)))
        return [
            Part(self.filter(self._shared_with(actor)), own, "pk"),
            Part(self.filter(self._published_to(actor)), by_relationship, "plan__finding__accesses"),
        ]

    @staticmethod
    def _shared_with(actor: Actor) -> Q:
        shares = apps.get_model("actionplans", "PlanShare").objects.visible_to(actor)
        return Q(Exists(shares.filter(plan=OuterRef("plan"))), kind="shared", reader_id=actor.organisation_id)

    @classmethod
    def _published_to(cls, actor: Actor) -> Q:
        access = Access.objects.filter(finding=OuterRef("plan__finding"), **_reads_plans(actor))
        return Q(cls._everybodys_or(actor), Exists(access), kind="published")

    @staticmethod
    def _everybodys_or(actor: Actor) -> Q:
        return Q(reader_id=None) | Q(reader_id=actor.organisation_id)


def _reads_plans(actor: Actor) -> dict[str, Any]:
    """By its relationship with the site."""
    return {"organisation": actor.organisation_id, "level__gte": AccessLevel.PLAN, "source": "relationship"}


def _newest_first(rows: models.QuerySet[Any]) -> models.QuerySet[Any, Any]:
    return rows.order_by("-pk").values_list("pk", flat=True)
