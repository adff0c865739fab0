"""What the database lets nobody do to an escalation, whatever code or hand writes to it."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from findings.models import Escalation, EscalationParty, Finding, PartySide, Telling
from tests.factories import make_customer, make_relationship
from tests.findings.escalating import call_off, escalate, part_of, ring, take_over
from tests.findings.scene import audits_of
from tests.personas import Personas

# Each is refused by the database in one of the tests below.
CONSTRAINTS = frozenset(
    {
        "escalation_called_off_with_reason",
        "escalation_ended_with_time",
        "escalation_one_open",
        "escalation_party_named_with_time",
        "escalation_party_once_at_a_time",
        "escalation_party_operator_is_told",
        "escalation_party_side_is_known",
        "escalation_status_is_known",
        "telling_is_not_to_come",
        "telling_names_whom_outside",
        "telling_once_through_the_portal",
    }
)


@pytest.fixture
def car(personas: Personas) -> Finding:
    auditing = audits_of(personas)
    for customer in (personas.customer, personas.customer2):
        make_relationship(auditing.site, customer.organisation)
    return auditing.car(auditing.hold(auditing.site.created_at.date(), "1A.B Workers paid fees"))


@pytest.fixture
def told(personas: Personas, car: Finding) -> Escalation:
    return escalate(car, personas.site.actor, personas.customer.organisation)


def refuses(rows: Any, match: str | None = None, /, **values: Any) -> None:
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        rows.update(**values)


def test_there_is_one_open_escalation_of_a_car(told: Escalation):
    with pytest.raises(IntegrityError, match="escalation_one_open"), transaction.atomic():
        Escalation.objects.create(finding=told.finding, triage=told.triage)


def test_status_moves_only_forwards_and_ends_with_its_time_and_reason(personas: Personas, told: Escalation):
    rows, now = Escalation.objects.filter(pk=told.pk), timezone.now()
    refuses(rows, "escalation_ended_with_time", status="taken_over")
    refuses(rows, "escalation_called_off_with_reason", status="called_off", ended_at=now)
    refuses(rows, "escalation_called_off_with_reason", reason="mistake")
    with pytest.raises(IntegrityError, match="escalation_status_is_known"), transaction.atomic():
        Escalation.objects.create(finding=told.finding, triage=told.triage, status="done", ended_at=now)
    call_off(told, personas.site.actor)
    refuses(rows, status="open", ended_at=None, reason="")
    refuses(rows, "that is over", ended_at=now)
    assert rows.update(ended_by=None, raised_by=None) == 1  # who left the portal


def test_what_it_is_about_stays_and_nothing_is_deleted(personas: Personas, told: Escalation):
    refuses(Escalation.objects.all(), raised_at=timezone.now())
    refuses(EscalationParty.objects.all(), organisation=personas.customer2.organisation)
    refuses(Telling.objects.all(), told_at=timezone.now())
    for rows in (Telling, EscalationParty, Escalation):
        with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
            rows._default_manager.all().delete()
    assert told.is_open


def test_what_a_party_recorded_is_not_taken_back(personas: Personas, told: Escalation):
    take_over(told, personas.customer.actor)
    rows = EscalationParty.objects.filter(organisation=personas.customer.organisation)
    for values in (
        {"acknowledged_at": None},
        {"taken_over_at": None},
        {"taken_over_at": timezone.now()},
        {"taken_over_name": "Somebody"},
    ):
        refuses(rows, "Cannot take back", **values)
    assert rows.update(acknowledged_by=None, taken_over_by=None) == 1


def test_names_lose_words_and_nothing_else(personas: Personas, told: Escalation):
    other = personas.customer2.organisation
    ring(told, personas.site.actor, other, r"Rita_100% \Ringer")
    take_over(told, personas.site.actor, other, "Rita Ringer")
    tellings = Telling.objects.filter(party__organisation=other)
    parties = EscalationParty.objects.filter(organisation=other)
    for wrong in ("Greta Ringer", "███ Singer", "", "Rita_100% \\Ringer\\"):
        refuses(tellings, whom=wrong)
    refuses(parties, "Cannot take back", taken_over_name="Greta ███")
    assert tellings.update(whom=r"███_100% \Ringer") == 1
    assert parties.update(taken_over_name="███") == 1


def test_each_party_is_there_once_and_the_operator_only_knows(personas: Personas, told: Escalation):
    customer = personas.customer.organisation
    with pytest.raises(IntegrityError, match="escalation_party_once_at_a_time"), transaction.atomic():
        EscalationParty.objects.create(escalation=told, organisation=customer, side=PartySide.CUSTOMER)
    operator = EscalationParty.objects.filter(side=PartySide.OPERATOR)
    refuses(operator, "escalation_party_operator_is_told", taken_over_at=timezone.now())
    refuses(operator, "escalation_party_named_with_time", taken_over_name="Rita")
    site = EscalationParty.objects.filter(side=PartySide.SITE)
    refuses(site, "escalation_party_named_with_time", taken_over_name="Rita", taken_over_at=timezone.now())
    customers = EscalationParty.objects.filter(side=PartySide.CUSTOMER)
    refuses(customers, "escalation_party_named_with_time", taken_over_name="Rita")
    with pytest.raises(IntegrityError, match="escalation_party_side_is_known"), transaction.atomic():
        EscalationParty.objects.create(escalation=told, organisation=make_customer(), side="friend")


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"route": "pigeon", "whom": "Rita"}, "telling_names_whom_outside"),
        ({"route": "telephone"}, "telling_names_whom_outside"),
        ({"route": "portal", "whom": "Rita"}, "telling_names_whom_outside"),
        ({"route": "portal"}, "telling_once_through_the_portal"),
        ({"route": "telephone", "whom": "Rita", "recorded_at": None}, "telling_is_not_to_come"),
    ],
)
def test_telling_says_whom_and_lies_behind(
    personas: Personas, told: Escalation, values: dict[str, Any], constraint: str
):
    now = timezone.now()
    if "recorded_at" in values:
        values = values | {"recorded_at": told.raised_at}
    party = part_of(told, personas.customer.organisation)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Telling.objects.create(party=party, told_at=now, **values)
