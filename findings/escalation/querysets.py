"""Whose escalations, and whose part in them, an actor sees."""

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from carportal.core.actor import Actor, OrganisationKind

if TYPE_CHECKING:
    from findings.models import Escalation, EscalationParty


class EscalationQuerySet(models.QuerySet["Escalation"]):
    def visible_to(self, actor: Actor) -> "EscalationQuerySet":
        """The site's own; all for the operator; for a customer those that it was told of here; no auditor's."""
        if actor.is_operator or actor.is_system:
            return self
        if actor.is_supplier and actor.organisation_id is not None:
            return self.filter(finding__supplier=actor.organisation_id)
        return self.filter(Exists(_parties(actor).filter(escalation=OuterRef("pk"))))

    def open(self) -> "EscalationQuerySet":
        return self.filter(status="open")

    def pinned_for(self, actor: Actor) -> "EscalationQuerySet":
        """Those that stand on top of the actor's pages.

        For the site and each customer until it has recorded that the protocol has taken over, whatever the
        others have; for the operator until all have.
        """
        visible = self.visible_to(actor).open()
        if actor.is_operator or actor.is_system:
            return visible
        waiting = _parties(actor).filter(escalation=OuterRef("pk"), taken_over_at=None)
        return visible.filter(Exists(waiting))


class PartyQuerySet(models.QuerySet["EscalationParty"]):
    def visible_to(self, actor: Actor) -> "PartyQuerySet":
        """All of an own site's escalations, and for the operator; a customer's own; nobody another customer's.

        A customer has its part here for as long as `Access` says so, like everything else that it sees of a CAR.
        """
        if actor.is_operator or actor.is_system:
            return self
        if actor.is_supplier and actor.organisation_id is not None:
            return self.filter(escalation__finding__supplier=actor.organisation_id)
        if actor.organisation_id is None or not actor.acts_for(OrganisationKind.CUSTOMER):
            return self.none()
        access = apps.get_model("findings", "Access").objects.filter(
            organisation=OuterRef("organisation"), source="escalation", source_id=OuterRef("pk")
        )
        return self.filter(Exists(access), organisation=actor.organisation_id)

    def current(self) -> "PartyQuerySet":
        """Without customers that no longer buy from the site."""
        return self.filter(left_at=None)

    def to_take_over(self) -> "PartyQuerySet":
        """Those that have yet to record that the protocol has taken over."""
        return self.current().filter(~Q(side="operator"), taken_over_at=None)


def _parties(actor: Actor) -> PartyQuerySet:
    """The actor's own organisation's part, where it has one."""
    parties: PartyQuerySet = apps.get_model("findings", "EscalationParty").objects.all()
    return parties.visible_to(actor).filter(organisation=actor.organisation_id)
