"""The pages of which views are saved; each room registers its own."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import Actor
from findings.filters.definition import everybody


@dataclass(frozen=True, slots=True)
class Place:
    """A page whose filters are those of `findings.filters`; `name` is kept with a view, `url_name` is its route."""

    name: str
    label: str | Promise
    url_name: str
    offered_to: Callable[[Actor], bool] = everybody


LIST = Place("list", _("List of CARs"), "finding_list")

_places: dict[str, Place] = {}


def register_place(place: Place) -> None:
    """Make a page known; called from an app's `AppConfig.ready()`, again changes nothing."""
    _places[place.name] = place


def place_for(actor: Actor, name: str) -> Place | None:
    """The page so named, if the actor has it."""
    place = _places.get(name)
    return place if place is not None and place.offered_to(actor) else None
