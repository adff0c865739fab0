"""Sites: the operator adds them, the supplier's managers keep their details right."""

from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from carportal.core.actor import Actor, Role
from carportal.core.errors import InvalidInput, NotAllowed
from stakeholders import services
from stakeholders.models import Sector, Site
from stakeholders.services.sites import SiteDetails
from tests.factories import (
    make_actor,
    make_customer,
    make_operator,
    make_relationship,
    make_site,
    make_supplier,
)
from tests.personas import Personas
from tests.stakeholders.record import sentences

pytestmark = pytest.mark.django_db

DETAILS = SiteDetails(
    name="Riverside", country="BD", address="1 Mill Lane", sector=Sector.GARMENTS, time_zone="Asia/Dhaka"
)
FORM = {
    "reference": "ZS1000777",
    "name": "Riverside",
    "country": "BD",
    "address": "1 Mill Lane",
    "sector": "garments",
    "time_zone": "Asia/Dhaka",
}


@pytest.fixture
def compliance() -> Actor:
    return make_actor(make_operator(), Role.COMPLIANCE)


def test_operator_adds_a_site_to_a_supplier(compliance: Actor) -> None:
    supplier = make_supplier()
    site = services.create_site(
        actor=compliance, supplier_id=supplier.pk, reference="zs1000777", details=DETAILS
    )
    assert (site.supplier, site.reference, site.country) == (supplier, "ZS1000777", "BD")
    assert sentences(supplier) == ["Added the site Riverside (ZS1000777)"]


def test_only_suppliers_have_sites(compliance: Actor) -> None:
    with pytest.raises(InvalidInput, match="Only a supplier has sites"):
        services.create_site(
            actor=compliance, supplier_id=make_customer().pk, reference="ZS1000777", details=DETAILS
        )


def test_reference_is_given_once(compliance: Actor) -> None:
    site = make_site()
    with pytest.raises(InvalidInput) as refused:
        services.create_site(
            actor=compliance, supplier_id=site.supplier_id, reference=site.reference, details=DETAILS
        )
    assert refused.value.fields == {"reference": ["Another site has this reference."]}


def test_supplier_does_not_add_sites_itself() -> None:
    supplier = make_supplier()
    with pytest.raises(NotAllowed):
        services.create_site(
            actor=make_actor(supplier, Role.MANAGER),
            supplier_id=supplier.pk,
            reference="ZS1000777",
            details=DETAILS,
        )


def test_suppliers_manager_changes_details_and_the_record_names_what_changed() -> None:
    site = make_site()
    services.update_site(
        actor=make_actor(site.supplier, Role.MANAGER),
        site_id=site.pk,
        details=SiteDetails(
            name=site.name,
            country="BD",
            address=site.address,
            sector=Sector(site.sector),
            time_zone="Asia/Dhaka",
        ),
    )
    site.refresh_from_db()
    assert (site.country, site.time_zone) == ("BD", "Asia/Dhaka")
    assert sentences(site.supplier) == [
        f"Changed the details of the site {site.name} ({site.reference}): country, time zone"
    ]


def test_saving_what_is_there_leaves_no_trace(compliance: Actor) -> None:
    site = make_site()
    same = SiteDetails(
        name=site.name,
        country=site.country,
        address=site.address,
        sector=Sector(site.sector),
        time_zone=site.time_zone,
    )
    services.update_site(actor=compliance, site_id=site.pk, details=same)
    assert sentences(site.supplier) == []


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_others_of_the_supplier_do_not_change_details(role: Role) -> None:
    site = make_site()
    with pytest.raises(NotAllowed):
        services.update_site(actor=make_actor(site.supplier, role), site_id=site.pk, details=DETAILS)


def test_manager_of_another_supplier_does_not_change_details() -> None:
    site = make_site()
    with pytest.raises(NotAllowed):
        services.update_site(
            actor=make_actor(make_supplier(), Role.MANAGER), site_id=site.pk, details=DETAILS
        )


@pytest.mark.parametrize(
    ("field", "values"),
    [("country", {"country": "XX"}), ("time_zone", {"time_zone": "Nowhere"}), ("name", {"name": ""})],
)
def test_what_is_wrong_is_said_beside_its_field(
    compliance: Actor, field: str, values: dict[str, Any]
) -> None:
    wrong = replace(DETAILS, **values)
    with pytest.raises(InvalidInput) as refused:
        services.update_site(actor=compliance, site_id=make_site().pk, details=wrong)
    assert list(refused.value.fields) == [field]


# --- Pages ----------------------------------------------------------------------------------------


def test_operator_adds_a_site_on_the_suppliers_page(personas: Personas) -> None:
    url = reverse("site_add", args=[personas.site.organisation.pk])
    assert "Add a site of Green Valley Foods" in personas.compliance.client.get(url).content.decode()
    page = personas.compliance.client.post(url, FORM, follow=True).content.decode()
    assert "The site has been added." in page
    assert "Bangladesh" in page


