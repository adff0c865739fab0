"""Rows to test with: every argument has a default that is unlike that of the row before."""

from itertools import count

from carportal.core.actor import Actor, OrganisationKind, Role
from stakeholders.acting import actor_of
from stakeholders.models import Membership, Organisation, Sector, Site, TradingRelationship, User, Visibility

PASSWORD = "a-long-enough-phrase"

_numbers = count(1)


def make_organisation(
    kind: OrganisationKind = OrganisationKind.SUPPLIER,
    *,
    name: str = "",
    reference: str = "",
    is_uk_retailer: bool = False,
) -> Organisation:
    number = next(_numbers)
    return Organisation.objects.create(
        kind=kind,
        name=name or f"{kind.label} number {number}",
        reference=reference or f"ZC{5_000_000 + number}",
        is_uk_retailer=is_uk_retailer,
    )


def make_supplier(name: str = "") -> Organisation:
    return make_organisation(OrganisationKind.SUPPLIER, name=name)


def make_customer(name: str = "", *, is_uk_retailer: bool = False) -> Organisation:
    return make_organisation(OrganisationKind.CUSTOMER, name=name, is_uk_retailer=is_uk_retailer)


def make_audit_company(name: str = "") -> Organisation:
    return make_organisation(OrganisationKind.AUDIT_COMPANY, name=name)


def make_operator() -> Organisation:
    """The operator; there is only one, so again it is the same."""
    there = Organisation.objects.filter(kind=OrganisationKind.OPERATOR).first()
    return there or make_organisation(OrganisationKind.OPERATOR, name="Portal Operations Ltd")


def make_user(email: str = "", *, name: str = "", password: str | None = PASSWORD) -> User:
    number = next(_numbers)
    return User.objects.create_user(
        email or f"person{number}@example.org", password, name=name or f"Person {number}"
    )


def make_member(
    organisation: Organisation, role: Role = Role.EDITOR, *, user: User | None = None
) -> Membership:
    return Membership.objects.create(user=user or make_user(), organisation=organisation, role=role)


def make_actor(organisation: Organisation, role: Role = Role.EDITOR) -> Actor:
    """A new person in that role there, as the Actor that services are given."""
    membership = make_member(organisation, role)
    return actor_of(membership.user, membership)


def make_site(
    supplier: Organisation | None = None, *, name: str = "", country: str = "GB", sector: Sector = Sector.FOOD
) -> Site:
    number = next(_numbers)
    return Site.objects.create(
        supplier=supplier or make_supplier(),
        reference=f"ZS{5_000_000 + number}",
        name=name or f"Site number {number}",
        address=f"{number} Mill Lane",
        country=country,
        sector=sector,
        time_zone="Europe/London",
    )


def make_relationship(
    site: Site | None = None,
    customer: Organisation | None = None,
    *,
    visibility: Visibility = Visibility.SHARES_ONLY,
) -> TradingRelationship:
    """Only the row: what follows from it (a customer's access) is written by the service that adds one."""
    return TradingRelationship.objects.create(
        site=site or make_site(), customer=customer or make_customer(), visibility=visibility
    )
