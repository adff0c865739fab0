"""Which CARs each actor sees, as relationships, shares and audits come and go."""

from datetime import date
from uuid import uuid4

import pytest

from carportal.core.actor import NOBODY, SYSTEM, Actor, OrganisationKind, Role
from findings.models import Access, AccessLevel, AccessSource, Finding
from findings.services import grant_access, withdraw_access
from stakeholders.models import Organisation, TradingRelationship, Visibility
from stakeholders.services import add_relationship, change_visibility, end_relationship
from tests.factories import (
    make_actor,
    make_audit_company,
    make_customer,
    make_organisation,
    make_site,
    make_supplier,
)
from tests.findings.making import Auditing

pytestmark = pytest.mark.django_db

FIRST, SECOND = date(2024, 3, 1), date(2025, 3, 1)


@pytest.fixture
def site(db: None) -> Auditing:
    return Auditing()


@pytest.fixture
def customer(site: Auditing) -> Actor:
    return make_actor(make_customer())


def trade(site: Auditing, customer: Actor, visibility: Visibility) -> TradingRelationship:
    return add_relationship(
        actor=make_actor(site.site.supplier, Role.MANAGER),
        site_id=site.site.pk,
        customer_reference=Organisation.objects.get(memberships__user=customer.user_id).reference,
        visibility=visibility,
    )


def seen(actor: Actor) -> set[Finding]:
    return set(Finding.objects.visible_to(actor))


def test_supplier_operator_and_audit_company_see_without_access_rows(site: Auditing):
    car = site.car(site.hold(FIRST, "5A.B"))
    for actor in (make_actor(site.site.supplier, Role.VIEWER), site.auditor, site.operator, SYSTEM):
        assert seen(actor) == {car}
    assert not Access.objects.exists()


def test_nobody_else_sees_anything(site: Auditing, customer: Actor):
    site.hold(FIRST, "5A.B")
    others = [make_supplier(), make_audit_company(), make_organisation(OrganisationKind.NGO)]
    for actor in (customer, NOBODY, *(make_actor(each, Role.MANAGER) for each in others)):
        assert seen(actor) == set()


@pytest.mark.parametrize(
    ("visibility", "level"),
    [
        (Visibility.SHARES_ONLY, None),
        (Visibility.CAR_LIST, AccessLevel.CAR),
        (Visibility.PUBLISHED_PLANS, AccessLevel.PLAN),
    ],
)
def test_customer_sees_what_its_relationship_says_of_old_and_new_cars(
    site: Auditing, customer: Actor, visibility: Visibility, level: AccessLevel | None
):
    old = site.car(site.hold(FIRST, "5A.B"))
    trade(site, customer, visibility)
    new = site.car(site.hold(SECOND, "5A.B"))
    assert seen(customer) == ({old, new} if level else set())
    assert set(Access.objects.values_list("level", flat=True)) == ({level} if level else set())


def test_changed_and_ended_relationships_take_effect_at_once(site: Auditing, customer: Actor):
    manager = make_actor(site.site.supplier, Role.MANAGER)
    relationship = trade(site, customer, Visibility.CAR_LIST)
    car = site.car(site.hold(FIRST, "5A.B"))

    def levels() -> list[int]:
        return list(Access.objects.values_list("level", flat=True))

    def see(visibility: Visibility) -> None:
        change_visibility(actor=manager, relationship_id=relationship.pk, visibility=visibility)

    see(Visibility.PUBLISHED_PLANS)
    assert levels() == [AccessLevel.PLAN]
    see(Visibility.SHARES_ONLY)
    assert levels() == []
    see(Visibility.CAR_LIST)
    assert seen(customer) == {car}
    end_relationship(actor=manager, relationship_id=relationship.pk)
    assert levels() == []
    site.hold(SECOND, "5A.B")
    assert seen(customer) == set()


def test_share_outlives_the_relationship_and_ends_on_its_own(site: Auditing, customer: Actor):
    manager = make_actor(site.site.supplier, Role.MANAGER)
    car, other = (site.car(site.hold(day, code)) for day, code in ((FIRST, "5A.B"), (SECOND, "6.A")))
    relationship = trade(site, customer, Visibility.CAR_LIST)
    share = uuid4()
    assert customer.organisation_id is not None
    for level in (AccessLevel.CAR, AccessLevel.PLAN):
        grant_access(
            organisation_id=customer.organisation_id,
            finding_id=car.pk,
            level=level,
            source=AccessSource.SHARE,
            source_id=share,
        )
    assert seen(customer) == {car, other}
    end_relationship(actor=manager, relationship_id=relationship.pk)
    assert seen(customer) == {car}
    assert Access.objects.get().level == AccessLevel.PLAN
    withdraw_access(
        organisation_id=customer.organisation_id,
        finding_id=car.pk,
        source=AccessSource.SHARE,
        source_id=share,
    )
    assert seen(customer) == set()


def test_customer_of_one_site_sees_nothing_of_the_suppliers_other_site(site: Auditing, customer: Actor):
    other = Auditing(make_site(site.site.supplier))
    trade(site, customer, Visibility.PUBLISHED_PLANS)
    car = site.car(site.hold(FIRST, "5A.B"))
    other.hold(FIRST, "5A.B")
    assert seen(customer) == {car}


def test_auditor_sees_the_cars_of_its_own_audits_alone(site: Auditing):
    second = Auditing(site.site)
    first_car = site.car(site.hold(FIRST, "5A.B"))
    second_car = second.car(second.hold(SECOND, "5A.B"))
    assert (seen(site.auditor), seen(second.auditor)) == ({first_car}, {second_car})
