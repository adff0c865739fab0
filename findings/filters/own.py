"""The filters of this room by what the audit and the site say of a CAR."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from findings.filters.definition import Choice, Filter, OfFew, Told, Viewpoint, by_field, in_field
from findings.models import UNDER_WAY, FindingStatus
from findings.requirements import AREAS
from stakeholders.countries import COUNTRIES
from stakeholders.models import Sector

EVERY_STATUS, ENDED = "all", "ended"


def _statuses(_view: Viewpoint) -> list[Choice]:
    return [
        *(Choice(status.value, status.label) for status in FindingStatus),
        Choice(ENDED, _("Ended, either way")),
        Choice(EVERY_STATUS, _("All, ended ones too")),
    ]


def statuses_of(value: str) -> list[str]:
    """Those that a choice leaves, or that nothing chosen does; none for all."""
    if value in ("", ENDED):
        return [each.value for each in FindingStatus if (each in UNDER_WAY) == (value == "")]
    return [] if value == EVERY_STATUS else [value]


def _has_status(value: str, _view: Viewpoint) -> Q:
    statuses = statuses_of(value)
    if len(statuses) == 1:
        return Q(status=statuses[0])
    return Q(status__in=statuses) if statuses else Q()


def _areas(_view: Viewpoint) -> list[Choice]:
    return [Choice(*area) for area in AREAS]


def _countries(_view: Viewpoint) -> list[Choice]:
    return [Choice(*country) for country in COUNTRIES]


def _sectors(_view: Viewpoint) -> list[Choice]:
    return [Choice(sector.value, sector.label) for sector in Sector]


def _among(told_of: str) -> OfFew:
    """What there is among the few CARs that the reader sees."""

    def left(told: set[Told], choices: Sequence[Choice]) -> list[Choice]:
        there = {getattr(each, told_of) for each in told}
        return [choice for choice in choices if choice.value in there]

    return left


STATUS = Filter(
    name="status",
    label=_("Status"),
    everything=_("Under way"),
    choices=_statuses,
    condition=_has_status,
    otherwise=Q(status__in=UNDER_WAY),
    value_of=in_field("status"),
    front=True,
    rank=10,
)
AREA = Filter(
    name="area",
    label=_("Area"),
    everything=_("All areas"),
    choices=_areas,
    of_few=_among("area"),
    condition=by_field("area"),
    value_of=in_field("area"),
    front=True,
    rank=11,
)
COUNTRY = Filter(
    name="country",
    label=_("Country"),
    everything=_("All countries"),
    choices=_countries,
    of_few=_among("country"),
    condition=by_field("country"),
    value_of=in_field("country"),
    front=True,
    rank=12,
)
SECTOR = Filter(
    name="sector",
    label=_("Sector"),
    everything=_("All sectors"),
    choices=_sectors,
    of_few=_among("sector"),
    condition=by_field("sector"),
    value_of=in_field("sector"),
    rank=20,
)
FILTERS = (STATUS, AREA, COUNTRY, SECTOR)
