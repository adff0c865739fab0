"""Whose updates, agreements and proposals an actor sees, and which agreed dates have come or passed."""

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from actionplans.sharing.querysets import seen_by
from carportal.core.actor import Actor
from carportal.core.prepared import prepared
from carportal.core.together import Reads, alone
from findings.models import UNDER_WAY, Finding

if TYPE_CHECKING:
    from actionplans.updates.models import SharedUpdate, Update, UpdateAgreement, UpdateProposal


IN_FORCE = Q(ended_at=None, share__plan__finding__status__in=UNDER_WAY) & ~Q(share__status="withdrawn")


class AgreementQuerySet(models.QuerySet["UpdateAgreement"]):
    def visible_to(self, actor: Actor) -> "AgreementQuerySet":
        """Those of the shares that the actor sees: the site's own, or one's own while it lasts."""
        return self.filter(seen_by(actor, "share__"))

    def with_state_open_to(self, actor: Actor) -> "AgreementQuerySet":
        """Those of which the actor may know whether an update has come: a party its own, and the operator all."""
        return self if actor.is_operator else self.visible_to(actor)

    def in_force(self) -> "AgreementQuerySet":
        """Until a side ends it, while the plan is shared and its CAR under way."""
        return self.filter(IN_FORCE)

    def late(self, on: date) -> "AgreementQuerySet":
        """The agreed date has passed and no update came; a CAR itself is never late."""
        return self.in_force().filter(next_due__lt=on)

    def due_by(self, on: date) -> "AgreementQuerySet":
        """An update is agreed for that day or one before it."""
        return self.in_force().filter(next_due__lte=on)


class ProposalQuerySet(models.QuerySet["UpdateProposal"]):
    def visible_to(self, actor: Actor) -> "ProposalQuerySet":
        return self.filter(seen_by(actor, "share__"))

    def with_state_open_to(self, actor: Actor) -> "ProposalQuerySet":
        """Those of which the actor may know that somebody is waited on: its own, and for the operator all."""
        return self if actor.is_operator else self.visible_to(actor)

    def open(self) -> "ProposalQuerySet":
        """Not answered yet, and still to be answered."""
        return self.filter(status="proposed", share__plan__finding__status__in=UNDER_WAY).exclude(
            share__status="withdrawn"
        )

    def to_answer(self, actor: Actor) -> "ProposalQuerySet":
        """Those that wait for the actor's side."""
        other = "party" if actor.is_supplier else "site"
        return self.visible_to(actor).open().filter(by_side=other)


class UpdateQuerySet(models.QuerySet["Update"]):
    def visible_to(self, actor: Actor) -> "UpdateQuerySet":
        """What a site posted is for itself and for those to whom it was sent; the operator reads none."""
        if actor.is_system:
            return self
        if actor.is_supplier and actor.organisation_id is not None:
            return self.filter(plan__finding__supplier=actor.organisation_id)
        sent = apps.get_model("actionplans", "SharedUpdate").objects.visible_to(actor)
        return self.filter(Exists(sent.filter(update=OuterRef("pk"))))


class SharedUpdateQuerySet(models.QuerySet["SharedUpdate"]):
    def visible_to(self, actor: Actor) -> "SharedUpdateQuerySet":
        return self.filter(seen_by(actor, "share__"))


def late_on(finding: Finding, on: date) -> Reads[date | None]:
    """The earliest agreed date of the CAR for which no update came: what the operator is told, and no more."""
    earliest = _late(finding.pk, on)
    yield [earliest]
    return earliest.first()


@prepared
def _late(finding_id: UUID, on: date) -> "models.QuerySet[UpdateAgreement, date]":
    agreements = apps.get_model("actionplans", "UpdateAgreement").objects.late(on)
    dates = agreements.filter(share__plan__finding=finding_id).order_by("next_due")
    return dates.values_list("next_due", flat=True)[:1]


late_since = alone(late_on)
