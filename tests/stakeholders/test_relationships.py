"""Who buys from a site, and what that customer sees."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.urls import reverse

from carportal.core.actor import Actor, OrganisationKind, Role
from carportal.core.audit import Aggregate, Reader, timeline
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from stakeholders import hooks, services
from stakeholders.models import Site, TradingRelationship, Visibility
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

Heard = list[tuple[str, bool, Actor]]


@pytest.fixture
def site() -> Site:
    return make_site(name="Riverside")


@pytest.fixture
def manager(site: Site) -> Actor:
    return make_actor(site.supplier, Role.MANAGER)


@pytest.fixture
def heard() -> Iterator[Heard]:
    """What a room above hears: level, whether it has ended, who did it."""
    calls: Heard = []

    def hook(relationship: TradingRelationship, actor: Actor) -> None:
        assert connection.in_atomic_block
        calls.append((relationship.visibility, relationship.ended_at is not None, actor))

    hooks.on_relationship_changed(hook)
    yield calls
    hooks._relationship_hooks.remove(hook)


# --- Adding ---------------------------------------------------------------------------------------


def test_manager_names_a_customer_by_its_reference(site: Site, manager: Actor, heard: Heard) -> None:
    customer = make_customer("Northmarket")
    typed = f" {customer.reference[:4].lower()} {customer.reference[4:]} "
    relationship = services.add_relationship(actor=manager, site_id=site.pk, customer_reference=typed)
    assert (relationship.customer, relationship.visibility) == (customer, Visibility.SHARES_ONLY)
    assert sentences(site.supplier) == [
        "Added Northmarket as a customer of Riverside; it sees: Only the plans shared with it"
    ]
    assert heard == [("shares_only", False, manager)]


def test_customer_reads_nothing_of_it_in_its_own_record(site: Site, manager: Actor) -> None:
    customer = make_customer()
    services.add_relationship(actor=manager, site_id=site.pk, customer_reference=customer.reference)
    assert not timeline(aggregate=Aggregate.ORGANISATION, aggregate_id=customer.pk, reader=Reader.PARTY)


def test_unknown_reference_and_one_of_no_customer_get_the_same_sentence(site: Site, manager: Actor) -> None:
    refusals = []
    for reference in ("ZC99999999", make_organisation(OrganisationKind.NGO).reference, "", "nonsense"):
        with pytest.raises(InvalidInput) as refused:
            services.add_relationship(actor=manager, site_id=site.pk, customer_reference=reference)
        refusals.append(refused.value.fields["customer_reference"])
    assert len({tuple(refusal) for refusal in refusals}) == 1
    assert "No customer has this reference" in str(refusals[0][0])


def test_same_customer_is_added_once_at_a_time(site: Site, manager: Actor, heard: Heard) -> None:
    relationship = make_relationship(site)
    with pytest.raises(InvalidInput, match="already"):
        services.add_relationship(
            actor=manager, site_id=site.pk, customer_reference=relationship.customer.reference
        )
    assert heard == []
    services.end_relationship(actor=manager, relationship_id=relationship.pk)
    again = services.add_relationship(
        actor=manager, site_id=site.pk, customer_reference=relationship.customer.reference
    )
    assert again.pk != relationship.pk


# --- Changing and ending --------------------------------------------------------------------------


def test_manager_sets_what_a_customer_sees(site: Site, manager: Actor, heard: Heard) -> None:
    relationship = make_relationship(site, make_customer("Northmarket"))
    services.change_visibility(actor=manager, relationship_id=relationship.pk, visibility=Visibility.CAR_LIST)
    relationship.refresh_from_db()
    assert relationship.visibility == Visibility.CAR_LIST
    assert sentences(site.supplier) == [
        "Changed what Northmarket sees of Riverside: from “Only the plans shared with it” to “The list of CARs”"
    ]
    assert heard == [("car_list", False, manager)]


def test_same_level_again_leaves_no_trace(site: Site, manager: Actor, heard: Heard) -> None:
    relationship = make_relationship(site)
    services.change_visibility(
        actor=manager, relationship_id=relationship.pk, visibility=Visibility.SHARES_ONLY
    )
    assert (sentences(site.supplier), heard) == ([], [])


def test_ended_relationship_is_final(site: Site, manager: Actor, heard: Heard) -> None:
    relationship = make_relationship(site)
    services.end_relationship(actor=manager, relationship_id=relationship.pk)
    relationship.refresh_from_db()
    assert relationship.ended_at is not None
    assert heard == [("shares_only", True, manager)]
    with pytest.raises(Conflict, match="ended already"):
        services.end_relationship(actor=manager, relationship_id=relationship.pk)
    with pytest.raises(Conflict, match="ended already"):
        services.change_visibility(
            actor=manager, relationship_id=relationship.pk, visibility=Visibility.CAR_LIST
        )


def test_what_a_room_above_refuses_undoes_the_change(site: Site, manager: Actor) -> None:
    def refuse(relationship: TradingRelationship, actor: Actor) -> None:
        raise Conflict("Not now.")

    relationship = make_relationship(site)
    hooks.on_relationship_changed(refuse)
    try:
        with pytest.raises(Conflict):
            services.end_relationship(actor=manager, relationship_id=relationship.pk)
    finally:
        hooks._relationship_hooks.remove(refuse)
    relationship.refresh_from_db()
    assert relationship.ended_at is None
    assert sentences(site.supplier) == []


# --- Who may not ----------------------------------------------------------------------------------


def outsiders(site: Site) -> dict[str, Actor]:
    return {
        "viewer": make_actor(site.supplier, Role.VIEWER),
        "editor": make_actor(site.supplier, Role.EDITOR),
        "another supplier's manager": make_actor(make_supplier(), Role.MANAGER),
        "a customer's manager": make_actor(make_customer(), Role.MANAGER),
        "the operator's manager": make_actor(make_operator(), Role.MANAGER),
        "the operator's compliance staff": make_actor(make_operator(), Role.COMPLIANCE),
    }


def test_nobody_else_writes_relationships(site: Site, heard: Heard) -> None:
    relationship, customer = make_relationship(site), make_customer()
    for actor in outsiders(site).values():
        with pytest.raises(NotAllowed):
            services.add_relationship(actor=actor, site_id=site.pk, customer_reference=customer.reference)
        with pytest.raises(NotAllowed):
            services.change_visibility(
                actor=actor, relationship_id=relationship.pk, visibility=Visibility.CAR_LIST
            )
        with pytest.raises(NotAllowed):
            services.end_relationship(actor=actor, relationship_id=relationship.pk)
    assert heard == []


# --- Pages ----------------------------------------------------------------------------------------


def test_manager_adds_changes_and_ends_on_the_sites_page(personas: Personas) -> None:
    site, client = make_site(personas.site.organisation), personas.site_manager.client
    add = reverse("relationship_add", args=[site.pk])
    page = client.post(
        add,
        {"customer_reference": personas.customer.organisation.reference, "visibility": "car_list"},
        follow=True,
    ).content.decode()
    assert "Northmarket is now a customer of this site." in page
    relationship = TradingRelationship.objects.get()
    change = reverse("relationship_change", args=[site.pk, relationship.pk])
    page = client.post(change, {"visibility": "published_plans"}, follow=True).content.decode()
    assert "What Northmarket sees has been changed." in page
    end = reverse("relationship_end", args=[site.pk, relationship.pk])
    assert "Does Northmarket no longer buy from" in client.get(end).content.decode()
    page = client.post(end, follow=True).content.decode()
    assert "The relationship with Northmarket has been ended." in page
    assert "Former customers" in page
    assert client.get(change).status_code == 404


def test_wrong_reference_is_explained_beside_its_field(personas: Personas) -> None:
    site = make_site(personas.site.organisation)
    page = personas.site_manager.client.post(
        reverse("relationship_add", args=[site.pk]),
        {"customer_reference": "ZC4040404", "visibility": "shares_only"},
    ).content.decode()
    assert 'href="#id_customer_reference">No customer has this reference.' in page


def test_form_lists_no_organisations(personas: Personas) -> None:
    site = make_site(personas.site.organisation)
    page = personas.site_manager.client.get(reverse("relationship_add", args=[site.pk])).content.decode()
    for name in ("customer", "customer2", "ngo", "auditor"):
        assert personas[name].organisation.name not in page


def test_relationship_is_found_only_under_its_own_site(personas: Personas) -> None:
    relationship = make_relationship(make_site(personas.site.organisation))
    other = make_site(personas.site.organisation)
    url = reverse("relationship_change", args=[other.pk, relationship.pk])
    assert personas.site_manager.client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("persona", "status"),
    [
        ("site_manager", 200),
        ("site", 403),
        ("site_viewer", 403),
        ("compliance", 403),
        ("admin", 403),
        ("site2", 404),
        ("customer", 404),
        ("customer2", 404),
        ("auditor", 404),
        ("ngo", 404),
        ("nobody", 404),
        ("anonymous", 302),
    ],
)
def test_who_reaches_the_forms(personas: Personas, persona: str, status: int) -> None:
    site = make_site(personas.site.organisation)
    relationship = make_relationship(site, personas.customer.organisation)
    urls = [
        reverse("relationship_add", args=[site.pk]),
        reverse("relationship_change", args=[site.pk, relationship.pk]),
        reverse("relationship_end", args=[site.pk, relationship.pk]),
    ]
    client = personas[persona].client
    for url in urls:
        assert client.get(url).status_code == status
        if status >= 400:
            data = {"customer_reference": personas.customer2.organisation.reference, "visibility": "car_list"}
            assert client.post(url, data).status_code == status
