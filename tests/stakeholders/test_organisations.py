"""Organisations: the operator adds and changes them, and everybody reads their own."""

from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from carportal.core.actor import Actor, OrganisationKind, Role
from carportal.core.audit import verify
from carportal.core.errors import InvalidInput, NotAllowed
from stakeholders import services
from stakeholders.models import Organisation
from stakeholders.services.organisations import clean_reference
from tests.factories import (
    make_actor,
    make_customer,
    make_operator,
    make_organisation,
    make_relationship,
    make_site,
    make_supplier,
)
from tests.personas import Personas
from tests.stakeholders.record import sentences

pytestmark = pytest.mark.django_db


@pytest.fixture
def compliance() -> Actor:
    return make_actor(make_operator(), Role.COMPLIANCE)


# --- Services -------------------------------------------------------------------------------------


def test_operator_adds_an_organisation_and_its_record_begins(compliance: Actor) -> None:
    organisation = services.create_organisation(
        actor=compliance, kind=OrganisationKind.CUSTOMER, name=" Northmarket ", reference="zc 1000 123"
    )
    assert (organisation.name, organisation.reference) == ("Northmarket", "ZC1000123")
    assert sentences(organisation) == ["Added Northmarket (Customer, ZC1000123)"]
    assert verify().whole


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("reference", {"reference": "1000123"}),
        ("reference", {"reference": "ZS1000123"}),
        ("reference", {"reference": "ZC12"}),
        ("reference", {"reference": ""}),
        ("name", {"name": "  "}),
        ("name", {"name": "x" * 201}),
        ("kind", {"kind": OrganisationKind.OPERATOR}),
        ("is_uk_retailer", {"kind": OrganisationKind.SUPPLIER, "is_uk_retailer": True}),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    compliance: Actor, field: str, values: dict[str, Any]
) -> None:
    given = {"kind": OrganisationKind.CUSTOMER, "name": "Northmarket", "reference": "ZC1000123"} | values
    with pytest.raises(InvalidInput) as refused:
        services.create_organisation(actor=compliance, **given)
    assert list(refused.value.fields) == [field]
    assert not Organisation.objects.exclude(kind=OrganisationKind.OPERATOR).exists()


def test_reference_is_given_once(compliance: Actor) -> None:
    first = make_customer()
    with pytest.raises(InvalidInput) as refused:
        services.create_organisation(
            actor=compliance, kind=OrganisationKind.NGO, name="Second", reference=first.reference
        )
    assert refused.value.fields == {"reference": ["Another organisation has this reference."]}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_operators_readers_add_nothing(role: Role) -> None:
    with pytest.raises(NotAllowed):
        services.create_organisation(
            actor=make_actor(make_operator(), role),
            kind=OrganisationKind.NGO,
            name="X",
            reference="ZC1000123",
        )


def test_manager_does_not_rename_its_own_organisation() -> None:
    supplier = make_supplier()
    with pytest.raises(NotAllowed):
        services.update_organisation(
            actor=make_actor(supplier, Role.MANAGER),
            organisation_id=supplier.pk,
            name="Better Name",
            reference=supplier.reference,
            is_uk_retailer=False,
        )


def test_operator_changes_details_and_the_record_says_so(compliance: Actor) -> None:
    customer = make_customer()
    services.update_organisation(
        actor=compliance,
        organisation_id=customer.pk,
        name="Fairprice",
        reference="ZC2000456",
        is_uk_retailer=True,
    )
    customer.refresh_from_db()
    assert (customer.name, customer.reference, customer.is_uk_retailer) == ("Fairprice", "ZC2000456", True)
    assert sentences(customer) == [
        "Changed the organisation’s details: Fairprice, ZC2000456, UK retailer: yes"
    ]


@given(st.from_regex(r"\A[ \t]*[zZ][ ]?[cC]([ ]?[0-9]){4,15}[ \t]*\Z"))
def test_reference_reads_the_same_however_it_is_typed(typed: str) -> None:
    assert clean_reference(typed) == "ZC" + "".join(character for character in typed if character.isdigit())


# --- Pages ----------------------------------------------------------------------------------------


def test_operator_adds_an_organisation_on_its_page(personas: Personas) -> None:
    client = personas.compliance.client
    page = client.post(
        reverse("organisation_add"),
        {"kind": "ngo", "name": "Clean Fields", "reference": "zc9000001"},
        follow=True,
    )
    assert "The organisation has been added." in page.content.decode()
    assert "Nobody acts for this organisation yet" in page.content.decode()


def test_errors_of_the_form_are_linked_to_their_fields(personas: Personas) -> None:
    page = personas.compliance.client.post(
        reverse("organisation_add"),
        {"kind": "ngo", "name": "Twin", "reference": personas.site.organisation.reference},
    ).content.decode()
    assert 'href="#id_reference">Another organisation has this reference.' in page
    assert "<title>Error:" in " ".join(page.split()).replace("<title> ", "<title>")


def test_operator_changes_details_on_the_page(personas: Personas) -> None:
    organisation = personas.site.organisation
    url = reverse("organisation_edit", args=[organisation.pk])
    assert organisation.reference in personas.compliance.client.get(url).content.decode()
    page = personas.compliance.client.post(
        url, {"name": "Greener Valley", "reference": organisation.reference}, follow=True
    )
    assert "Greener Valley" in page.content.decode()


