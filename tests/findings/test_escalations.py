"""Telling others that step 1 is urgent: by whom, to whom, who sees what of it, and when it is over."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from carportal.core.actor import NOBODY
from carportal.core.audit import Aggregate, Reader, timeline, verify
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from findings.escalation.reading import parts_of, pins_for
from findings.escalation.services import raise_escalation, record_telling
from findings.models import (
    Access,
    AccessSource,
    CallOffReason,
    Escalation,
    EscalationParty,
    Finding,
    PartySide,
    Route,
    Telling,
)
from findings.services import answer_triage
from stakeholders.models import TradingRelationship, Visibility
from stakeholders.services import add_relationship, end_relationship
from tests.factories import make_customer, make_site
from tests.findings.escalating import (
    NOT_URGENT,
    acknowledge,
    call_off,
    escalate,
    make_urgent,
    now,
    part_of,
    ring,
    take_over,
    tell,
)
from tests.findings.making import Auditing
from tests.personas import Personas


@pytest.fixture
def car(personas: Personas) -> Finding:
    """A CAR of the cast's site; both customers buy from it and see nothing of it."""
    site = make_site(personas.site.organisation, name="Green Valley Packhouse")
    for customer in (personas.customer, personas.customer2):
        add_relationship(
            actor=personas.site_manager.actor,
            site_id=site.pk,
            customer_reference=customer.organisation.reference,
            visibility=Visibility.SHARES_ONLY,
        )
    auditing = Auditing(site)
    auditing.company, auditing.auditor = personas.auditor.organisation, personas.auditor.actor
    return auditing.car(auditing.hold(date(2025, 3, 1), "1A.B Workers paid fees"))


@pytest.fixture
def told(personas: Personas, car: Finding) -> Escalation:
    """The first customer is told of it, the second is not."""
    return escalate(car, personas.site.actor, personas.customer.organisation)


def leave(personas: Personas, car: Finding, name: str) -> None:
    relationship = TradingRelationship.objects.current().get(
        site=car.site, customer=personas[name].organisation
    )
    end_relationship(actor=personas.site_manager.actor, relationship_id=relationship.pk)


def record_of(car: Finding, reader: Reader, personas: Personas, name: str = "") -> list[str]:
    party_id = personas[name].organisation.pk if name else None
    entries = timeline(aggregate=Aggregate.FINDING, aggregate_id=car.pk, reader=reader, party_id=party_id)
    return [entry.kind for entry in entries if entry.kind.startswith("escalation")]


# --- Raising one ------------------------------------------------------------------------------------


def test_nobody_is_told_before_the_site_says_so(personas: Personas, car: Finding):
    make_urgent(car, personas.site.actor)
    assert not Escalation.objects.exists()
    assert not Access.objects.exists()


def test_site_tells_the_operator_and_the_customers_that_it_chooses(personas: Personas, told: Escalation):
    sides = {party.organisation: party.side for party in told.parties.select_related("organisation")}
    assert sides == {
        personas.site.organisation: PartySide.SITE,
        personas.compliance.organisation: PartySide.OPERATOR,
        personas.customer.organisation: PartySide.CUSTOMER,
    }
    routes = Telling.objects.filter(party__escalation=told).values_list("party__side", "route")
    assert set(routes) == {(PartySide.OPERATOR, Route.PORTAL), (PartySide.CUSTOMER, Route.PORTAL)}
    assert verify().broken == []


def test_operator_alone_can_be_told(personas: Personas, car: Finding):
    told = escalate(car, personas.site.actor)
    assert {party.side for party in told.parties.all()} == {PartySide.SITE, PartySide.OPERATOR}


