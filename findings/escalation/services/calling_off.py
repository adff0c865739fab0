"""Taking an escalation back: it was a mistake, or it is no longer urgent."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from carportal.core.actor import Actor
from carportal.core.errors import Conflict, InvalidInput
from carportal.core.notifications import notify
from findings.escalation import events, policy
from findings.escalation.services.rows import lock_escalation, record_on
from findings.models import AccessSource, CallOffReason, Escalation
from findings.services.access import withdraw_access


@transaction.atomic
def call_off_escalation(*, escalation_id: UUID, actor: Actor, reason: str) -> Escalation:
    """End it and tell everybody who was told here; customers that saw the CAR by it alone see it no more.

    Conflict once it is over, or where it is said not to be urgent while step 1 says that it is.
    """
    escalation = lock_escalation(escalation_id)
    policy.check_runs(actor, escalation.finding)
    policy.check_open(escalation)
    if reason not in CallOffReason.values:
        sentence = _("Choose why you call it off.")
        raise InvalidInput(sentence, {"reason": [sentence]})
    latest = escalation.finding.triages.first()
    if reason == CallOffReason.NOT_URGENT and latest is not None and latest.is_urgent:
        raise Conflict(_("Step 1 still says that this CAR is urgent. Go through it again first."))
    escalation.call_off(reason=CallOffReason(reason), at=timezone.now(), by=actor.user_id)
    escalation.save(update_fields=["status", "reason", "ended_at", "ended_by"])
    record_on(escalation, events.CALLED_OFF, actor, reason=reason)
    for party in escalation.parties.current().select_related("organisation").prefetch_related("tellings"):
        if party.is_customer and party.is_told_here:
            withdraw_access(
                organisation_id=party.organisation_id,
                finding_id=escalation.finding_id,
                source=AccessSource.ESCALATION,
                source_id=party.pk,
            )
            record_on(escalation, events.CALLED_OFF_FOR_CUSTOMER, actor, party, reason=reason)
            notify(kind="escalation_called_off_customer", object_id=party.pk)
    notify(kind="escalation_called_off", object_id=escalation.pk)
    return escalation
