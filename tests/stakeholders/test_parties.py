"""Parties that a supplier types in: for itself alone, without a reference, and known to nobody else."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from carportal.core.actor import PARTY_KINDS, Actor, OrganisationKind, Role
from carportal.core.errors import InvalidInput, NotAllowed
from stakeholders import policy
from stakeholders.models import Organisation
from stakeholders.services import add_relationship, change_party, type_in_party, update_organisation
from tests.factories import make_actor, make_customer, make_site, make_supplier
from tests.personas import Personas
from tests.stakeholders.record import sentences

pytestmark = pytest.mark.django_db

UNION = OrganisationKind.TRADE_UNION


def type_in(actor: Actor, name: str = "Harvest Union", kind: OrganisationKind = UNION) -> Organisation:
    return type_in_party(
        actor=actor, kind=kind, name=name, contact_name="Grace Guest", contact_email=" Grace@Union.example "
    )


def test_party_is_the_suppliers_own_and_has_no_reference(personas: Personas) -> None:
    party = type_in(personas.site.actor, "  Harvest   Union ")
    assert (party.name, party.reference, party.contact_email) == ("Harvest Union", "", "grace@union.example")
    assert (party.private_to, party.is_unverified) == (personas.site.organisation, True)


def test_the_supplier_and_the_operator_see_it_and_nobody_else(personas: Personas) -> None:
    party = type_in(personas.site.actor)
    seen = {
        name
        for name, persona in personas.items()
        if Organisation.objects.visible_to(persona.actor).filter(pk=party.pk).exists()
    }
    assert seen == {"site", "site_viewer", "site_manager", "compliance", "admin"}


def test_two_suppliers_that_type_the_same_name_have_two_parties(personas: Personas) -> None:
    one, two = type_in(personas.site.actor), type_in(personas.site2.actor)
    assert one.pk != two.pk
    assert one in Organisation.objects.open_to(personas.site.organisation.pk)
    assert two not in Organisation.objects.open_to(personas.site.organisation.pk)


def test_one_supplier_has_one_party_of_a_name(personas: Personas) -> None:
    type_in(personas.site.actor)
    with pytest.raises(InvalidInput, match="added a party of this name before") as refused:
        type_in(personas.site_manager.actor, "HARVEST UNION")
    assert list(refused.value.fields) == ["name"]


@pytest.mark.parametrize(
    "name", ["nobody", "site_viewer", "customer", "ngo", "auditor", "compliance", "admin"]
)
def test_only_those_who_write_for_a_supplier_type_one_in(personas: Personas, name: str) -> None:
    with pytest.raises(NotAllowed):
        type_in(personas[name].actor)
    assert not Organisation.objects.unverified().exists()


@pytest.mark.parametrize("kind", sorted(set(OrganisationKind) - PARTY_KINDS))
def test_party_is_of_a_kind_that_reads_plans(personas: Personas, kind: OrganisationKind) -> None:
    with pytest.raises(InvalidInput) as refused:
        type_in(personas.site.actor, kind=kind)
    assert list(refused.value.fields) == ["kind"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"contact_name": ""}, "contact_name"),
        ({"contact_email": ""}, "contact_email"),
        ({"contact_email": "nowhere"}, "contact_email"),
        ({"contact_email": "Site_Manager@example.org"}, "contact_email"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    personas: Personas, values: dict[str, str], field: str
) -> None:
    given = {"name": "Union", "contact_name": "Grace", "contact_email": "grace@union.example"} | values
    with pytest.raises(InvalidInput) as refused:
        type_in_party(actor=personas.site.actor, kind=UNION, **given)
    assert list(refused.value.fields) == [field]


def test_it_is_on_the_suppliers_record_with_what_can_be_taken_out(personas: Personas) -> None:
    type_in(personas.site.actor)
    assert sentences(personas.site.organisation)[-1] == (
        "Added the party Harvest Union (Trade union), which nobody has verified; "
        "contact: Grace Guest, grace@union.example"
    )


def correct(actor: Actor, party: Organisation, name: str = "Growers Union") -> Organisation:
    return change_party(
        actor=actor,
        party_id=party.pk,
        kind=OrganisationKind.NGO,
        name=name,
        contact_name="Hugo Harvest",
        contact_email="hugo@union.example",
    )


def test_what_was_typed_in_wrongly_is_corrected_by_its_supplier_alone(personas: Personas) -> None:
    party = type_in(personas.site.actor)
    for name in ("site_viewer", "site2", "customer", "ngo", "compliance", "admin"):
        with pytest.raises(NotAllowed):
            correct(personas[name].actor, party)
    changed = correct(personas.site_manager.actor, party)
    assert (changed.name, changed.kind, changed.contact_email) == (
        "Growers Union",
        OrganisationKind.NGO,
        "hugo@union.example",
    )
    assert "Changed the details of the party Growers Union" in sentences(personas.site.organisation)[-1]
    with pytest.raises(NotAllowed):
        correct(personas.site.actor, personas.customer.organisation)


def test_it_keeps_its_name_and_takes_no_other_ones(personas: Personas) -> None:
    party = type_in(personas.site.actor)
    type_in(personas.site.actor, "Pickers Union")
    assert correct(personas.site.actor, party, "Harvest Union").name == "Harvest Union"
    with pytest.raises(InvalidInput) as refused:
        correct(personas.site.actor, party, "Pickers Union")
    assert list(refused.value.fields) == ["name"]


def test_it_is_no_customer_that_another_supplier_could_add(personas: Personas) -> None:
    type_in(personas.site.actor, kind=OrganisationKind.CUSTOMER)
    supplier = make_supplier()
    manager = make_actor(supplier, Role.MANAGER)
    site = make_site(supplier)
    for reference in ("", " "):
        with pytest.raises(InvalidInput, match="No customer has this reference"):
            add_relationship(actor=manager, site_id=site.pk, customer_reference=reference)


def test_operator_gives_it_no_reference_but_links_it(personas: Personas) -> None:
    party = type_in(personas.site.actor)
    assert not policy.may_change_organisation(personas.admin.actor, party)
    with pytest.raises(NotAllowed):
        update_organisation(
            actor=personas.admin.actor,
            organisation_id=party.pk,
            name="Harvest Union",
            reference="ZC1000123",
            is_uk_retailer=False,
        )


def test_database_refuses_what_is_neither_known_nor_typed_in(personas: Personas) -> None:
    party, customer = type_in(personas.site.actor), make_customer()
    wrong: list[tuple[Organisation, dict[str, Any]]] = [
        (party, {"reference": "ZC1000123"}),
        (party, {"private_to": None}),
        (party, {"contact_email": ""}),
        (party, {"contact_email": "Grace@union.example"}),
        (party, {"kind": OrganisationKind.SUPPLIER}),
        (customer, {"reference": ""}),
        (customer, {"contact_email": "grace@union.example"}),
        (customer, {"linked_to": party}),
        (customer, {"reference": personas.customer.organisation.reference}),
    ]
    for row, values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Organisation.objects.filter(pk=row.pk).update(**values)
