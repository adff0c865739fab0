"""Taking step 1, and asking the operator for support."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from carportal.core.actor import Actor
from carportal.core.errors import Conflict, InvalidInput
from carportal.core.notifications import notify
from findings import policy
from findings.models import Finding, Triage
from findings.services.steps import lock_finding, record_finding_event
from findings.triage import CURRENT
from findings.triage.circumstances import asked_on, last_support_request
from stakeholders.policy import require


@transaction.atomic
def answer_triage(*, finding_id: UUID, actor: Actor, answers: Mapping[str, bool]) -> Triage:
    """Keep the answers, by question key, that lead from the first question to an outcome.

    What was answered off that way is left out. InvalidInput when the answers reach no outcome or name a
    question that there is not, Conflict when the CAR has ended.
    """
    finding = lock_finding(finding_id)
    require_open_to(actor, finding)
    unknown = set(answers) - {question.key for question in CURRENT.questions}
    evaluation = CURRENT.evaluate(answers)
    if unknown or evaluation.outcome is None:
        raise InvalidInput(_("Answer the questions until you get to an outcome."))
    triage = Triage.objects.create(
        finding=finding,
        definition=CURRENT.version,
        answers=evaluation.answers,
        is_urgent=evaluation.is_urgent,
        outcome=evaluation.outcome,
        answered_by_id=actor.user_id,
    )
    outcomes = [outcome.value for outcome in evaluation.outcomes]
    record_finding_event(finding.pk, "triage_taken", actor, {"outcome": outcomes})
    return triage


@transaction.atomic
def request_support(*, finding_id: UUID, actor: Actor) -> None:
    """Ask the operator's compliance staff for support with a CAR; again on the same day (UTC) changes nothing.

    Conflict when the CAR has ended.
    """
    finding = lock_finding(finding_id)
    _require_under_way(actor, finding)
    require(
        policy.may_request_support(actor, finding),
        _("Only editors and managers of the site ask for support."),
    )
    today = timezone.now().date()
    if asked_on(last_support_request(finding.pk), today):
        return
    record_finding_event(finding.pk, "support_requested", actor)
    notify(kind="support_requested", object_id=finding.pk, period=today.isoformat())


def require_open_to(actor: Actor, finding: Finding) -> None:
    """Refuse those who may not take step 1 of the CAR now, with the reason."""
    _require_under_way(actor, finding)
    require(policy.may_take_triage(actor, finding), _("Only editors and managers of the site take step 1."))


def _require_under_way(actor: Actor, finding: Finding) -> None:
    """The site hears that its CAR has ended; anybody else, that this is the site's matter."""
    if policy.may_see_answers(actor, finding) and not finding.is_under_way:
        raise Conflict(_("An audit has ended this CAR, so step 1 is over."))
