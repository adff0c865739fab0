"""What an audit left open: the operator's compliance staff decide."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from carportal.core.actor import Actor
from carportal.core.errors import Conflict, InvalidInput
from findings import policy
from findings.models import LeftDecision, LeftFinding
from findings.services.steps import lock_finding, record_finding_event
from stakeholders.policy import require


@transaction.atomic
def decide_left(*, left_id: UUID, actor: Actor, decision: LeftDecision, note: str) -> LeftFinding:
    """Decide that the CAR stays as it is, or that the audit closes it; the note says why.

    Conflict once somebody has decided, the CAR has ended, or the audit has been corrected.
    """
    finding_id = LeftFinding.objects.values_list("finding_id", flat=True).get(pk=left_id)
    finding = lock_finding(finding_id)
    left = LeftFinding.objects.select_for_update(of=("self",)).select_related("audit").get(pk=left_id)
    left.finding = finding
    if left.decision != LeftDecision.UNDECIDED:
        raise Conflict(_("Somebody has decided this already."))
    if not finding.is_under_way:
        raise Conflict(_("This CAR has ended meanwhile, so there is nothing left to decide."))
    if LeftFinding.objects.to_decide().filter(pk=left_id).first() is None:
        raise Conflict(_("The audit has been corrected meanwhile. Decide on what its newest edition left."))
    return decide_locked(left, actor=actor, decision=decision, note=note)


def decide_locked(left: LeftFinding, *, actor: Actor, decision: LeftDecision, note: str) -> LeftFinding:
    """The decision itself; the caller holds the lock on the CAR, and nobody has decided yet."""
    require(
        policy.may_decide_left(actor), _("Only the operator’s compliance staff decide what an audit left.")
    )
    if not note.strip():
        sentence = _("Say why, for the record.")
        raise InvalidInput(sentence, {"note": [sentence]})
    if decision not in {LeftDecision.STAYS, LeftDecision.CLOSED}:
        sentence = _("Choose what is to happen to the CAR.")
        raise InvalidInput(sentence, {"decision": [sentence]})
    if decision == LeftDecision.CLOSED and not policy.may_close_left(left):
        raise Conflict(_("Only a periodic audit with the requirement in its scope can close a CAR."))
    at = timezone.now()
    left.decision, left.note = decision, note.strip()
    left.decided_by_id, left.decided_at = actor.user_id, at
    left.save(update_fields=["decision", "note", "decided_by", "decided_at"])
    if decision == LeftDecision.CLOSED:
        left.finding.close(audit=left.audit, at=at)
        left.finding.save(update_fields=["status", "closed_by", "ended_at", "ended_on"])
    record_finding_event(
        left.finding_id,
        "car_left_decided",
        actor,
        {"audit": left.audit.reference, "decision": decision},
    )
    return left
