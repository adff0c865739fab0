"""The filters of this room by what the audit and the site say of a CAR."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import Actor
from findings.filters.definition import Choice, Filter, Viewpoint, by_field, in_field
from findings.models import UNDER_WAY, FindingStatus
from findings.requirements import AREAS
from stakeholders.countries import COUNTRIES
from stakeholders.models import Organisation, Sector

EVERY_STATUS, ENDED = "all", "ended"


def _statuses(_view: Viewpoint) -> list[Choice]:
    return [
        *(Choice(status.value, status.label) for status in FindingStatus),
        Choice(ENDED, _("Ended, either way")),
        Choice(EVERY_STATUS, _("All, ended ones too")),
    ]


def _has_status(value: str, _view: Viewpoint) -> Q:
    if value == EVERY_STATUS:
        return Q()
    return ~Q(status__in=UNDER_WAY) if value == ENDED else Q(status=value)


def _areas(view: Viewpoint) -> list[Choice]:
    return [Choice(code, title) for code, title in AREAS if code in view.areas]


def _countries(view: Viewpoint) -> list[Choice]:
    there = {site.country for site in view.sites}
    return [Choice(code, name) for code, name in COUNTRIES if code in there]


def _sectors(view: Viewpoint) -> list[Choice]:
    there = {site.sector for site in view.sites}
    return [Choice(sector.value, sector.label) for sector in Sector if sector in there]


def _suppliers(view: Viewpoint) -> list[Choice]:
    suppliers: dict[object, Organisation] = {site.supplier_id: site.supplier for site in view.sites}
    by_name = sorted(suppliers.values(), key=lambda each: (each.name.casefold(), each.reference))
    return [Choice(str(each.pk), f"{each.name} ({each.reference})") for each in by_name]


def _sites(view: Viewpoint) -> list[Choice]:
    return [Choice(str(site.pk), f"{site.name} ({site.reference})") for site in view.sites]


def _is_operator(actor: Actor) -> bool:
    return actor.is_operator


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
    condition=by_field("country"),
    value_of=in_field("country"),
    front=True,
    rank=12,
)
SUPPLIER = Filter(
    name="supplier",
    label=_("Supplier"),
    everything=_("All suppliers"),
    choices=_suppliers,
    condition=by_field("supplier"),
    offered_to=_is_operator,
    front=True,
    rank=13,
)
SITE = Filter(
    name="site",
    label=_("Site"),
    everything=_("All sites"),
    choices=_sites,
    condition=by_field("site"),
    front=True,
    rank=14,
)
SECTOR = Filter(
    name="sector",
    label=_("Sector"),
    everything=_("All sectors"),
    choices=_sectors,
    condition=by_field("sector"),
    value_of=in_field("sector"),
    rank=20,
)
FILTERS = (STATUS, AREA, COUNTRY, SUPPLIER, SITE, SECTOR)
