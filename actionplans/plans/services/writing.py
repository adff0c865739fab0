"""Starting a plan and saving its draft, by several people at once."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import takewhile
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from actionplans.plans import events, policy
from actionplans.plans.drafts import Draft, FieldConflict, draft_of, merge, new_draft, today_at
from actionplans.plans.models import ActionPlan
from actionplans.plans.rows import RowPlace, SaveResult, Step, StepKind, Table, changed_rows, gone_rows
from actionplans.plans.services.cleaning import cells_of_gone, clean_changes, with_organisations
from actionplans.plans.services.rows import (
    lock_finding,
    lock_plan_of,
    record_on,
    tell_written,
    write_fields,
    write_rows,
)
from actionplans.plans.services.stepping import take_steps
from carportal.core.actor import Actor
from carportal.core.audit import Aggregate
from carportal.core.models import AuditEvent
from stakeholders.models import User

# Saves of one person within this time are one sitting, and leave one event.
SITTING = timedelta(minutes=30)


@transaction.atomic
def start_plan(*, finding_id: UUID, actor: Actor) -> ActionPlan:
    """The CAR's plan, begun with what is known already if there is none yet."""
    finding = lock_finding(finding_id)
    policy.check_writes(actor, finding)
    there = ActionPlan.objects.filter(finding=finding).first()
    if there is not None:
        return there
    policy.check_under_way(finding)
    draft = new_draft(finding, person=_name_of(actor), on=today_at(finding.site, timezone.now()))
    plan = ActionPlan.objects.create(finding=finding, template_version=draft.template.version)
    write_fields(plan, draft.values, by=actor.user_id)
    tell_written(plan, draft)
    record_on(plan, events.PLAN_STARTED, actor)
    return plan


def _name_of(actor: Actor) -> str:
    if actor.user_id is None:
        return ""
    return User.objects.filter(pk=actor.user_id).values_list("name", flat=True).first() or ""


@transaction.atomic
def save_draft(
    *,
    finding_id: UUID,
    actor: Actor,
    changes: Mapping[str, tuple[str, str]],
    shown: Iterable[RowPlace] = (),
    steps: Iterable[Step] = (),
) -> SaveResult:
    """Write each field and cell unless somebody else changed it meanwhile; those come back as conflicts.

    `changes` maps a field's name, or a cell's address, to its new text and the digest of the text it was
    based on; `shown` are the rows on the writer's screen, `steps` what is done to rows as a whole, after
    the texts are written. InvalidInput, with nothing written, for a text that cannot be taken;
    ActionPlan.DoesNotExist where no plan was begun.
    """
    plan = lock_plan_of(finding_id)
    policy.check_writes(actor, plan.finding)
    policy.check_under_way(plan.finding)
    draft = draft_of(plan)
    kept, places, steps = draft.texts, list(shown), list(steps)
    cleaned = clean_changes(draft, changes, places)
    writes, conflicts = merge(kept, {name: cleaned[name] for name in cleaned if name in kept})
    back = {step.place.id for step in steps if step.kind == StepKind.PUT_BACK}
    writes |= cells_of_gone(draft, back, cleaned)
    writes = with_organisations(plan, draft, writes, places)
    table = Table(draft.template, draft.groups)
    table.write(writes)
    stayed = take_steps(table, steps, cleaned, writes)
    settled = {step.place.id for step in steps if step.kind == StepKind.REMOVE}
    fields = {name: text for name, text in writes.items() if name in draft.template.field_names}
    moved = changed_rows(draft.groups, table.rows)
    if fields:
        write_fields(plan, fields, by=actor.user_id)
    if moved or len(fields) < len(writes):
        write_rows(plan, draft.groups, table.rows, by=actor.user_id)
    written = replace(draft, values={**draft.values, **fields}, groups=table.rows)
    if writes or moved:
        tell_written(plan, written)
        _record_sitting(plan, actor)
    return SaveResult(
        written,
        frozenset([*writes, *moved]),
        tuple(_with_author(conflict, draft) for conflict in conflicts),
        tuple(gone_rows(table, places, cleaned, settled)),
        tuple(stayed),
    )


def _with_author(conflict: FieldConflict, draft: Draft) -> FieldConflict:
    record = draft.record_of(conflict.name)
    if record is None:
        return conflict
    return replace(conflict, kept_by=str(record.updated_by or ""), kept_at=record.updated_at)


def _record_sitting(plan: ActionPlan, actor: Actor) -> None:
    """One event per person and sitting, however the saves of several alternate.

    A new one once anything but writing has happened to the plan: the record then tells what was written
    before it and what after.
    """
    recent = AuditEvent.objects.filter(
        aggregate=Aggregate.PLAN, aggregate_id=plan.pk, at__gt=timezone.now() - SITTING
    )
    writing = takewhile(
        lambda event: event.kind in {events.PLAN_STARTED.name, events.DRAFT_EDITED.name},
        recent.order_by("-sequence").only("kind", "actor_user_id"),
    )
    if all(event.actor_user_id != actor.user_id for event in writing):
        record_on(plan, events.DRAFT_EDITED, actor)
