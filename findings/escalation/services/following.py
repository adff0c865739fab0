"""What follows for escalations when a customer no longer buys from the site."""

from django.utils import timezone

from carportal.core.actor import Actor
from findings.escalation import events
from findings.escalation.services.rows import end_if_all_took_over, lock_escalation, party_of, record_on
from findings.models import AccessSource, EscalationParty
from findings.services.access import withdraw_access
from stakeholders.models import TradingRelationship


def follow_relationship(relationship: TradingRelationship, actor: Actor) -> None:
    """Registered with `stakeholders.hooks`: its access ends, and nobody waits for its answer any more."""
    if relationship.ended_at is None:
        return
    parties = EscalationParty.objects.current().filter(
        escalation__finding__site=relationship.site_id, organisation=relationship.customer_id
    )
    for escalation_id in parties.order_by("escalation__finding").values_list("escalation_id", flat=True):
        escalation = lock_escalation(escalation_id)
        party = party_of(escalation, relationship.customer_id)
        if party is None:
            continue
        party.left_at = timezone.now()
        party.save(update_fields=["left_at"])
        withdraw_access(
            organisation_id=party.organisation_id,
            finding_id=escalation.finding_id,
            source=AccessSource.ESCALATION,
            source_id=party.pk,
        )
        if escalation.is_open:
            record_on(escalation, events.CUSTOMER_LEFT, actor, party)
            end_if_all_took_over(escalation, actor)
