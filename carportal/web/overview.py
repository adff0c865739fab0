"""CARs in figures: counted by what a reader can filter them by, each figure with the very list behind it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, Subquery, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from findings.counts import COUNTED, in_figures
from findings.filters import Choice, Filter, Filters
from findings.models import FindingStatus
from findings.tally.reading import Countable, countable
from stakeholders.models import Organisation

Text = str | Promise
Counts = dict[str, Counter[str]]  # by the names of filters, then by their choices

LONGEST = 8  # bars that show at once; the others unfold
STATUS_HINTS: dict[str, Text] = {
    FindingStatus.OPEN: _("no plan published yet"),
    FindingStatus.IN_PROGRESS: _("working to a published plan"),
    FindingStatus.SUPERSEDED: _("raised again by a later audit"),
    FindingStatus.CLOSED: _("not found any more by a later audit"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure and the list behind it."""

    label: Text
    count: int
    url: str
    percent: int = 100  # of the longest bar
    hint: Text = ""

    @property
    def number(self) -> str:
        """In the words of the list, which is counted no further."""
        return in_figures(self.count)


@dataclass(frozen=True, slots=True)
class Breakdown:
    heading: Text
    caption: Text
    column: Text
    bars: list[Bar]

    @property
    def first(self) -> list[Bar]:
        return self.bars if len(self.bars) <= LONGEST + 1 else self.bars[:LONGEST]

    @property
    def others(self) -> list[Bar]:
        return self.bars[len(self.first) :]


BREAKDOWNS: dict[str, tuple[Text, Text]] = {
    "area": (_("By area"), _("CARs by area")),
    "country": (_("By country"), _("CARs by country")),
    "sector": (_("By sector"), _("CARs by sector")),
    "age": (_("By age"), _("CARs by when they were raised")),
    "times": (_("Raised again"), _("CARs that were raised again, by how often")),
}
IN_ORDER = {"age", "times"}  # of their choices, not of their size


def count_by(filters: Filters, *groups: Iterable[str]) -> Counts:
    """How many CARs have each choice of the filters so named.

    What tallies answer is one query. Of the rest, each group of names is one: together in a group are those that
    make few combinations, which are summed up here, never the CARs.
    """
    values = {name: _value_of(_named(filters, name), filters) for names in groups for name in names}
    asked = {name: countable(filters, value) for name, value in values.items()}
    counts: Counts = {name: Counter() for name in values}
    parts = [
        each.rows.annotate(by=Value(name), choice=Cast(values[name], TextField()))
        .values("by", "choice")
        .annotate(total=each.number)
        .values_list("by", "choice", "total")
        for name, each in asked.items()
        if each.is_tallied
    ]
    for name, choice, number in parts[0].union(*parts[1:], all=True) if parts else ():
        counts[name][choice] += number
    for names in groups:
        others = {f"by_{name}": values[name] for name in names if not asked[name].is_tallied}
        if others:
            rows = countable(filters, *others.values()).rows.annotate(**others).values_list(*others)
            for *combination, number in rows.annotate(number=Count("*")):
                for key, value in zip(others, combination, strict=True):
                    counts[key.removeprefix("by_")][value] += number
    return counts


def statuses_of(filters: Filters, counts: Counts) -> list[Bar]:
    """Those under way always, ended ones where there are any."""
    shown = (FindingStatus.OPEN, FindingStatus.IN_PROGRESS) if "status" not in filters.chosen else ()
    return [
        Bar(status.label, number, filters.url(status=status.value), hint=STATUS_HINTS[status])
        for status in FindingStatus
        if (number := counts["status"][status.value]) or status in shown
    ]


def figures_of(filters: Filters) -> list[Bar]:
    """What the choices that have words for it come to; a filter that is set has no figure.

    One query for all of them. What no tally tells is counted only as far as the list behind it counts.
    """
    wanted: list[tuple[Filter, Choice]] = [
        (each, choice)
        for each in filters.offered
        if each.counted and each.name not in filters.chosen
        for choice in filters.choices_of(each)
        if choice.figure
    ]
    reader = filters.view.actor.organisation_id
    if not wanted or reader is None:
        return []
    numbers = {
        f"figure_{place}": _number_of(countable(filters, more={each.name: choice.value}))
        for place, (each, choice) in enumerate(wanted)
    }
    # From one row that is there, whatever it says.
    row = Organisation.objects.filter(pk=reader).values_list(*numbers.values())[0]
    return [
        Bar(choice.figure, number, filters.url(**{each.name: choice.value}))
        for (each, choice), number in zip(wanted, row, strict=True)
        if number
    ]


class _CountOf(Subquery):
    """How many rows a query has, as a value."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def _number_of(counted: Countable) -> Combinable:
    if not counted.is_tallied:
        return _CountOf(counted.rows.values(one=Value(1))[: COUNTED + 1])
    total = counted.rows.values("cut").annotate(total=counted.number).values("total")
    return Coalesce(Subquery(total, output_field=IntegerField()), 0)


def breakdown_of(filters: Filters, counts: Counts, name: str) -> Breakdown:
    """Most first, unless the choices have an order of their own."""
    by = _named(filters, name)
    numbers = counts[name]
    choices = [choice for choice in filters.choices_of(by) if numbers[choice.value]]
    if name not in IN_ORDER:
        choices.sort(key=lambda choice: -numbers[choice.value])
    most = max((numbers[choice.value] for choice in choices), default=1)
    bars = [
        Bar(
            choice.label,
            numbers[choice.value],
            filters.url(**{name: choice.value}),
            percent=round(100 * numbers[choice.value] / most),
        )
        for choice in choices
    ]
    heading, caption = BREAKDOWNS[name]
    return Breakdown(heading, caption, by.label, bars)


def _named(filters: Filters, name: str) -> Filter:
    return next(each for each in filters.offered if each.name == name)


def _value_of(by: Filter, filters: Filters) -> Any:
    if by.value_of is None:
        raise ValueError(f"{by.name} has no one value for each CAR")
    return by.value_of(filters.view)
