"""The filters of this room: what the audit and the site say of a CAR."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import Actor
from findings.filters.definition import Choice, Filter, Viewpoint, by_field
from findings.models import UNDER_WAY, FindingStatus
from findings.requirements import AREAS
from stakeholders.countries import COUNTRIES
from stakeholders.models import Organisation

EVERY_STATUS = "all"


def _statuses(_view: Viewpoint) -> list[Choice]:
    return [
        *(Choice(status.value, status.label) for status in FindingStatus),
        Choice(EVERY_STATUS, _("All, ended ones too")),
    ]


def _has_status(value: str, _view: Viewpoint) -> Q:
    return Q() if value == EVERY_STATUS else Q(status=value)


def _areas(view: Viewpoint) -> list[Choice]:
    return [Choice(code, title) for code, title in AREAS if code in view.areas]


def _countries(view: Viewpoint) -> list[Choice]:
    there = {site.country for site in view.sites}
    return [Choice(code, name) for code, name in COUNTRIES if code in there]


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
    rank=10,
)
AREA = Filter(
    name="area",
    label=_("Area"),
    everything=_("All areas"),
    choices=_areas,
    condition=by_field("area"),
    rank=11,
)
COUNTRY = Filter(
    name="country",
    label=_("Country"),
    everything=_("All countries"),
    choices=_countries,
    condition=by_field("site__country"),
    rank=12,
)
SUPPLIER = Filter(
    name="supplier",
    label=_("Supplier"),
    everything=_("All suppliers"),
    choices=_suppliers,
    condition=by_field("site__supplier"),
    offered_to=_is_operator,
    rank=14,
)
SITE = Filter(
    name="site",
    label=_("Site"),
    everything=_("All sites"),
    choices=_sites,
    condition=by_field("site"),
    rank=15,
)
OWN = (STATUS, AREA, COUNTRY, SUPPLIER, SITE)
