"""The rules as a table, and that everything else is denied."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carportal.core.actor import NOBODY, SYSTEM, Actor, ActorKind, OrganisationKind, Role
from carportal.core.errors import NotAllowed
from stakeholders import policy
from stakeholders.models import Invitation, Membership, Organisation, Site, TradingRelationship

OWN, OTHER = uuid4(), uuid4()

kinds = st.sampled_from(OrganisationKind)
roles = st.sampled_from(Role)


def actor(kind: OrganisationKind, role: Role) -> Actor:
    return Actor(kind=ActorKind.USER, user_id=uuid4(), organisation_id=OWN, organisation_kind=kind, role=role)


def answers(who: Actor, organisation: Organisation) -> dict[str, bool]:
    """Every question of the policy, about rows of this organisation."""
    site = Site(supplier=organisation)
    relationship = TradingRelationship(site=site, customer=Organisation(kind=OrganisationKind.CUSTOMER))
    return {
        "list_organisations": policy.may_list_organisations(who),
        "open": policy.may_open_organisation(who, organisation),
        "create_organisation": policy.may_create_organisation(who),
        "change_organisation": policy.may_change_organisation(who, organisation),
        "read_record": policy.may_read_record(who, organisation),
        "invite": policy.may_invite(who, organisation),
        "change_invitation": policy.may_change_invitation(who, Invitation(organisation=organisation)),
        "change_people": policy.may_change_people(who, organisation),
        "change_member": policy.may_change_member(who, Membership(organisation=organisation)),
        "list_sites": policy.may_list_sites(who),
        "create_site": policy.may_create_site(who),
        "change_site": policy.may_change_site(who, site),
        "add_relationship": policy.may_add_relationship(who, site),
        "change_relationship": policy.may_change_relationship(who, relationship),
    }


def allowed(who: Actor, organisation: Organisation) -> set[str]:
    return {name for name, answer in answers(who, organisation).items() if answer}


PEOPLE = {"invite", "change_invitation", "change_people", "change_member", "read_record"}
RELATIONSHIPS = {"add_relationship", "change_relationship"}
# What the operator's people may ask for about the organisations of others.
LOOK = {"list_organisations", "open", "read_record", "list_sites"}
RUN = LOOK | {
    "create_organisation",
    "change_organisation",
    "invite",
    "change_invitation",
    "create_site",
    "change_site",
}


@pytest.mark.parametrize(
    ("kind", "role", "expected"),
    [
        ("supplier", "viewer", {"open", "list_sites"}),
        ("supplier", "editor", {"open", "list_sites"}),
        ("supplier", "manager", {"open", "list_sites", "change_site"} | PEOPLE | RELATIONSHIPS),
        ("customer", "viewer", {"open"}),
        ("customer", "editor", {"open"}),
        ("customer", "manager", {"open"} | PEOPLE),
        ("audit_company", "editor", {"open"}),
        ("audit_company", "manager", {"open"} | PEOPLE),
        ("ngo", "manager", {"open"} | PEOPLE),
        ("operator", "viewer", LOOK),
        ("operator", "editor", LOOK),
        ("operator", "compliance", LOOK | {"create_organisation", "create_site", "change_site"}),
        ("operator", "manager", RUN | PEOPLE),
    ],
)
def test_what_each_role_does_in_its_own_organisation(kind: str, role: str, expected: set[str]) -> None:
    who = actor(OrganisationKind(kind), Role(role))
    assert allowed(who, Organisation(id=OWN, kind=kind)) == expected


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("viewer", LOOK),
        ("editor", LOOK),
        ("compliance", RUN),
        ("manager", RUN | {"change_people", "change_member"}),
    ],
)
def test_what_the_operator_does_for_the_organisations_of_others(role: str, expected: set[str]) -> None:
    who = actor(OrganisationKind.OPERATOR, Role(role))
    assert allowed(who, Organisation(id=OTHER, kind=OrganisationKind.SUPPLIER)) == expected


@given(kind=kinds.filter(lambda kind: kind != OrganisationKind.OPERATOR), role=roles, other=kinds)
def test_nobody_but_the_operator_does_anything_to_the_organisations_of_others(
    kind: OrganisationKind, role: Role, other: OrganisationKind
) -> None:
    who = actor(kind, role)
    lists = {"list_sites"} if kind == OrganisationKind.SUPPLIER else set()
    assert allowed(who, Organisation(id=OTHER, kind=other)) == lists


@given(kind=kinds, other=kinds)
def test_readers_change_nothing(kind: OrganisationKind, other: OrganisationKind) -> None:
    for organisation_id in (OWN, OTHER):
        got = allowed(actor(kind, Role.VIEWER), Organisation(id=organisation_id, kind=other))
        assert got <= LOOK


@pytest.mark.parametrize("who", [NOBODY, SYSTEM, Actor(kind=ActorKind.USER, user_id=uuid4())])
@given(kind=kinds)
def test_whoever_acts_for_nobody_does_nothing(who: Actor, kind: OrganisationKind) -> None:
    assert allowed(who, Organisation(id=OWN, kind=kind)) == set()


@given(role=roles, kind=kinds)
def test_nobody_but_the_supplier_itself_says_what_a_customer_sees(role: Role, kind: OrganisationKind) -> None:
    who = actor(kind, role)
    expected = kind == OrganisationKind.SUPPLIER and role == Role.MANAGER
    assert policy.may_add_relationship(who, Site(supplier_id=OWN)) == expected
    assert not policy.may_add_relationship(who, Site(supplier_id=OTHER))


def test_compliance_staff_cannot_make_themselves_managers() -> None:
    who = actor(OrganisationKind.OPERATOR, Role.COMPLIANCE)
    own = Organisation(id=OWN, kind=OrganisationKind.OPERATOR)
    assert not policy.may_invite(who, own)
    assert not policy.may_change_people(who, own)


def test_refusal_carries_its_sentence() -> None:
    with pytest.raises(NotAllowed, match="Only a manager"):
        policy.require(False, "Only a manager does this.")
    policy.require(True, "Only a manager does this.")
