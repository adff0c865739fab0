"""The navigation an actor gets, computed here alone: templates test no roles."""

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import Actor, OrganisationKind
from carportal.core.administration import may_administer


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the portal; `prefixes` are the further paths that belong to it."""

    url_name: str
    label: str | Promise
    prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NavigationItem:
    label: str | Promise
    url: str
    current: bool


HOME = Section("home", _("Home"))
CARS = Section(
    "finding_list",
    _("CARs"),
    prefixes=(
        "/shares/",
        "/duties/",
        "/evidence/",
        "/escalations/",
        "/views/",
        "/records/plan/",
        "/records/finding/",
    ),
)
AUDITS = Section("audit_list", _("Audits"), prefixes=("/records/audit/",))
SITES = Section("site_list", _("Sites"))
ORGANISATION = Section(
    "organisation", _("Organisation"), prefixes=("/organisations/", "/records/organisation/")
)
OPERATIONS = Section("operations", _("Operations"))
ADMINISTRATION = Section("admin:index", _("Administration"))
ORGANISATIONS = Section(
    "organisation_list", _("Organisations"), prefixes=("/organisation/", "/records/organisation/")
)

_OTHERS = (HOME, CARS, ORGANISATION)
_BY_KIND: dict[OrganisationKind | None, tuple[Section, ...]] = {
    OrganisationKind.SUPPLIER: (HOME, CARS, SITES, ORGANISATION),
    OrganisationKind.AUDIT_COMPANY: (HOME, AUDITS, CARS, ORGANISATION),
    OrganisationKind.OPERATOR: (HOME, CARS, AUDITS, SITES, ORGANISATIONS),
}


def navigation_for(actor: Actor, path: str) -> list[NavigationItem]:
    """The sections the actor may open, the one that `path` lies in marked as current."""
    if actor.organisation_id is None:
        return []
    items = []
    sections = _BY_KIND.get(actor.organisation_kind, _OTHERS)
    for section in (*sections, OPERATIONS, ADMINISTRATION) if may_administer(actor) else sections:
        url = address_of(section.url_name)
        if not url:
            continue
        inside = path == url if section is HOME else path.startswith((url, *section.prefixes))
        items.append(NavigationItem(section.label, url, inside))
    return items


def address_of(url_name: str) -> str:
    """Of a page that all pages lead to, worked out once; empty where there is none."""
    return _address(url_name, get_urlconf() or settings.ROOT_URLCONF)


@lru_cache(maxsize=200)
def _address(url_name: str, urlconf: str) -> str:
    try:
        return reverse(url_name, urlconf)
    except NoReverseMatch:
        return ""


class Addresses:
    """The same for templates: `portal.addresses.inbox`."""

    def __getitem__(self, url_name: str) -> str:
        return address_of(url_name)
