"""The rows that a write of an escalation locks, in the order that all of them keep, and what they all do."""

from uuid import UUID

from django.utils import timezone

from carportal.core.actor import Actor
from carportal.core.audit import Aggregate, EventKind, Value, record
from carportal.core.notifications import notify
from findings.escalation import events
from findings.models import Escalation, EscalationParty, Finding
from findings.services.steps import lock_finding, lock_site


def lock_with_site(finding_id: UUID) -> Finding:
    """The CAR after its site, whose row whoever ends a relationship locks: nobody is told who has just left."""
    site_id = Finding.objects.values_list("site_id", flat=True).get(pk=finding_id)
    lock_site(site_id)
    return lock_finding(finding_id)


def lock_escalation(escalation_id: UUID, *, with_site: bool = False) -> Escalation:
    """The escalation's row after its CAR's, which orders its record; they are never deleted."""
    finding_id = Escalation.objects.values_list("finding_id", flat=True).get(pk=escalation_id)
    finding = lock_with_site(finding_id) if with_site else lock_finding(finding_id)
    escalation = Escalation.objects.select_for_update(no_key=True, of=("self",)).get(pk=escalation_id)
    escalation.finding = finding
    return escalation


def party_of(escalation: Escalation, organisation_id: UUID | None) -> EscalationParty | None:
    """The organisation's part in it as it is now, under the lock of the escalation."""
    parties = escalation.parties.current().select_related("organisation").prefetch_related("tellings")
    party = parties.filter(organisation=organisation_id).first()
    if party is not None:
        party.escalation = escalation
    return party


def record_on(
    escalation: Escalation, kind: EventKind, actor: Actor, party: EscalationParty | None = None, **data: Value
) -> None:
    """Append to the CAR's record; what concerns a customer is for no other one to read."""
    if party is not None:
        data["party"] = party.organisation.name
    record(
        aggregate=Aggregate.FINDING,
        aggregate_id=escalation.finding_id,
        kind=kind.name,
        actor=actor,
        data=data,
        party_id=party.organisation_id if party is not None and party.is_customer else None,
    )


def end_if_all_took_over(escalation: Escalation, actor: Actor) -> None:
    """The caller has just recorded something, and holds the lock."""
    if not escalation.is_open or escalation.parties.to_take_over().exists():
        return
    escalation.be_taken_over(at=timezone.now(), by=actor.user_id)
    escalation.save(update_fields=["status", "ended_at", "ended_by"])
    record_on(escalation, events.OVER, actor)
    notify(kind="escalation_over", object_id=escalation.pk)
