"""Where a question about CARs is answered from: from tallies where one has all that it asks about, from what other rooms
keep, else from the CARs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Aggregate, Count, F, Q, QuerySet, Sum, Value

from findings.filters import Filter, Filters
from findings.models import Tally
from findings.tally.cuts import DIMENSIONS
from findings.tally.querysets import cuts_for

_TALLIED = {"status", *DIMENSIONS}

Instead = Callable[[Filter, str], Q | None]


@dataclass(frozen=True, slots=True)
class Question:
    """How many CARs the filters leave, with choices made beside them (`more`) and by what is `asked` (Q, expressions).

    Where they are `listed` some are wanted, or their number up to a bound, instead of figures of all.
    """

    filters: Filters
    asked: tuple[Any, ...] = ()
    more: Mapping[str, str] = field(default_factory=dict)
    listed: bool = False

    @property
    def chosen(self) -> dict[str, str]:
        return {**self.filters.chosen, **self.more}

    def conditions(self) -> list[Q]:
        """What is asked of a CAR that the reader may see."""
        return self.parted(lambda _filter, _value: None)[1]

    def parted(self, instead: Instead) -> tuple[list[Q], list[Q]]:
        """What other rows have `instead` of a choice's own condition, and all else that is asked."""
        kept, others, chosen = [], [], self.chosen
        for each in self.filters.offered:
            if each.name not in chosen:
                if each.otherwise is not None:
                    others.append(each.otherwise)
            elif (condition := instead(each, chosen[each.name])) is not None:
                kept.append(condition)
            else:
                others.append(each.condition(chosen[each.name], self.filters.view))
        return kept, others

    def about(self, conditions: list[Q]) -> set[str]:
        """The fields that an answer has to have; an empty name among them for what is no field of the row."""
        return {name for each in (*conditions, *self.asked) for name in _fields_in(each)}


@dataclass(frozen=True, slots=True)
class Countable:
    """Rows that have the fields asked about, and what is to be aggregated of them to know how many CARs they are."""

    rows: QuerySet[Any]
    number: Aggregate = field(default_factory=lambda: Count("*"))
    is_tallied: bool = False
    car: str = "pk"  # the field that says which CAR it is, unless it is tallied

    def counted(self, most: int) -> int:
        """How many there are, at least up to `most`, and one more than that where there are more."""
        if self.is_tallied:
            return int(self.rows.aggregate(number=self.number)["number"] or 0)
        return self.rows.values(one=Value(1))[: most + 1].count()

    def newest(self, count: int) -> QuerySet[Any]:
        """The ids of so many CARs, of those raised on one day any."""
        return self.rows.order_by("-raised_on", self.car).values(self.car)[:count]


Source = Callable[[Question], Countable | None]
_sources: list[Source] = []


def register_source(source: Source) -> None:
    """Rows, one for each CAR, by what another room keeps; called from `AppConfig.ready()`, again changes nothing."""
    if source not in _sources:
        _sources.append(source)


def countable(
    filters: Filters, *asked: Any, more: Mapping[str, str] | None = None, listed: bool = False
) -> Countable:
    question = Question(filters, asked, more or {}, listed)
    tallies = _tallies_for(question)
    if tallies is not None:
        return Countable(tallies, Sum("number"), is_tallied=True)
    return _rows_for(question)


def listed(filters: Filters, *order: Any) -> Countable:
    """The rows to list CARs from, which can be sorted by `order`; one for each CAR."""
    return _rows_for(Question(filters, order, listed=True))


def _rows_for(question: Question) -> Countable:
    for source in _sources:
        rows = source(question)
        if rows is not None:
            return rows
    return Countable(question.filters.view.visible.order_by().filter(*question.conditions()))


def _tallies_for(question: Question) -> QuerySet[Any] | None:
    """Conditions on CARs hold for tallies as they are, by the names of the fields."""
    conditions = question.conditions()
    about = question.about(conditions)
    if not about <= _TALLIED:
        return None
    actor = question.filters.view.actor
    cut = next((cut for cut in cuts_for(actor) if about <= {"status", *cut}), None)
    return None if cut is None else Tally.objects.visible_to(actor).of_cut(cut).filter(*conditions)


def _fields_in(asked: Any) -> Iterator[str]:
    if isinstance(asked, Q):
        for child in asked.children:
            if isinstance(child, tuple):
                yield child[0].partition("__")[0]
                yield from _fields_in(child[1])
            else:
                yield from _fields_in(child)
    elif isinstance(asked, F):
        yield vars(asked)["name"].partition("__")[0]
    elif isinstance(asked, QuerySet) or getattr(asked, "subquery", False):
        yield ""
    elif hasattr(asked, "get_source_expressions"):
        for part in asked.get_source_expressions():
            yield from _fields_in(part)
