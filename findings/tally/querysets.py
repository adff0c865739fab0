"""Whose tallies an actor reads."""

from typing import TYPE_CHECKING

from django.db import models

from carportal.core.actor import Actor
from findings.tally.cuts import AREA_OF_A_READER, CUTS, DIMENSIONS, code_of

if TYPE_CHECKING:
    from findings.models import Tally


class TallyQuerySet(models.QuerySet["Tally"]):
    def visible_to(self, actor: Actor) -> "TallyQuerySet":
        """All CARs' for the operator, its own for whom `Access` is kept; others have few enough CARs to count."""
        if actor.is_operator or actor.is_system:
            return self.filter(reader=None)
        if actor.organisation_id is None or actor.is_supplier or actor.is_auditor:
            return self.none()
        return self.filter(reader=actor.organisation_id)

    def of_cut(self, cut: tuple[str, ...]) -> "TallyQuerySet":
        """That the other columns are empty says the code as well; told here, the index goes on behind them."""
        others = {f"{dimension}__isnull": True for dimension in DIMENSIONS if dimension not in cut}
        return self.filter(cut=code_of(cut), **others)


def cuts_for(actor: Actor) -> tuple[tuple[str, ...], ...]:
    """Those that there are of the CARs that the actor sees."""
    if actor.is_operator or actor.is_system:
        return CUTS
    if actor.organisation_id is None or actor.is_supplier or actor.is_auditor:
        return ()
    return (AREA_OF_A_READER,)