@pytest.mark.parametrize(
    "name", ["site_viewer", "site2", "customer", "compliance", "admin", "auditor", "ngo"]
)
def test_only_those_who_write_for_the_site_say_who_is_told(personas: Personas, told: Escalation, name: str):
    other = personas.customer2.organisation
    actor = personas[name].actor
    for act in (
        lambda: raise_escalation(finding_id=told.finding_id, actor=actor),
        lambda: tell(told, actor, other),
        lambda: ring(told, actor, other),
        lambda: call_off(told, actor),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert now(told).is_open
    assert not told.parties.filter(organisation=other).exists()


def test_step_1_has_to_call_for_it(personas: Personas, car: Finding):
    with pytest.raises(Conflict):
        raise_escalation(finding_id=car.pk, actor=personas.site.actor)
    answer_triage(finding_id=car.pk, actor=personas.site.actor, answers=NOT_URGENT)
    with pytest.raises(Conflict):
        raise_escalation(finding_id=car.pk, actor=personas.site.actor)
    assert not Escalation.objects.exists()


def test_there_is_one_at_a_time(personas: Personas, told: Escalation):
    make_urgent(told.finding, personas.site.actor)
    with pytest.raises(Conflict, match="A colleague has told them already"):
        raise_escalation(finding_id=told.finding_id, actor=personas.site.actor)


def test_once_over_it_takes_step_1_again_to_raise_another(personas: Personas, car: Finding):
    take_over(escalate(car, personas.site.actor), personas.site.actor)
    with pytest.raises(Conflict, match="go through step 1 again"):
        raise_escalation(finding_id=car.pk, actor=personas.site.actor)
    assert escalate(car, personas.site.actor).is_open


def test_after_a_mistake_it_can_be_raised_at_once(personas: Personas, told: Escalation):
    call_off(told, personas.site.actor)
    raised = raise_escalation(finding_id=told.finding_id, actor=personas.site.actor)
    assert raised.triage == told.triage


def test_nothing_is_raised_about_a_car_that_has_ended(personas: Personas, car: Finding):
    make_urgent(car, personas.site.actor)
    Auditing(car.site).hold(date(2026, 3, 1))
    with pytest.raises(Conflict, match="An audit has ended this CAR"):
        raise_escalation(finding_id=car.pk, actor=personas.site.actor)


def test_only_current_customers_that_can_read_it_are_told(personas: Personas, car: Finding):
    make_urgent(car, personas.site.actor)
    stranger, silent = make_customer("Fernmarket"), make_customer("Nobody There")
    add_relationship(
        actor=personas.site_manager.actor, site_id=car.site_id, customer_reference=silent.reference
    )
    leave(personas, car, "customer2")
    for customer in (stranger, silent, personas.customer2.organisation, personas.ngo.organisation):
        with pytest.raises(InvalidInput) as refused:
            raise_escalation(finding_id=car.pk, actor=personas.site.actor, customers=[customer.pk])
        assert list(refused.value.fields) == ["customers"]
    assert not Escalation.objects.exists()


# --- Telling more -----------------------------------------------------------------------------------


def test_others_can_be_told_later_but_nobody_twice(personas: Personas, told: Escalation):
    tell(told, personas.site.actor, personas.customer2.organisation)
    assert told.parties.filter(side=PartySide.CUSTOMER).count() == 2
    for customers in ([personas.customer2.organisation], []):
        with pytest.raises(InvalidInput):
            tell(told, personas.site.actor, *customers)


def test_call_by_telephone_is_recorded_and_shows_the_customer_nothing(personas: Personas, told: Escalation):
    other = personas.customer2
    telling = ring(told, personas.site.actor, other.organisation, "  Rita \n Ringer ")
    assert (telling.route, telling.whom) == (Route.TELEPHONE, "Rita Ringer")
    assert telling.told_by == personas.site.user
    assert not Finding.objects.visible_to(other.actor).exists()
    assert not Escalation.objects.visible_to(other.actor).exists()
    assert record_of(told.finding, Reader.PARTY, personas, "customer2") == []


def test_customer_that_was_rung_can_be_told_here_too(personas: Personas, told: Escalation):
    other = personas.customer2
    ring(told, personas.site.actor, other.organisation)
    tell(told, personas.site.actor, other.organisation)
    party = EscalationParty.objects.visible_to(other.actor).get()
    assert [telling.route for telling in party.tellings.all()] == [Route.TELEPHONE, Route.PORTAL]


def test_one_that_was_told_here_can_be_rung_as_well(personas: Personas, told: Escalation):
    ring(told, personas.site.actor, personas.customer.organisation)
    assert part_of(told, personas.customer.organisation).tellings.count() == 2


def test_same_call_sent_twice_is_one(personas: Personas, told: Escalation):
    at = timezone.now() - timedelta(hours=1)
    calls = {
        record_telling(
            escalation_id=told.pk,
            actor=personas.site.actor,
            customer_id=personas.customer2.organisation.pk,
            route="telephone",
            whom="Rita Ringer",
            told_at=at,
        )
        for _ in range(2)
    }
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("route", "portal"),
        ("route", "pigeon"),
        ("whom", " "),
        ("whom", "x" * 201),
        ("told_at", timedelta(minutes=1)),
        ("told_at", timedelta(days=-9000)),
        ("customer", "ngo"),
        ("customer", "compliance"),
    ],
)
def test_what_cannot_have_been_is_not_recorded(
    personas: Personas, told: Escalation, field: str, wrong: str | timedelta
):
    said = {"route": "telephone", "whom": "Rita", "told_at": timedelta(), "customer": "customer2"}
    said |= {field: wrong}
    with pytest.raises(InvalidInput) as refused:
        record_telling(
            escalation_id=told.pk,
            actor=personas.site.actor,
            customer_id=personas[str(said["customer"])].organisation.pk,
            route=str(said["route"]),
            whom=str(said["whom"]),
            told_at=timezone.now() + said["told_at"],  # type: ignore[operator]
        )
    assert list(refused.value.fields) == [field]


