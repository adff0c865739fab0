"""What a filter is, and who looks; each room registers its own."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import Combinable
from django.utils.functional import Promise

from carportal.core.actor import Actor
from findings.models import Finding
from findings.querysets import FindingQuerySet
from stakeholders.models import Site

Text = str | Promise


@dataclass(frozen=True)
class Viewpoint:
    """Who looks at CARs, and on which day; what can be chosen comes from those that it may see."""

    actor: Actor
    today: datetime.date

    @property
    def visible(self) -> FindingQuerySet:
        return Finding.objects.visible_to(self.actor)

    @cached_property
    def areas(self) -> set[str]:
        return set(self.visible.order_by().values_list("area", flat=True).distinct())

    @cached_property
    def sites(self) -> list[Site]:
        """By name, each with its supplier."""
        here = self.visible.order_by().filter(site=OuterRef("pk"))
        sites = Site.objects.filter(Exists(here)).select_related("supplier")
        return list(sites.order_by("name", "reference"))


class Choice(NamedTuple):
    """`figure` are the words under its number on a dashboard; a choice without them has none there."""

    value: str
    label: Text
    figure: Text = ""


def everybody(_actor: Actor) -> bool:
    return True


def supplier_and_operator(actor: Actor) -> bool:
    return actor.is_supplier or actor.is_operator


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing that CARs can be narrowed by; `name` stands in the address, `everything` for no choice.

    `condition` must not multiply rows: what is told by other tables is asked with Exists. `otherwise` holds
    while nothing is chosen. `value_of` is the expression whose value is a row's choice, where each row has
    exactly one; by it CARs are counted. `counted` ones have choices that are figures. Filters stand in the
    order of their `rank`; those that are not in `front` unfold. A `linked` one is set by links alone: the form has it
    only while it is, to be taken away again.
    """

    name: str
    label: Text
    everything: Text
    choices: Callable[[Viewpoint], list[Choice]]
    condition: Callable[[str, Viewpoint], Q]
    offered_to: Callable[[Actor], bool] = everybody
    otherwise: Q | None = None
    value_of: Callable[[Viewpoint], Combinable] | None = None
    counted: bool = False
    front: bool = False
    linked: bool = False
    rank: int = 50


def by_field(field: str) -> Callable[[str, Viewpoint], Q]:
    """The condition that a field of the CAR has the chosen value."""

    def condition(value: str, _view: Viewpoint) -> Q:
        given: dict[str, Any] = {field: value}
        return Q(**given)

    return condition


def in_field(field: str) -> Callable[[Viewpoint], Combinable]:
    """The choice of each row is what stands in its field."""

    def value_of(_view: Viewpoint) -> Combinable:
        return F(field)

    return value_of


_filters: dict[str, Filter] = {}


def register_filters(*filters: Filter) -> None:
    """Make filters known; called from an app's `AppConfig.ready()`, again changes nothing."""
    _filters.update({each.name: each for each in filters})


def filters_for(actor: Actor) -> list[Filter]:
    """Those that are about what the actor may see."""
    return sorted((each for each in _filters.values() if each.offered_to(actor)), key=lambda each: each.rank)
