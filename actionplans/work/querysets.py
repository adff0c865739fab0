"""Whose work on CARs an actor may know of as a whole."""

from typing import TYPE_CHECKING

from django.db import models

from carportal.core.actor import Actor

if TYPE_CHECKING:
    from actionplans.work.models import WorkOnCar


class WorkQuerySet(models.QuerySet["WorkOnCar"]):
    def visible_to(self, actor: Actor) -> "WorkQuerySet":
        """All for the operator, its own for a site, what it knows for a party; an auditor never learns of a plan."""
        if actor.is_operator or actor.is_system:
            return self.filter(party=None)
        if actor.organisation_id is None or actor.is_auditor:
            return self.none()
        if actor.is_supplier:
            return self.filter(party=None, supplier=actor.organisation_id)
        return self.filter(party=actor.organisation_id)

    def with_parties(self, actor: Actor) -> "WorkQuerySet":
        """What each party sees, and how the work stands with it, for the operator alone."""
        return self.filter(party__isnull=False) if actor.is_operator else self.none()

    def awaiting_reply(self) -> "WorkQuerySet":
        """From whom it is, and still to be given."""
        return self.filter(reply_awaited=True, status__in=["open", "in_progress"])
