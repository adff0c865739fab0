"""The orders in which a list of CARs can be read; one of them stands in the address, unless it is the usual one."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from carportal.core.actor import Actor
from findings.filters.definition import Text, everybody, supplier_and_operator
from findings.ordering import LAST_UPDATE, REFERENCE, STAGE, Order, newest_first

NAME = "sort"
USUAL = "raised"


@dataclass(frozen=True, slots=True)
class Sort:
    """`column` is what it goes by, for the head of its column; `rises` says whether its values do, read so."""

    name: str
    label: Text
    order: Order
    column: str
    rises: bool = False
    offered_to: Callable[[Actor], bool] = everybody

    @property
    def aria(self) -> str:
        return "ascending" if self.rises else "descending"

    @property
    def query(self) -> dict[str, str]:
        return {} if self.name == USUAL else {NAME: self.name}


_BY_STAGE = Order((STAGE, *newest_first("raised_on").keys))
_BY_UPDATE = Order((LAST_UPDATE, REFERENCE))
_BY_REFERENCE = Order((REFERENCE,))
_BY_DAY = newest_first("raised_on")

# When the last update came is told to those who may know of every one: a party knows of those sent to it alone.
SORTS = (
    Sort(USUAL, _("Raised, newest first"), _BY_DAY, "raised"),
    Sort("raised-oldest", _("Raised, oldest first"), _BY_DAY.backwards(), "raised", rises=True),
    Sort("reference", _("CAR reference, highest first"), _BY_REFERENCE, "reference"),
    Sort(
        "reference-lowest",
        _("CAR reference, lowest first"),
        _BY_REFERENCE.backwards(),
        "reference",
        rises=True,
    ),
    Sort("status", _("Status, open first"), _BY_STAGE, "status", rises=True),
    Sort("status-ended", _("Status, ended first"), _BY_STAGE.backwards(), "status"),
    Sort("update", _("Last update, newest first"), _BY_UPDATE, "update", offered_to=supplier_and_operator),
    Sort(
        "update-oldest",
        _("Last update, none and oldest first"),
        _BY_UPDATE.backwards(),
        "update",
        rises=True,
        offered_to=supplier_and_operator,
    ),
)


def sorts_for(actor: Actor) -> list[Sort]:
    return [sort for sort in SORTS if sort.offered_to(actor)]


def sort_for(actor: Actor, name: str) -> Sort:
    """The one so named, the usual one where there is none that the actor is offered."""
    return next((sort for sort in sorts_for(actor) if sort.name == name), SORTS[0])