def test_record_is_for_managers_and_the_operator(personas: Personas) -> None:
    services.update_organisation(
        actor=personas.compliance.actor,
        organisation_id=personas.site.organisation.pk,
        name="Green Valley Foods",
        reference=personas.site.organisation.reference,
        is_uk_retailer=False,
    )
    own = reverse("organisation")
    sentence = "Changed the organisation’s details"
    assert sentence in personas.site_manager.client.get(own).content.decode()
    for name in ("site", "site_viewer", "site2"):
        assert sentence not in personas[name].client.get(own).content.decode()
    detail = reverse("organisation_detail", args=[personas.site.organisation.pk])
    assert sentence in personas.compliance.client.get(detail).content.decode()


def test_long_record_shows_its_latest_entries_first_and_all_on_demand(personas: Personas) -> None:
    for number in range(30):
        services.update_organisation(
            actor=personas.compliance.actor,
            organisation_id=personas.site.organisation.pk,
            name=f"Name {number}",
            reference=personas.site.organisation.reference,
            is_uk_retailer=False,
        )
    client = personas.site_manager.client
    page = client.get(reverse("organisation")).content.decode()
    assert "Name 29" in page
    assert "Name 4," not in page
    assert "Show 5 earlier entries" in page
    assert "Name 4," in client.get(reverse("organisation"), {"record": "all"}).content.decode()


def test_operator_finds_organisations_by_name_reference_and_kind(personas: Personas) -> None:
    client = personas.compliance.client

    def found(**query: str) -> set[str]:
        page = client.get(reverse("organisation_list"), query).context["page"]
        return {organisation.name for organisation in page.object_list}

    assert "Northmarket" in found()
    assert found(q="GREEN") == {"Green Valley Foods"}
    assert found(q=personas.customer2.organisation.reference) == {"Fairprice Stores"}
    assert found(kind="customer") == {"Northmarket", "Fairprice Stores"}
    assert found(q="no such thing") == set()
    assert "Northmarket" in found(kind="nonsense")


def test_pages_of_the_list_keep_the_filter(personas: Personas) -> None:
    for number in range(60):
        make_organisation(OrganisationKind.NGO, name=f"Helper {number:02}")
    client = personas.compliance.client
    page = client.get(reverse("organisation_list"), {"kind": "ngo", "q": "Helper"}).content.decode()
    assert "60 organisations" in page
    assert 'rel="next" href="?kind=ngo&amp;q=Helper&amp;page=2"' in page
    second = client.get(reverse("organisation_list"), {"kind": "ngo", "q": "Helper", "page": "2"})
    assert len(second.context["page"].object_list) == 10
    for nonsense in ("0", "-1", "999", "x"):
        assert client.get(reverse("organisation_list"), {"page": nonsense}).status_code == 200


@pytest.mark.parametrize("count", [1, 20])
def test_lists_cost_the_same_however_long_they_are(
    personas: Personas, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        make_supplier()
    client = personas.compliance.client
    client.get(reverse("organisation_list"))
    with django_assert_num_queries(7):  # session, person, memberships, count, rows, prepared, unverified
        client.get(reverse("organisation_list"))


@pytest.mark.parametrize("count", [1, 20])
def test_page_of_an_organisation_costs_the_same_however_many_people_it_has(
    personas: Personas, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        make_actor(personas.site.organisation)
        services.invite(
            actor=personas.site_manager.actor,
            organisation_id=personas.site.organisation.pk,
            email=f"new{number}@example.org",
            role=Role.VIEWER,
        )
    client = personas.site_manager.client
    client.get(reverse("organisation"))
    # As above, organisation, people, invitations, record; and whether mail reaches people and those invited.
    with django_assert_num_queries(9):
        client.get(reverse("organisation"))


OPERATOR_ONLY = {"compliance": 200, "admin": 200}
EVERYBODY_ELSE = ("site", "site_manager", "site2", "customer", "auditor", "ngo", "nobody")


@pytest.mark.parametrize("persona", [*OPERATOR_ONLY, *EVERYBODY_ELSE, "anonymous"])
def test_list_and_form_are_the_operators(personas: Personas, persona: str) -> None:
    expected = OPERATOR_ONLY.get(persona, 302 if persona == "anonymous" else 403)
    for route in ("organisation_list", "organisation_add"):
        assert personas[persona].client.get(reverse(route)).status_code == expected
    if expected == 403:
        response = personas[persona].client.post(
            reverse("organisation_add"), {"kind": "ngo", "name": "N", "reference": "ZC9000001"}
        )
        assert response.status_code == 403


@pytest.mark.parametrize(
    ("persona", "status"),
    [
        ("compliance", 200),
        ("admin", 200),
        ("site", 302),
        ("site_manager", 302),
        ("site2", 404),
        ("customer", 404),
        ("auditor", 404),
        ("ngo", 404),
        ("nobody", 404),
        ("anonymous", 302),
    ],
)
def test_who_opens_the_page_of_a_supplier(personas: Personas, persona: str, status: int) -> None:
    url = reverse("organisation_detail", args=[personas.site.organisation.pk])
    assert personas[persona].client.get(url).status_code == status


def test_supplier_knows_its_customers_name_and_no_more(personas: Personas) -> None:
    url = reverse("organisation_detail", args=[personas.customer.organisation.pk])
    assert personas.site_manager.client.get(url).status_code == 404
    make_relationship(make_site(personas.site.organisation), personas.customer.organisation)
    for route in ("organisation_detail", "organisation_edit", "organisation_invite"):
        url = reverse(route, args=[personas.customer.organisation.pk])
        assert personas.site_manager.client.get(url).status_code == 403


def test_customer_reads_the_reference_that_its_suppliers_need(personas: Personas) -> None:
    page = personas.customer.client.get(reverse("organisation")).content.decode()
    assert f"A supplier needs your reference, {personas.customer.organisation.reference}" in page
    assert "A supplier needs" not in personas.site.client.get(reverse("organisation")).content.decode()
