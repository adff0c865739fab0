"""Whose calls an actor sees, and which of them wait for somebody."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from actionplans.sharing.querysets import seen_by
from carportal.core.actor import Actor
from findings.models import UNDER_WAY

if TYPE_CHECKING:
    from actionplans.calls.models import Call, CallAction


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, actor: Actor) -> "CallQuerySet":
        """Those of the shares that the actor sees: the site's own, or one's own while the share lasts."""
        return self.filter(seen_by(actor, "share__"))

    def with_state_open_to(self, actor: Actor) -> "CallQuerySet":
        """Those of which the actor may know that somebody is waited on: its own, and for the operator all."""
        return self if actor.is_operator else self.visible_to(actor)

    def waiting(self) -> "CallQuerySet":
        """Proposals that wait for the side that did not make them."""
        return self.filter(status="proposed", share__plan__finding__status__in=UNDER_WAY)

    def to_answer(self, actor: Actor) -> "CallQuerySet":
        """Proposals that wait for the actor's side."""
        other = "party" if actor.is_supplier else "site"
        return self.visible_to(actor).waiting().filter(by_side=other)

    def ahead(self, now: datetime) -> "CallQuerySet":
        """Agreed for a time that has not come yet."""
        return self.filter(status="agreed", starts_at__gt=now).order_by("starts_at")


class CallActionQuerySet(models.QuerySet["CallAction"]):
    def visible_to(self, actor: Actor) -> "CallActionQuerySet":
        return self.filter(seen_by(actor, "call__share__"))
