"""Whose saved views an actor sees."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q

from carportal.core.actor import Actor

if TYPE_CHECKING:
    from findings.models import SavedView


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, actor: Actor) -> "SavedViewQuerySet":
        """One's own, and those that colleagues share, while one acts for that organisation; nobody else's."""
        if actor.organisation_id is None or actor.user_id is None:
            return self.none()
        return self.filter(Q(is_shared=True) | Q(made_by=actor.user_id), organisation=actor.organisation_id)

    def beside(self, *, organisation_id: UUID, made_by_id: UUID, is_shared: bool) -> "SavedViewQuerySet":
        """Those among which a name tells one from the others: the shared ones, or that person's own."""
        there = self.filter(organisation=organisation_id, is_shared=is_shared)
        return there if is_shared else there.filter(made_by=made_by_id)
