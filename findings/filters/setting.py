"""The filters as somebody has set them."""

from collections.abc import Mapping
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from findings.filters.definition import Choice, Filter, Viewpoint, filters_for
from findings.querysets import FindingQuerySet


class Filters:
    """What a reader has chosen of what it is offered; the same narrows lists, figures and exports.

    `data` is a query; what is not offered in it counts as not chosen.
    """

    def __init__(self, view: Viewpoint, data: Mapping[str, str]) -> None:
        self.view = view
        self.offered = filters_for(view.actor)
        self.data = {each.name: data[each.name] for each in self.offered if data.get(each.name)}
        self._choices: dict[str, list[Choice]] = {}

    def choices_of(self, offered: Filter) -> list[Choice]:
        if offered.name not in self._choices:
            self._choices[offered.name] = offered.choices(self.view)
        return self._choices[offered.name]

    @cached_property
    def chosen(self) -> dict[str, str]:
        """The choices that hold, by the names of their filters."""
        return {
            each.name: self.data[each.name]
            for each in self.offered
            if each.name in self.data
            and any(choice.value == self.data[each.name] for choice in self.choices_of(each))
        }

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

    def but(self, **changes: str) -> "Filters":
        """The same with other choices; an empty one takes a choice away."""
        return Filters(self.view, {**self.chosen, **changes})

    @property
    def in_words(self) -> list[str]:
        """What holds, for where the form cannot be seen."""
        return [
            f"{each.label}: {choice.label}"
            for each in self.offered
            if each.name in self.chosen
            for choice in self.choices_of(each)
            if choice.value == self.chosen[each.name]
        ]

    @property
    def query(self) -> dict[str, str]:
        """What says the same once more, in an address or as hidden fields."""
        return dict(self.chosen)

    def url(self, to: str = "finding_list", **changes: str) -> str:
        """The page that these filters lead to, but for `changes`; an empty one takes a filter away."""
        query = {name: value for name, value in {**self.chosen, **changes}.items() if value}
        return f"{reverse(to)}?{urlencode(query)}" if query else reverse(to)
