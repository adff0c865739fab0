"""Whose duties an actor sees, and which of them wait for somebody."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Q, When

from actionplans.sharing.querysets import seen_by
from carportal.core.actor import Actor
from findings.models import UNDER_WAY

if TYPE_CHECKING:
    from actionplans.duties.models import Duty, DutyReport


AWAITED = Q(
    status="accepted", is_done=False, due_on__isnull=False, share__plan__finding__status__in=UNDER_WAY
) & ~Q(share__status="withdrawn")


class DutyQuerySet(models.QuerySet["Duty"]):
    def visible_to(self, actor: Actor) -> "DutyQuerySet":
        """Those of the shares that the actor sees: the site's own, or one's own while the share lasts."""
        return self.filter(seen_by(actor, "share__"))

    def with_state_open_to(self, actor: Actor) -> "DutyQuerySet":
        """Those of which the actor may know that somebody is waited on: its own, and for the operator all."""
        return self if actor.is_operator else self.visible_to(actor)

    def open(self) -> "DutyQuerySet":
        """Of a CAR that is under way: what is still to be answered or done."""
        return self.exclude(status="ended").filter(share__plan__finding__status__in=UNDER_WAY)

    def outstanding(self) -> "DutyQuerySet":
        """What its party is still to answer or to do, while the plan is shared with it."""
        to_do = Q(status="proposed") | Q(status="accepted", is_done=False)
        return self.open().filter(to_do).exclude(share__status="withdrawn")

    def awaited(self) -> "DutyQuerySet":
        """Taken on for a time and not reported as done, while the plan is shared and its CAR under way."""
        return self.filter(AWAITED)

    def in_order(self) -> "DutyQuerySet":
        """What waits for its party's answer, then what that took on, then the rest; the newest first in each."""
        places = [When(status="proposed", then=0), When(status="accepted", then=1)]
        return self.order_by(Case(*places, default=2), "-changed_at")


class DutyReportQuerySet(models.QuerySet["DutyReport"]):
    def visible_to(self, actor: Actor) -> "DutyReportQuerySet":
        return self.filter(seen_by(actor, "duty__share__"))

    def with_state_open_to(self, actor: Actor) -> "DutyReportQuerySet":
        return self if actor.is_operator else self.visible_to(actor)

    def to_take(self) -> "DutyReportQuerySet":
        """Reported, and not in the plan's draft yet."""
        return self.filter(taken_at=None, duty__share__plan__finding__status__in=UNDER_WAY).exclude(
            duty__status="ended"
        )
