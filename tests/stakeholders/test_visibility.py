"""What each actor sees of organisations, people, sites, relationships and invitations: one world, every reader."""

from typing import Any

import pytest

from carportal.core.actor import NOBODY, SYSTEM, Role
from stakeholders import services
from stakeholders.models import Invitation, Membership, Organisation, Site, TradingRelationship
from tests.factories import make_relationship, make_site
from tests.personas import Personas

pytestmark = pytest.mark.django_db

PEOPLE = ("site", "site_viewer", "site_manager", "site2", "customer", "customer_viewer", "customer2")
PARTIES = (*PEOPLE, "auditor", "auditor2", "ngo")


@pytest.fixture
def world(personas: Personas) -> Personas:
    """Supplier A has a site that both customers buy from, B one that the second buys from."""
    first, second = make_site(personas.site.organisation), make_site(personas.site2.organisation)
    make_relationship(first, personas.customer.organisation)
    make_relationship(first, personas.customer2.organisation)
    make_relationship(second, personas.customer2.organisation)
    for name in ("site_manager", "site2"):
        services.invite(
            actor=personas[name].actor,
            organisation_id=personas[name].organisation.pk,
            email="new@example.org",
            role=Role.VIEWER,
        )
    return personas


@pytest.mark.parametrize("name", PARTIES)
def test_everybody_sees_the_people_and_invitations_of_their_own_organisation_alone(
    world: Personas, name: str
) -> None:
    own = {world[name].organisation.pk}
    for model in (Membership, Invitation):
        seen = model.objects.visible_to(world[name].actor)
        assert set(seen.values_list("organisation", flat=True)) <= own


@pytest.mark.parametrize("name", ["customer", "customer2", "auditor", "ngo"])
def test_no_party_sees_another_organisation_or_a_site_here(world: Personas, name: str) -> None:
    actor = world[name].actor
    assert list(Organisation.objects.visible_to(actor)) == [world[name].organisation]
    assert not Site.objects.visible_to(actor).exists()


def test_supplier_sees_its_current_customers_names_and_no_others(world: Personas) -> None:
    def names(persona: str) -> set[str]:
        return set(Organisation.objects.visible_to(world[persona].actor).values_list("name", flat=True))

    assert names("site") == {"Green Valley Foods", "Northmarket", "Fairprice Stores"}
    assert names("site2") == {"Harbour Textiles", "Fairprice Stores"}
    relationship = TradingRelationship.objects.get(customer=world.customer.organisation)
    services.end_relationship(actor=world.site_manager.actor, relationship_id=relationship.pk)
    assert names("site") == {"Green Valley Foods", "Fairprice Stores"}


def test_customer_sees_its_own_relationships_and_never_another_customers(world: Personas) -> None:
    for name in ("customer", "customer_viewer", "customer2"):
        seen = TradingRelationship.objects.visible_to(world[name].actor)
        assert {each.customer for each in seen} == {world[name].organisation}


def test_supplier_sees_the_relationships_of_its_own_sites(world: Personas) -> None:
    for name, count in (("site", 2), ("site_viewer", 2), ("site2", 1)):
        seen = TradingRelationship.objects.visible_to(world[name].actor).select_related("site")
        assert {each.site.supplier_id for each in seen} == {world[name].organisation.pk}
        assert seen.count() == count


@pytest.mark.parametrize("model", [Organisation, Membership, Site, TradingRelationship, Invitation])
def test_operator_sees_everything_and_whoever_acts_for_nobody_nothing(world: Personas, model: Any) -> None:
    everything = model.objects.count()
    assert everything
    for actor in (world.compliance.actor, world.admin.actor, SYSTEM):
        assert model.objects.visible_to(actor).count() == everything
    for actor in (world.nobody.actor, NOBODY):
        assert not model.objects.visible_to(actor).exists()