# --- Who sees it ------------------------------------------------------------------------------------


def test_told_customer_sees_the_car_and_its_own_part_alone(personas: Personas, told: Escalation):
    tell(told, personas.site.actor, personas.customer2.organisation)
    for name in ("customer", "customer_viewer", "customer2"):
        actor = personas[name].actor
        assert list(Finding.objects.visible_to(actor)) == [told.finding]
        assert list(Escalation.objects.visible_to(actor)) == [told]
        (part,) = parts_of(told, actor)
        assert part.party.organisation == personas[name].organisation


@pytest.mark.parametrize("name", ["customer2", "site2", "auditor", "auditor2", "ngo", "nobody"])
def test_nobody_else_sees_anything_of_it(personas: Personas, told: Escalation, name: str):
    actor = personas[name].actor
    assert not Escalation.objects.visible_to(actor).exists()
    assert not EscalationParty.objects.visible_to(actor).exists()
    assert pins_for(actor) == []
    assert not Escalation.objects.visible_to(NOBODY).exists()
    assert told.is_open


@pytest.mark.parametrize("name", ["site", "site_viewer", "compliance", "admin"])
def test_site_and_operator_see_every_part(personas: Personas, told: Escalation, name: str):
    assert {part.party.side for part in parts_of(told, personas[name].actor)} == set(PartySide)


def test_operator_gets_states_of_customers_and_no_people(personas: Personas, told: Escalation):
    ring(told, personas.site.actor, personas.customer.organisation)
    take_over(told, personas.customer.actor)
    parts = {name: parts_of(told, personas[name].actor)[-1] for name in ("site", "compliance")}
    said = {name: [*part.told, part.acknowledged, part.taken_over] for name, part in parts.items()}
    assert [each.at for each in said["site"] if each] == [each.at for each in said["compliance"] if each]
    assert {each.who for each in said["compliance"] if each} == {""}
    assert {each.who for each in said["site"] if each} == {"", "Rita Ringer", "Customer Person"}


