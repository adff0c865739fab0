"""The filters as somebody has set them, and the order in which the list is read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import CharField, QuerySet, Value
from django.urls import reverse

from findings.filters.definition import Choice, Filter, Viewpoint, filters_for
from findings.filters.named import CUSTOMER, as_choice
from findings.filters.sorting import Sort, sort_for
from findings.filters.wording import said_to
from findings.querysets import FindingQuerySet

SHORTEST, LONGEST = 2, 200  # characters that are looked for
SUGGESTED = 10


class Filters:
    """What a reader has chosen of what it is offered; the same narrows lists, figures and exports.

    `data` is a query; what is not offered in it counts as not chosen. A thing with a name is chosen by its id, or
    by what was typed as long as that is the name of one alone.
    """

    def __init__(self, view: Viewpoint, data: Mapping[str, str]) -> None:
        self._reader = view
        self.offered = filters_for(view.actor)
        self.data = {each.name: data[each.name] for each in self.offered if data.get(each.name)}
        self.typed = {
            each.name: text
            for each in self.offered
            if each.directory and each.name not in self.data
            if (text := data.get(each.typed_name, "").strip())
        }
        self._has_text = any(data.get(each.typed_name) for each in self.offered)
        self.sort: Sort = sort_for(view.actor, data.get("sort", ""))
        self.said = said_to(view)
        self._choices: dict[str, Sequence[Choice]] = {}

    @cached_property
    def view(self) -> Viewpoint:
        """As conditions are told: a look that is concerned with one customer, once one is chosen."""
        party = self.chosen.get(CUSTOMER.name)
        return replace(self._reader, party=UUID(party)) if party else self._reader

    def choices_of(self, offered: Filter) -> Sequence[Choice]:
        """All that it lists; none of what is to be found by typing."""
        if offered.name not in self._choices:
            choices: Sequence[Choice] = self.said[offered.name].choices
            if offered.of_few is not None and self._reader.all_told is not None:
                choices = offered.of_few(self._reader.all_told, choices)
            self._choices[offered.name] = choices
        return self._choices[offered.name]

    def is_typed(self, offered: Filter) -> bool:
        return offered.directory is not None and not self.choices_of(offered)

    @cached_property
    def taken(self) -> dict[str, Choice]:
        """The choices that hold, by the names of their filters."""
        taken = self._named()
        for each in self.offered:
            value = self.data.get(each.name)
            if value is None:
                continue
            choice = next((choice for choice in self.choices_of(each) if choice.value == value), None)
            if choice is None and each.read is not None:
                choice = each.read(value)
            if choice is not None:
                taken[each.name] = choice
        for name in self.typed:
            if len(self.matches[name]) == 1:
                taken[name] = self.matches[name][0]
        return {each.name: taken[each.name] for each in self.offered if each.name in taken}

    def _named(self) -> dict[str, Choice]:
        """Those that were chosen by their id and that the reader may know of, all in one query."""
        parts = [
            _told(each.directory(self._reader).filter(pk=pk), each.name)
            for each in self.offered
            if each.directory is not None
            if (pk := _as_id(self.data.get(each.name, ""))) is not None and self.is_typed(each)
        ]
        rows: Iterable[tuple[Any, ...]] = parts[0].union(*parts[1:], all=True) if parts else ()
        return {of: as_choice(pk, name, reference) for of, pk, name, reference in rows}

    @cached_property
    def matches(self) -> dict[str, list[Choice]]:
        """What is called as was typed, by the names of the filters; one more than is suggested where there are more."""
        return {
            each.name: self.matching(each, self.typed[each.name])
            for each in self.offered
            if each.name in self.typed
        }

    def matching(self, offered: Filter, text: str) -> list[Choice]:
        if offered.directory is None or not SHORTEST <= len(text) <= LONGEST or "\0" in text:
            return []
        found = offered.directory(self._reader).matching(text).order_by("name", "reference", "pk")
        return [as_choice(*row) for row in found.values_list("pk", "name", "reference")[: SUGGESTED + 1]]

    @cached_property
    def chosen(self) -> dict[str, str]:
        return {name: choice.value for name, choice in self.taken.items()}

    @property
    def findings(self) -> FindingQuerySet:
        """The CARs that are left of those that the reader may see."""
        findings = self.view.visible
        for each in self.offered:
            if each.name in self.chosen:
                findings = findings.filter(each.condition(self.chosen[each.name], self.view))
            elif each.otherwise is not None:
                findings = findings.filter(each.otherwise)
        return findings

    @property
    def is_better_said_by_id(self) -> bool:
        """Whether something was typed, and all that was given is understood: then the address need not hold the text."""
        return self._has_text and {*self.data, *self.typed} <= self.taken.keys()

    def but(self, **changes: str) -> "Filters":
        """The same with other choices; an empty one takes a choice away."""
        return Filters(self._reader, {**self.chosen, **changes})

    @property
    def in_words(self) -> list[str]:
        """What holds, for where the form cannot be seen."""
        return [
            f"{each.label}: {self.taken[each.name].label}" for each in self.offered if each.name in self.taken
        ]

    @property
    def query(self) -> dict[str, str]:
        """What says the same once more, in an address or as hidden fields."""
        return {**self.chosen, **self.sort.query}

    def url(self, to: str = "finding_list", **changes: str) -> str:
        """The page that these filters lead to, but for `changes`; an empty one takes a filter away."""
        query = {name: value for name, value in {**self.query, **changes}.items() if value}
        return f"{reverse(to)}?{urlencode(query)}" if query else reverse(to)


def _told(rows: QuerySet[Any], of: str) -> QuerySet[Any, tuple[Any, ...]]:
    return rows.order_by().annotate(of=Value(of, CharField())).values_list("of", "pk", "name", "reference")


def _as_id(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
