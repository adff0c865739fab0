"""The filters of this room by things that have names; where there are many, they are found by typing."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import Actor, OrganisationKind
from findings.filters.definition import (
    LISTED,
    Choice,
    Filter,
    Told,
    Viewpoint,
    by_field,
    supplier_and_operator,
)
from findings.models import Access
from stakeholders.models import Organisation, Site
from stakeholders.querysets import OrganisationQuerySet, SiteQuerySet


def as_choice(pk: object, name: str, reference: str) -> Choice:
    """A thing as it is offered."""
    return Choice(str(pk), f"{name} ({reference})" if reference else name)


def _few_sites(told: set[Told], _choices: Sequence[Choice]) -> list[Choice]:
    sites = {(each.site_name, each.site_reference, each.site_id) for each in told}
    if len(sites) > LISTED:
        return []
    return [as_choice(pk, name, reference) for name, reference, pk in sorted(sites)]


def _sites(view: Viewpoint) -> SiteQuerySet:
    return Site.objects.filter(Exists(view.visible.order_by().filter(site=OuterRef("pk"))))


def _suppliers(view: Viewpoint) -> OrganisationQuerySet:
    return Organisation.objects.filter(
        Exists(view.visible.order_by().filter(supplier=OuterRef("pk"))), kind=OrganisationKind.SUPPLIER
    )


def _audit_companies(view: Viewpoint) -> OrganisationQuerySet:
    return Organisation.objects.filter(
        Exists(view.visible.order_by().filter(audit_company=OuterRef("pk"))),
        kind=OrganisationKind.AUDIT_COMPANY,
    )


def _customers(view: Viewpoint) -> OrganisationQuerySet:
    """Known ones; of a customer that a supplier typed in nobody has verified who it is."""
    customers = Organisation.objects.visible_to(view.actor).known()
    return customers.filter(kind=OrganisationKind.CUSTOMER)


def _may_see(value: str, _view: Viewpoint) -> Q:
    """As the customer's own list: whether by trade, by a plan that was sent to it or by an escalation."""
    return Q(Exists(Access.objects.filter(organisation=UUID(value), finding=OuterRef("pk"))))


def _is_operator(actor: Actor) -> bool:
    return actor.is_operator


SUPPLIER = Filter(
    name="supplier",
    label=_("Supplier"),
    everything=_("All suppliers"),
    directory=_suppliers,
    condition=by_field("supplier"),
    offered_to=_is_operator,
    front=True,
    rank=13,
)
SITE = Filter(
    name="site",
    label=_("Site"),
    everything=_("All sites"),
    of_few=_few_sites,
    directory=_sites,
    condition=by_field("site"),
    front=True,
    rank=14,
)
# For the operator alone: customers must not learn of each other, and a supplier has its own pages about each.
CUSTOMER = Filter(
    name="customer",
    label=_("Customer"),
    everything=_("Any or none"),
    directory=_customers,
    condition=_may_see,
    offered_to=_is_operator,
    front=True,
    rank=15,
)
AUDIT_COMPANY = Filter(
    name="audit_company",
    label=_("Audit company"),
    everything=_("All audit companies"),
    directory=_audit_companies,
    condition=by_field("audit_company"),
    offered_to=supplier_and_operator,
    rank=25,
)
FILTERS = (SUPPLIER, SITE, CUSTOMER, AUDIT_COMPANY)