def test_manager_changes_details_on_the_page(personas: Personas) -> None:
    site = make_site(personas.site.organisation)
    url = reverse("site_edit", args=[site.pk])
    client = personas.site_manager.client
    assert site.name in client.get(url).content.decode()
    page = client.post(url, FORM, follow=True).content.decode()
    assert "The site’s details have been saved." in page
    assert "Riverside" in page


def test_site_page_leads_to_its_cars(personas: Personas) -> None:
    site = make_site(personas.site.organisation)
    page = personas.site.client.get(reverse("site", args=[site.pk])).content.decode()
    assert f"{reverse('finding_list')}?site={site.pk}" in page


def test_each_supplier_lists_its_own_sites_and_the_operator_all(personas: Personas) -> None:
    make_site(personas.site.organisation, name="Mine")
    make_site(personas.site2.organisation, name="Theirs")

    def listed(persona: str) -> set[str]:
        page = personas[persona].client.get(reverse("site_list")).context["page"]
        return {site.name for site in page.object_list}

    assert listed("site") == listed("site_viewer") == {"Mine"}
    assert listed("site2") == {"Theirs"}
    assert listed("compliance") == {"Mine", "Theirs"}


def test_list_is_filtered_by_name_reference_and_country(personas: Personas) -> None:
    first = make_site(personas.site.organisation, name="Riverside", country="BD")
    make_site(personas.site.organisation, name="Hilltop", country="KE")

    def found(**query: str) -> set[str]:
        page = personas.site.client.get(reverse("site_list"), query).context["page"]
        return {site.name for site in page.object_list}

    assert found(q="river") == {"Riverside"}
    assert found(q=first.reference) == {"Riverside"}
    assert found(country="KE") == {"Hilltop"}
    assert found(country="KE", q="river") == set()
    accented = make_site(personas.site.organisation, name="São Bento")
    assert found(q="sao b") == found(q=accented.reference.lower()) == {"São Bento"}


def test_list_counts_current_customers_only(personas: Personas) -> None:
    site = make_site(personas.site.organisation)
    make_relationship(site)
    services.end_relationship(actor=personas.site_manager.actor, relationship_id=make_relationship(site).pk)
    (listed,) = personas.site.client.get(reverse("site_list")).context["page"].object_list
    assert listed.customers == 1


@pytest.mark.parametrize("count", [1, 20])
def test_list_costs_the_same_however_long_it_is(
    personas: Personas, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        make_relationship(make_site(personas.site.organisation))
    for name in ("site", "compliance"):
        client = personas[name].client
        client.get(reverse("site_list"))
        with django_assert_num_queries(5):  # session, person, memberships, count, rows
            client.get(reverse("site_list"))


@pytest.mark.parametrize("count", [1, 20])
def test_site_page_costs_the_same_however_many_customers_it_has(
    personas: Personas, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    site = make_site(personas.site.organisation)
    for _ in range(count):
        make_relationship(site)
    client = personas.site.client
    client.get(reverse("site", args=[site.pk]))
    with django_assert_num_queries(6):  # session, person, memberships, site, customers, former ones
        client.get(reverse("site", args=[site.pk]))


MATRIX = {
    # persona: list, page, edit, add to supplier A
    "site": (200, 200, 403, 403),
    "site_viewer": (200, 200, 403, 403),
    "site_manager": (200, 200, 200, 403),
    "site2": (200, 404, 404, 404),
    "customer": (403, 404, 404, 404),
    "customer2": (403, 404, 404, 404),
    "customer_viewer": (403, 404, 404, 404),
    "compliance": (200, 200, 200, 200),
    "admin": (200, 200, 200, 200),
    "auditor": (403, 404, 404, 404),
    "ngo": (403, 404, 404, 404),
    "nobody": (403, 404, 404, 404),
    "anonymous": (302, 302, 302, 302),
}


@pytest.mark.parametrize("persona", MATRIX)
def test_who_reaches_which_page_of_sites(personas: Personas, persona: str) -> None:
    site = make_site(personas.site.organisation)
    make_relationship(site, personas.customer.organisation)
    urls = (
        reverse("site_list"),
        reverse("site", args=[site.pk]),
        reverse("site_edit", args=[site.pk]),
        reverse("site_add", args=[personas.site.organisation.pk]),
    )
    assert tuple(personas[persona].client.get(url).status_code for url in urls) == MATRIX[persona]


@pytest.mark.parametrize("persona", [name for name, row in MATRIX.items() if row[2] >= 400])
def test_who_does_not_reach_a_form_does_not_post_it(personas: Personas, persona: str) -> None:
    site = make_site(personas.site.organisation)
    client = personas[persona].client
    assert client.post(reverse("site_edit", args=[site.pk]), FORM).status_code in {403, 404}
    assert client.post(reverse("site_add", args=[site.supplier_id]), FORM).status_code in {403, 404}
    assert not Site.objects.filter(name="Riverside").exists()