def test_record_tells_each_customer_of_itself_alone(personas: Personas, told: Escalation):
    tell(told, personas.site.actor, personas.customer2.organisation)
    acknowledge(told, personas.customer.actor)
    take_over(told, personas.customer.actor)
    own = ["escalation_told", "escalation_acknowledged", "escalation_taken_over_at_customer"]
    assert record_of(told.finding, Reader.PARTY, personas, "customer") == own
    assert record_of(told.finding, Reader.PARTY, personas, "customer2") == ["escalation_told"]
    assert record_of(told.finding, Reader.PARTY, personas, "ngo") == []
    assert record_of(told.finding, Reader.AUDITOR, personas) == []
    assert "escalation_acknowledged" not in record_of(told.finding, Reader.OPERATOR, personas)


# --- Answering --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["customer", "compliance"])
def test_those_who_were_told_acknowledge(personas: Personas, told: Escalation, name: str):
    party = acknowledge(told, personas[name].actor)
    assert party.acknowledged_by_id == personas[name].actor.user_id
    at = party.acknowledged_at
    assert acknowledge(told, personas[name].actor).acknowledged_at == at


@pytest.mark.parametrize("name", ["customer_viewer", "customer2", "site", "site2", "admin", "auditor", "ngo"])
def test_nobody_else_acknowledges(personas: Personas, told: Escalation, name: str):
    with pytest.raises(NotAllowed):
        acknowledge(told, personas[name].actor)


@pytest.mark.parametrize(
    "name", ["customer_viewer", "customer2", "site_viewer", "site2", "compliance", "auditor", "ngo"]
)
def test_nobody_else_records_that_the_protocol_has_taken_over(
    personas: Personas, told: Escalation, name: str
):
    with pytest.raises(NotAllowed):
        take_over(told, personas[name].actor)


def test_customer_that_was_told_here_answers_for_itself(personas: Personas, told: Escalation):
    with pytest.raises(NotAllowed):
        take_over(told, personas.site.actor, personas.customer.organisation, "Somebody")


def test_site_records_for_a_customer_that_it_rang_and_names_who_said_so(personas: Personas, told: Escalation):
    other = personas.customer2.organisation
    ring(told, personas.site.actor, other)
    with pytest.raises(InvalidInput) as refused:
        take_over(told, personas.site.actor, other, " ")
    assert list(refused.value.fields) == ["name"]
    party = take_over(told, personas.site.actor, other, "Rita Ringer")
    assert (party.taken_over_name, party.taken_over_by) == ("Rita Ringer", personas.site.user)
    assert party.acknowledged_at is None
    assert record_of(told.finding, Reader.PARTY, personas, "customer2") == []


def test_it_is_over_once_the_site_and_every_told_customer_have_recorded_it(
    personas: Personas, told: Escalation
):
    tell(told, personas.site.actor, personas.customer2.organisation)
    take_over(told, personas.customer.actor)
    take_over(told, personas.site.actor)
    assert now(told).is_open
    take_over(told, personas.customer2.actor)
    over = now(told)
    assert (over.status, over.ended_by) == ("taken_over", personas.customer2.user)
    for act in (
        lambda: tell(told, personas.site.actor, personas.customer.organisation),
        lambda: ring(told, personas.site.actor, personas.customer.organisation),
        lambda: acknowledge(told, personas.compliance.actor),
        lambda: call_off(told, personas.site.actor),
    ):
        with pytest.raises(Conflict, match="this escalation is over"):
            act()
    assert take_over(told, personas.customer.actor).taken_over_by == personas.customer.user


def test_what_a_customer_does_again_tells_it_nothing_of_others(personas: Personas, told: Escalation):
    """Refused once the escalation is over, it would learn that somebody had yet to answer until then."""
    take_over(told, personas.customer.actor)
    first = [act(told, personas.customer.actor) for act in (acknowledge, take_over)]
    take_over(told, personas.site.actor)
    assert not now(told).is_open
    assert [act(told, personas.customer.actor) for act in (acknowledge, take_over)] == first


def test_who_records_it_knows_of_it(personas: Personas, told: Escalation):
    party = take_over(told, personas.customer.actor)
    assert party.acknowledged_at == party.taken_over_at


