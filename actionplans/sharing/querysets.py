"""Whose shares an actor sees."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from carportal.core.actor import Actor
from findings.models import UNDER_WAY

if TYPE_CHECKING:
    from actionplans.sharing.models import PlanShare


WAITS_FOR_REPLY = Q(status__in=["awaiting", "acknowledged"], plan__finding__status__in=UNDER_WAY)


def seen_by(actor: Actor, share: str = "") -> Q:
    """Of which shares an actor sees what is theirs, said of rows that belong to one: `share` is the way to it.

    As a condition of its own instead of `share__in`, which costs the database a plan for each.
    """
    lasts = ~Q(**{f"{share}status": "withdrawn"})
    if actor.is_system:
        return Q()
    if actor.guest_pass is not None:
        return Q(**{f"{share}pk": actor.guest_pass.object_id}) & lasts
    if actor.organisation_id is None or actor.is_auditor or actor.is_operator:
        return Q(pk__in=[])
    if actor.is_supplier:
        return Q(**{f"{share}plan__finding__supplier": actor.organisation_id})
    return Q(**{f"{share}organisation": actor.organisation_id}) & lasts


class ShareQuerySet(models.QuerySet["PlanShare"]):
    def live(self) -> "ShareQuerySet":
        return self.exclude(status="withdrawn")

    def waiting_for_reply(self) -> "ShareQuerySet":
        """Asked, not answered yet, and still to be answered."""
        return self.filter(WAITS_FOR_REPLY)

    def all_have_confirmed(self) -> bool:
        """Of those that were asked for a reply; False where nobody was."""
        asked = self.live().exclude(status="informed")
        return set(asked.order_by().values_list("status", flat=True)) == {"confirmed"}

    def visible_to(self, actor: Actor) -> "ShareQuerySet":
        """The site its own, withdrawn ones too; a party its own while it lasts; nobody another party's.

        A guest the one that its link is for. The operator sees the states of shares on the site's CAR, never a
        share itself.
        """
        return self.filter(seen_by(actor))

    def with_state_open_to(self, actor: Actor) -> "ShareQuerySet":
        """Those of which the actor may know where they stand: its own, and for the operator all."""
        return self if actor.is_operator else self.visible_to(actor)
