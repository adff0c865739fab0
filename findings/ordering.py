"""By what lists are ordered: keys with one direction for all of them, as an index has, the last of them unique.

So a page anywhere in a list is found by one comparison of rows.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    DateField,
    F,
    Field,
    Func,
    SmallIntegerField,
    Value,
    When,
)
from django.db.models.expressions import Combinable, CombinedExpression, OrderBy
from django.db.models.functions import Coalesce

LONGEST_PLACE = 60
BETWEEN = "_"
# Where no update was ever posted; before every day on which one can have been.
NEVER = datetime.date(1900, 1, 1)
STAGES = {"open": 4, "in_progress": 3, "superseded": 2, "closed": 1}


def stage() -> Case:
    """How early a CAR is in its life, as the index has it: the highest has the farthest to go."""
    steps = [When(status=status, then=Value(number)) for status, number in STAGES.items()]
    return Case(*steps, default=Value(0), output_field=SmallIntegerField())


def last_update() -> Coalesce:
    """The day of the last update, as the index has it."""
    return Coalesce("last_update_on", Value(NEVER, DateField()))


@dataclass(frozen=True, slots=True)
class Key:
    """One thing to go by: what the database compares, and the same of a row in hand."""

    expression: Callable[[], Combinable]
    of: Callable[[Any], Any]
    kind: "Field[Any, Any]"

    def read(self, text: str) -> Any:
        """The value that was written into an address; ValidationError where it is none."""
        return self.kind.clean(text, None)


@dataclass(frozen=True, slots=True)
class Order:
    keys: tuple[Key, ...]
    descending: bool = True

    def backwards(self) -> "Order":
        return Order(self.keys, descending=not self.descending)

    @property
    def expressions(self) -> list[OrderBy]:
        return [OrderBy(key.expression(), descending=self.descending) for key in self.keys]

    def place_of(self, row: Any) -> str:
        """Where a row stands, for an address."""
        return BETWEEN.join(str(key.of(row)) for key in self.keys)

    def read(self, place: str) -> list[Any] | None:
        parts = place.split(BETWEEN)
        if len(parts) != len(self.keys) or len(place) > LONGEST_PLACE or "\0" in place:
            return None
        try:
            return [key.read(part) for key, part in zip(self.keys, parts, strict=True)]
        except ValidationError:
            return None

    def after(self, values: list[Any]) -> CombinedExpression:
        """The rows that come after that place: one comparison, which the index of this order serves."""
        there = [Value(value, output_field=key.kind) for key, value in zip(self.keys, values, strict=True)]
        here = [key.expression() for key in self.keys]
        comparison = "<" if self.descending else ">"
        return CombinedExpression(_row(here), comparison, _row(there), output_field=BooleanField())


def _row(parts: list[Any]) -> Func:
    return Func(*parts, template="ROW(%(expressions)s)", output_field=CharField())


def by_day(field: str) -> Key:
    return Key(lambda: F(field), attrgetter(field), DateField())


REFERENCE = Key(lambda: F("reference"), attrgetter("reference"), CharField(max_length=40))
STAGE = Key(stage, lambda row: STAGES[row.status], SmallIntegerField())
LAST_UPDATE = Key(last_update, lambda row: row.last_update_on or NEVER, DateField())


def newest_first(field: str) -> Order:
    """By a day, then by reference."""
    return Order((by_day(field), REFERENCE))