def test_customer_keeps_its_sight_of_the_car_once_the_protocol_has_taken_over(
    personas: Personas, told: Escalation
):
    for actor in (personas.customer.actor, personas.site.actor):
        take_over(told, actor)
    assert Finding.objects.visible_to(personas.customer.actor).exists()
    assert Escalation.objects.visible_to(personas.customer.actor).exists()


def test_it_goes_on_when_an_audit_ends_the_car(personas: Personas, told: Escalation):
    """The audit does not say that workers were paid back."""
    Auditing(told.finding.site).hold(date(2026, 3, 1))
    assert [pin.escalation for pin in pins_for(personas.compliance.actor)] == [told]
    tell(told, personas.site.actor, personas.customer2.organisation)
    acknowledge(told, personas.customer.actor)
    for name in ("site", "customer", "customer2"):
        take_over(told, personas[name].actor)
    assert now(told).status == "taken_over"


# --- Calling it off ---------------------------------------------------------------------------------


def test_mistake_is_called_off_and_what_it_let_see_ends(personas: Personas, told: Escalation):
    off = call_off(told, personas.site.actor)
    assert (off.status, off.reason, off.ended_by) == ("called_off", "mistake", personas.site.user)
    assert not Finding.objects.visible_to(personas.customer.actor).exists()
    assert not Escalation.objects.visible_to(personas.customer.actor).exists()
    assert pins_for(personas.compliance.actor) == []
    for act in (acknowledge, take_over):
        with pytest.raises(Conflict, match="called this escalation off"):
            act(told, personas.customer.actor)


def test_what_a_customer_sees_for_another_reason_stays(personas: Personas, told: Escalation):
    Access.objects.create(
        organisation=personas.customer.organisation,
        finding=told.finding,
        level=1,
        source=AccessSource.RELATIONSHIP,
        source_id=uuid4(),
    )
    call_off(told, personas.site.actor)
    assert Finding.objects.visible_to(personas.customer.actor).exists()
    kinds = record_of(told.finding, Reader.PARTY, personas, "customer")
    assert kinds == ["escalation_told", "escalation_called_off_for_customer"]


def test_what_is_still_urgent_is_not_called_off_as_not_urgent(personas: Personas, told: Escalation):
    with pytest.raises(Conflict, match="Step 1 still says"):
        call_off(told, personas.site.actor, CallOffReason.NOT_URGENT)
    answer_triage(finding_id=told.finding_id, actor=personas.site.actor, answers=NOT_URGENT)
    assert call_off(told, personas.site.actor, CallOffReason.NOT_URGENT).is_called_off


def test_reason_is_one_of_those_offered(personas: Personas, told: Escalation):
    with pytest.raises(InvalidInput):
        call_off(told, personas.site.actor, "because")  # type: ignore[arg-type]


# --- Customers that leave ---------------------------------------------------------------------------


def test_customer_that_leaves_sees_nothing_and_is_not_waited_for(personas: Personas, told: Escalation):
    take_over(told, personas.site.actor)
    leave(personas, told.finding, "customer")
    assert now(told).status == "taken_over"
    assert not Escalation.objects.visible_to(personas.customer.actor).exists()
    assert not Access.objects.filter(source=AccessSource.ESCALATION).exists()
    with pytest.raises(NotAllowed):
        take_over(told, personas.customer.actor)


def test_one_that_comes_back_can_be_told_anew(personas: Personas, told: Escalation):
    leave(personas, told.finding, "customer")
    assert now(told).is_open
    add_relationship(
        actor=personas.site_manager.actor,
        site_id=told.finding.site_id,
        customer_reference=personas.customer.organisation.reference,
    )
    assert not Escalation.objects.visible_to(personas.customer.actor).exists()
    tell(told, personas.site.actor, personas.customer.organisation)
    assert Escalation.objects.visible_to(personas.customer.actor).exists()
