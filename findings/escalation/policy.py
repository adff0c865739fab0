"""Who tells whom of an urgent CAR, who acknowledges, and who records that the protocol has taken over.

Pure: every function reads the actor and rows that are loaded already. An escalation goes on when its CAR has
ended: an audit does not say that workers were paid back or that a child is safe.
"""

from collections.abc import Collection

from django.utils.translation import gettext as _

from carportal.core.actor import Actor, Role
from carportal.core.errors import Conflict, NotAllowed
from findings.models import Escalation, EscalationParty, EscalationStatus, Finding, PartySide, Triage
from stakeholders.policy import require


def is_site(actor: Actor, finding: Finding) -> bool:
    return actor.is_supplier and finding.site.supplier_id == actor.organisation_id


def may_run(actor: Actor, finding: Finding) -> bool:
    """Say who is told, and call it off: the site's editors and managers."""
    return is_site(actor, finding) and actor.writes


def is_called_for(finding: Finding, latest: Triage | None, escalations: Collection[Escalation]) -> bool:
    """Step 1 is urgent as it was taken last, and nothing has come of that yet, or it was called off."""
    return (
        latest is not None
        and latest.is_urgent
        and finding.is_under_way
        and not any(each.is_open for each in escalations)
        and not any(each.triage_id == latest.pk and not each.is_called_off for each in escalations)
    )


def may_raise(
    actor: Actor, finding: Finding, latest: Triage | None, escalations: Collection[Escalation]
) -> bool:
    return may_run(actor, finding) and is_called_for(finding, latest, escalations)


def may_run_now(actor: Actor, escalation: Escalation) -> bool:
    return may_run(actor, escalation.finding) and escalation.is_open


def answers_for(actor: Actor, party: EscalationParty) -> bool:
    """For its own organisation whoever writes there, for the operator its compliance staff; where it was told here."""
    if actor.organisation_id is None or actor.organisation_id != party.organisation_id:
        return False
    if party.is_customer and not party.is_told_here:
        return False
    return actor.role == Role.COMPLIANCE if party.side == PartySide.OPERATOR else actor.writes


def may_acknowledge_now(actor: Actor, party: EscalationParty) -> bool:
    return answers_for(actor, party) and party.escalation.is_open and party.acknowledged_at is None


def may_record_taken_over(actor: Actor, party: EscalationParty) -> bool:
    """For one's own organisation; the site also for a customer that was told outside of the portal alone."""
    if party.side == PartySide.OPERATOR:
        return False
    return answers_for(actor, party) or is_recorded_by_site(actor, party)


def is_recorded_by_site(actor: Actor, party: EscalationParty) -> bool:
    return party.is_customer and not party.is_told_here and may_run(actor, party.escalation.finding)


def may_record_taken_over_now(actor: Actor, party: EscalationParty) -> bool:
    return (
        may_record_taken_over(actor, party)
        and party.escalation.is_open
        and party.left_at is None
        and party.taken_over_at is None
    )


def check_runs(actor: Actor, finding: Finding) -> None:
    """NotAllowed with the reason."""
    require(
        may_run(actor, finding),
        _("Only editors and managers of the site say who is told that a CAR is urgent."),
    )


def check_called_for(finding: Finding, latest: Triage | None, escalations: Collection[Escalation]) -> None:
    """Conflict with what to do instead."""
    if not finding.is_under_way:
        raise Conflict(_("An audit has ended this CAR, so nobody new is told of it here."))
    if any(each.is_open for each in escalations):
        raise Conflict(_("A colleague has told them already. Open the escalation to tell others as well."))
    if not is_called_for(finding, latest, escalations):
        raise Conflict(
            _("Step 1 does not call for it. If things have changed, go through step 1 again first.")
        )


def check_open(escalation: Escalation) -> None:
    """Conflict once it is over."""
    if escalation.status == EscalationStatus.TAKEN_OVER:
        raise Conflict(_("The protocol has taken over, so this escalation is over."))
    if escalation.is_called_off:
        raise Conflict(_("The site has called this escalation off."))


def check_acknowledges(actor: Actor, party: EscalationParty | None) -> EscalationParty:
    """The actor's own part; NotAllowed with the reason."""
    if party is None or party.side == PartySide.SITE or not answers_for(actor, party):
        raise NotAllowed(
            _("Those who were told acknowledge: the customer’s editors and managers, and compliance staff.")
        )
    return party


def check_records_taken_over(actor: Actor, party: EscalationParty | None) -> EscalationParty:
    """The part that it is recorded for; NotAllowed with the reason."""
    if party is None or not may_record_taken_over(actor, party):
        raise NotAllowed(
            _(
                "The site and each customer that was told record for themselves that the protocol has taken over; their editors and managers do."
            )
        )
    return party
