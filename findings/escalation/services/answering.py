"""What those who were told record: that they know, and that the protocol has taken over."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from carportal.core.actor import Actor
from carportal.core.audit import EventKind
from carportal.core.notifications import notify
from findings.escalation import events, policy
from findings.escalation.services.rows import end_if_all_took_over, lock_escalation, party_of, record_on
from findings.escalation.services.telling import checked_name
from findings.models import EscalationParty, PartySide


@transaction.atomic
def acknowledge_escalation(*, escalation_id: UUID, actor: Actor) -> EscalationParty:
    """Say for one's own organisation that it knows; where a colleague has, nothing is done.

    That comes before all else: whether the escalation is over would tell a customer of others. Conflict once it is.
    """
    escalation = lock_escalation(escalation_id)
    party = policy.check_acknowledges(actor, party_of(escalation, actor.organisation_id))
    if party.acknowledged_at is not None:
        return party
    policy.check_open(escalation)
    party.acknowledged_at, party.acknowledged_by_id = timezone.now(), actor.user_id
    party.save(update_fields=["acknowledged_at", "acknowledged_by"])
    kind = events.CUSTOMER_ACKNOWLEDGED if party.is_customer else events.OPERATOR_ACKNOWLEDGED
    record_on(escalation, kind, actor, party)
    notify(kind="escalation_answered", object_id=party.pk, period="acknowledged")
    return party


@transaction.atomic
def record_taken_over(
    *, escalation_id: UUID, actor: Actor, customer_id: UUID | None = None, name: str = ""
) -> EscalationParty:
    """Record for one's own organisation that the protocol has taken over; where a colleague has, nothing is done.

    With `customer_id` the site records it for a customer that was told outside of the portal alone; `name` is
    who said so there. Once the last one has, the escalation is over. Conflict once it is.
    """
    escalation = lock_escalation(escalation_id)
    party = party_of(escalation, customer_id or actor.organisation_id)
    party = policy.check_records_taken_over(actor, party)
    if party.taken_over_at is not None:
        return party
    policy.check_open(escalation)
    if policy.is_recorded_by_site(actor, party):
        party.taken_over_name = checked_name("name", name, _("Enter the name of the person who told you."))
    party.taken_over_at, party.taken_over_by_id = timezone.now(), actor.user_id
    if party.acknowledged_at is None and not party.taken_over_name:
        party.acknowledged_at, party.acknowledged_by_id = party.taken_over_at, actor.user_id
    party.save(
        update_fields=[
            "taken_over_at",
            "taken_over_by",
            "taken_over_name",
            "acknowledged_at",
            "acknowledged_by",
        ]
    )
    record_on(escalation, _kind(party), actor, party)
    if party.is_customer and not party.taken_over_name:
        notify(kind="escalation_answered", object_id=party.pk, period="taken_over")
    end_if_all_took_over(escalation, actor)
    return party


def _kind(party: EscalationParty) -> EventKind:
    if party.side == PartySide.SITE:
        return events.SITE_TOOK_OVER
    return events.TOOK_OVER_OUTSIDE if party.taken_over_name else events.CUSTOMER_TOOK_OVER
