"""An action from a call becomes a row of the plan's draft, and so of its next version."""

from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from actionplans.annex import SITE
from actionplans.calls import events
from actionplans.calls.models import CallAction
from actionplans.calls.services.rows import lock_call, record
from actionplans.plans import policy as plan_policy
from actionplans.plans.drafts import draft_of
from actionplans.plans.models import ActionPlan
from actionplans.plans.rows import RowPlace, Step, StepKind, Table
from actionplans.plans.services.rows import write_rows
from actionplans.plans.services.stepping import take_steps
from actionplans.sharing.models import PlanShare, Side
from carportal.core.actor import Actor

ACTIONS, STAKEHOLDERS = "actions", "stakeholders"


@transaction.atomic
def take_action(*, action_id: UUID, actor: Actor) -> CallAction:
    """Add the action to the draft, with its owner and its time; taken before, it is there already.

    What the party is to do hangs on the party's own row, which is shown to it alone unless the site says
    otherwise. InvalidInput where the plan has no room left.
    """
    call = lock_call(CallAction.objects.values_list("call_id", flat=True).get(pk=action_id))
    plan = call.share.plan
    plan_policy.check_writes(actor, plan.finding)
    plan_policy.check_under_way(plan.finding)
    action = CallAction.objects.select_for_update(no_key=True).get(pk=action_id)
    if action.row_id is not None:
        return action
    action.row_id, action.taken_at = _add(plan, call.share, action, actor), timezone.now()
    action.save(update_fields=["row_id", "taken_at"])
    record(call, events.CALL_ACTION_TAKEN, actor)
    return action


def _add(plan: ActionPlan, share: PlanShare, action: CallAction, actor: Actor) -> UUID:
    draft = draft_of(plan)
    table = Table(draft.template, draft.groups)
    owner = SITE if action.owner == Side.SITE else str(_row_of_party(table, share))
    row_id = _add_row(table, ACTIONS, {"what": action.what, "owner": owner, "ends": action.ends})
    write_rows(plan, draft.groups, table.rows, by=actor.user_id)
    return row_id


def _row_of_party(table: Table, share: PlanShare) -> UUID:
    """That which names the party already, else a new one."""
    party = share.organisation
    for row in table.groups[STAKEHOLDERS]:
        if row.cells.get("organisation") == str(party.pk):
            return row.id
    return _add_row(
        table, STAKEHOLDERS, {"organisation": str(party.pk), "name": party.name, "kind": party.kind}
    )


def _add_row(table: Table, group: str, cells: dict[str, str]) -> UUID:
    place = RowPlace(uuid4(), group)
    texts = {f"{place.id}.{name}": text for name, text in cells.items()}
    take_steps(table, [Step(StepKind.PUT_BACK, place)], {}, texts)
    return place.id
