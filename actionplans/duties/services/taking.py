"""What a party reported goes into the plan's draft, and so into its next version."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans.annex import GroupRow, Template
from actionplans.duties import events
from actionplans.duties.models import DutyReport
from actionplans.duties.owned import ACTIONS
from actionplans.duties.services.rows import lock_duty, record
from actionplans.plans import policy as plan_policy
from actionplans.plans.drafts import draft_of
from actionplans.plans.models import ActionPlan
from actionplans.plans.rows import Table
from actionplans.plans.services.rows import write_rows
from carportal.core.actor import Actor
from carportal.core.errors import Conflict, InvalidInput


@transaction.atomic
def take_report(*, report_id: UUID, actor: Actor) -> DutyReport:
    """Set the action's state to the one reported and add the words to its progress notes; taken before, they are there.

    Conflict where the action is no longer in the draft, InvalidInput where its notes have no room left.
    """
    duty = lock_duty(DutyReport.objects.values_list("duty_id", flat=True).get(pk=report_id))
    plan = duty.share.plan
    plan_policy.check_writes(actor, plan.finding)
    plan_policy.check_under_way(plan.finding)
    report = DutyReport.objects.select_for_update(no_key=True).get(pk=report_id)
    if report.taken_at is not None:
        return report
    _write(plan, duty.row_id, report, actor)
    report.taken_at = timezone.now()
    report.save(update_fields=["taken_at"])
    record(duty.share, events.DUTY_REPORT_TAKEN, actor)
    return report


def _write(plan: ActionPlan, row_id: UUID, report: DutyReport, actor: Actor) -> None:
    draft = draft_of(plan)
    row = next((each for each in draft.groups[ACTIONS] if each.id == row_id), None)
    if row is None:
        raise Conflict(_("The action is not in the draft any more, so there is nothing to add this to."))
    table = Table(draft.template, draft.groups)
    table.write(
        {
            f"{row_id}.state": report.state,
            f"{row_id}.progress": _with_report(row, report, draft.template),
        }
    )
    write_rows(plan, draft.groups, table.rows, by=actor.user_id)


def _with_report(row: GroupRow, report: DutyReport, template: Template) -> str:
    notes = "\n\n".join(filter(None, [row.cells["progress"], report.text]))
    most = template.group(ACTIONS).column("progress").max_length
    if len(notes) > most:
        raise InvalidInput(
            _("The progress notes of this action have no room left. Shorten them in the draft first.")
        )
    return notes
