"""What a filter is, and who looks; each room registers its own."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils.functional import Promise

from carportal.core.actor import Actor
from carportal.core.prepared import prepared
from findings.models import Finding
from findings.querysets import FindingQuerySet
from stakeholders.querysets import OrganisationQuerySet, SiteQuerySet

Text = str | Promise
Directory = SiteQuerySet | OrganisationQuerySet

# Who sees no more CARs than this is offered what there is among them; that costs little to find out.
FEW = 200
LISTED = 25  # things with names, sites say; more of them are found by typing


class Told(NamedTuple):
    """What filters offer of one CAR."""

    area: str
    country: str
    sector: str
    site_id: UUID
    site_name: str
    site_reference: str


@dataclass(frozen=True)
class Viewpoint:
    """Who looks at CARs, and on which day; `party` is the customer with whom alone the look is concerned."""

    actor: Actor
    today: datetime.date
    party: UUID | None = None

    @property
    def visible(self) -> FindingQuerySet:
        return Finding.objects.visible_to(self.actor)

    @cached_property
    def all_told(self) -> set[Told] | None:
        """Of every CAR that the actor may see; nothing where there are more than a few, or none at all."""
        return {Told(*row) for row in _few_told(self.actor)} or None


@prepared
def _few_told(actor: Actor) -> QuerySet[Finding, tuple[Any, ...]]:
    columns = ("area", "country", "sector", "site_id", "site__name", "site__reference")
    return Finding.objects.order_by().few_visible_to(actor, FEW).values_list(*columns)


class Choice(NamedTuple):
    """`figure` are the words under its number on a dashboard; a choice without them has none there."""

    value: str
    label: Text
    figure: Text = ""


def everybody(_actor: Actor) -> bool:
    return True


def supplier_and_operator(actor: Actor) -> bool:
    return actor.is_supplier or actor.is_operator


def nothing_listed(_view: Viewpoint) -> list[Choice]:
    return []


OfFew = Callable[[set[Told], Sequence[Choice]], Sequence[Choice]]


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing that CARs can be narrowed by; `name` stands in the address, `everything` for no choice.

    What can be chosen is one of `choices`, or what `read` makes of a value that is none of them (a day), or
    what is found in `directory`: rows with a name and a reference of which the reader may know, and which
    can be found by typing (`matching`) where there are too many to be listed. The choices are the same for all readers
    of a kind, and told a stand-in for them; whoever sees few CARs is offered what is left `of_few`.

    `condition` must not multiply rows: what is told by other tables is asked with Exists. `otherwise` holds
    while nothing is chosen. `value_of` is the expression whose value is a row's choice, where each row has
    exactly one; by it CARs are counted. `counted` ones have choices that are figures. Filters stand in the
    order of their `rank`; those that are not in `front` unfold. A `linked` one is set by links alone: the form has it
    only while it is, to be taken away again.
    """

    name: str
    label: Text
    everything: Text
    condition: Callable[[str, Viewpoint], Q]
    choices: Callable[[Viewpoint], list[Choice]] = nothing_listed
    of_few: OfFew | None = None
    read: Callable[[str], Choice | None] | None = None
    directory: Callable[[Viewpoint], Directory] | None = None
    offered_to: Callable[[Actor], bool] = everybody
    otherwise: Q | None = None
    value_of: Callable[[Viewpoint], Combinable] | None = None
    counted: bool = False
    front: bool = False
    linked: bool = False
    rank: int = 50

    @property
    def typed_name(self) -> str:
        """Under which the address has what was typed to find it."""
        return f"{self.name}_named"


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
