"""Whose work on CARs an actor may know of as a whole."""

from typing import TYPE_CHECKING

from django.db import models

from carportal.core.actor import Actor

if TYPE_CHECKING:
    from actionplans.work.models import WorkOnCar


class WorkQuerySet(models.QuerySet["WorkOnCar"]):
    def visible_to(self, actor: Actor) -> "WorkQuerySet":
        """All for the operator, its own for a site; a party, who knows of itself alone, and an auditor get none."""
        if actor.is_operator or actor.is_system:
            return self
        if actor.is_supplier and actor.organisation_id is not None:
            return self.filter(supplier=actor.organisation_id)
        return self.none()
