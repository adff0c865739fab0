"""Escalations, as far on as a test needs them; every step goes through the services."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from carportal.core.actor import Actor
from findings.escalation.services import (
    acknowledge_escalation,
    call_off_escalation,
    raise_escalation,
    record_taken_over,
    record_telling,
    tell_customers,
)
from findings.models import CallOffReason, Escalation, EscalationParty, Finding, Telling
from findings.services import answer_triage
from stakeholders.models import Organisation

URGENT = {"U": True, "K": True}
NOT_URGENT = {"U": False, "K": True}


def make_urgent(car: Finding, actor: Actor) -> None:
    answer_triage(finding_id=car.pk, actor=actor, answers=URGENT)


def escalate(car: Finding, actor: Actor, *customers: Organisation) -> Escalation:
    """Step 1 is urgent, and these are told through the portal."""
    make_urgent(car, actor)
    return raise_escalation(finding_id=car.pk, actor=actor, customers=ids_of(customers))


def tell(escalation: Escalation, actor: Actor, *customers: Organisation) -> Escalation:
    return tell_customers(escalation_id=escalation.pk, actor=actor, customers=ids_of(customers))


def ring(escalation: Escalation, actor: Actor, customer: Organisation, whom: str = "Rita Ringer") -> Telling:
    return record_telling(
        escalation_id=escalation.pk,
        actor=actor,
        customer_id=customer.pk,
        route="telephone",
        whom=whom,
        told_at=timezone.now() - timedelta(minutes=5),
    )


def acknowledge(escalation: Escalation, actor: Actor) -> EscalationParty:
    return acknowledge_escalation(escalation_id=escalation.pk, actor=actor)


def take_over(
    escalation: Escalation, actor: Actor, customer: Organisation | None = None, name: str = ""
) -> EscalationParty:
    customer_id = customer.pk if customer else None
    return record_taken_over(escalation_id=escalation.pk, actor=actor, customer_id=customer_id, name=name)


def call_off(
    escalation: Escalation, actor: Actor, reason: CallOffReason = CallOffReason.MISTAKE
) -> Escalation:
    return call_off_escalation(escalation_id=escalation.pk, actor=actor, reason=reason)


def now(escalation: Escalation) -> Escalation:
    """The same, as it is now."""
    return Escalation.objects.get(pk=escalation.pk)


def part_of(escalation: Escalation, organisation: Organisation) -> EscalationParty:
    return escalation.parties.get(organisation=organisation)


def ids_of(organisations: Iterable[Organisation]) -> list[UUID]:
    return [each.pk for each in organisations]
