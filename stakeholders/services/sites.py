"""Adding sites and changing their details."""

from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from carportal.core.actor import Actor, OrganisationKind
from carportal.core.errors import InvalidInput
from stakeholders import policy
from stakeholders.models import Sector, Site
from stakeholders.services.organisations import clean_reference
from stakeholders.services.steps import check_and_save, lock_organisation, lock_site, record


@dataclass(frozen=True, slots=True)
class SiteDetails:
    """What of a site can change; `country` is its ISO 3166 code of two letters."""

    name: str
    country: str
    address: str = ""
    sector: Sector = Sector.OTHER
    time_zone: str = "UTC"


@transaction.atomic
def create_site(*, actor: Actor, supplier_id: UUID, reference: str, details: SiteDetails) -> Site:
    """Add a site under a supplier; who buys from it, the supplier says."""
    policy.require(policy.may_create_site(actor), _("Only the operator of this portal adds sites."))
    supplier = lock_organisation(supplier_id)
    if supplier.kind != OrganisationKind.SUPPLIER:
        raise InvalidInput(_("Only a supplier has sites."))
    site = Site(supplier=supplier, reference=clean_reference(reference), **asdict(details))
    check_and_save(site, taken=_("Another site has this reference."))
    record(supplier, "site_created", actor, {"name": site.name, "reference": site.reference})
    return site


@transaction.atomic
def update_site(*, actor: Actor, site_id: UUID, details: SiteDetails) -> Site:
    """Change a site's details; its reference and its supplier stay."""
    site = lock_site(site_id)
    policy.require(
        policy.may_change_site(actor, site),
        _("Only a manager of the supplier or the operator changes a site’s details."),
    )
    changed = {name: value for name, value in asdict(details).items() if getattr(site, name) != value}
    if not changed:
        return site
    for name, value in changed.items():
        setattr(site, name, value)
    check_and_save(site, taken=_("Another site has this reference."))
    labels = [str(Site._meta.get_field(name).verbose_name) for name in changed]  # type: ignore[union-attr]
    record(
        site.supplier,
        "site_changed",
        actor,
        {"name": site.name, "reference": site.reference, "fields": labels},
    )
    return site
