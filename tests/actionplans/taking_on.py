"""Actions of parties, as far on as a test needs them; every step goes through the services."""

import io
from collections.abc import Mapping
from uuid import UUID

from actionplans.duties.services import accept_duty, decline_duty, report_progress, take_report
from actionplans.evidence.services import NewFile
from actionplans.models import ActionPlan, Duty, DutyReport, PlanShare
from actionplans.plans.drafts import draft_of
from carportal.core.actor import Actor
from stakeholders.models import Organisation
from tests.actionplans.making import add_party, add_row

PAY = "Pay a third of the fees."


def give_action(
    plan: ActionPlan, actor: Actor, organisation: Organisation, what: str = PAY, **cells: str
) -> UUID:
    """An action of the draft that the organisation is to do, tied to a row that it alone reads."""
    groups = draft_of(ActionPlan.objects.get(pk=plan.pk)).groups
    named = [row for row in groups["stakeholders"] if row.cells["organisation"] == str(organisation.pk)]
    owner = named[0].id if named else add_party(plan, actor, organisation, name=organisation.name)
    return add_row(plan, actor, "actions", what=what, owner=str(owner), **cells)


def duty_of(share: PlanShare, row_id: UUID) -> Duty:
    """The newest about that action, as it is in the database."""
    return Duty.objects.select_related("revision").filter(share=share, row_id=row_id).latest("changed_at")


def accept(duty: Duty, actor: Actor, *, seen: int | None = None) -> Duty:
    return accept_duty(duty_id=duty.pk, actor=actor, seen=_turn_of(duty) if seen is None else seen)


def decline(duty: Duty, actor: Actor, reason: str = "Not ours.", *, seen: int | None = None) -> Duty:
    turn = _turn_of(duty) if seen is None else seen
    return decline_duty(duty_id=duty.pk, actor=actor, seen=turn, reason=reason)


def report(
    duty: Duty,
    actor: Actor,
    state: str = "under_way",
    text: str = "The first rate is paid.",
    files: Mapping[str, bytes] | None = None,
) -> DutyReport:
    new = [NewFile(io.BytesIO(content), name) for name, content in (files or {}).items()]
    return report_progress(duty_id=duty.pk, actor=actor, state=state, text=text, files=new)


def take(kept: DutyReport, actor: Actor) -> DutyReport:
    return take_report(report_id=kept.pk, actor=actor)


def _turn_of(duty: Duty) -> int:
    return Duty.objects.get(pk=duty.pk).turn
