"""The CARs of a list: a page of them and how many there are, found among the narrowest rows that tell all it asks.

Which CARs those are is what `Filters.findings` says; what a page shows is read through `visible_to` all the same.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Lookup, QuerySet
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from findings.counts import COUNTED
from findings.filters import Filters
from findings.filters.own import statuses_of
from findings.models import Finding
from findings.ordering import STAGE, STAGES, CombinedExpression, Order, stage
from findings.tally.reading import countable, listed


@dataclass(frozen=True, slots=True)
class Listed:
    """What the filters leave, a few rows at a time; `shown` says what is to be read of each CAR."""

    filters: Filters
    shown: QuerySet[Any]

    def first(self, count: int, order: Order, after: CombinedExpression | None = None) -> list[Finding]:
        """So many of them, or of those after a place; which ones is settled before any other column is read."""
        cars = listed(self.filters, *order.expressions)
        rows = cars.rows.filter(*_stages(self.filters, order))
        if after is not None:
            rows = rows.filter(after)
        ids = rows.order_by(*order.expressions).values(cars.car)[:count]
        return list(self.shown.filter(pk__in=ids).order_by(*order.expressions))

    def number(self) -> int:
        """Exactly up to `COUNTED`, and more where there are more."""
        return countable(self.filters, listed=True).counted(COUNTED)


def _stages(filters: Filters, order: Order) -> "list[Lookup[Any]]":
    """Where the order begins with it: the part of the index that has the statuses, which it cannot know by itself."""
    statuses = statuses_of(filters.chosen.get("status", ""))
    if STAGE not in order.keys or not statuses:
        return []
    numbers = [STAGES[status] for status in statuses]
    return [GreaterThanOrEqual(stage(), min(numbers)), LessThanOrEqual(stage(), max(numbers))]
