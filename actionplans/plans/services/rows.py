"""The rows that a write of a plan locks, in the order that all of them keep: CAR, plan, share."""

from collections.abc import Mapping
from typing import Any, TypedDict
from uuid import UUID

from actionplans.annex import Document, GroupRow, Rows
from actionplans.annex.rows import readers_of_rows
from actionplans.plans import hooks
from actionplans.plans.drafts import Draft
from actionplans.plans.models import ActionPlan, DraftField, DraftRow, Revision, RowReader
from actionplans.plans.querysets import PlanQuerySet
from carportal.core.actor import Actor
from carportal.core.audit import Aggregate, EventKind, Value, record
from findings.models import Finding


def lock_finding(finding_id: UUID) -> Finding:
    """The CAR's row: no audit ends it until this transaction is over."""
    return (
        Finding.objects.select_for_update(no_key=True, of=("self",)).select_related("site").get(pk=finding_id)
    )


def lock_plan(plan_id: UUID) -> ActionPlan:
    """The plan's row and its CAR's before it; the plan's `finding` is the locked one."""
    return _locked(ActionPlan.objects.filter(pk=plan_id))


def lock_plan_of(finding_id: UUID) -> ActionPlan:
    """The same for the plan of a CAR; ActionPlan.DoesNotExist where none was begun."""
    return _locked(ActionPlan.objects.filter(finding=finding_id))


def _locked(plans: PlanQuerySet) -> ActionPlan:
    # PostgreSQL locks the rows in the order in which the tables are named here. Nothing else may be joined that
    # a write under way could change: it would be read as it was before the wait for the lock.
    locking = plans.select_for_update(no_key=True, of=("finding", "self"))
    return locking.select_related("finding__site").get()


def record_on(
    plan: ActionPlan, kind: EventKind, actor: Actor, *, party_id: UUID | None = None, **data: Value
) -> None:
    """One event on the plan's chain; with `party_id` no other party ever reads it."""
    record(
        aggregate=Aggregate.PLAN,
        aggregate_id=plan.pk,
        kind=kind.name,
        actor=actor,
        data=data,
        party_id=party_id,
    )


class OfRevision(TypedDict):
    """What an event keeps of the revision it tells of: which it is, and what it says by its digest."""

    revision: str
    sha256: str


def of_revision(revision: Revision) -> OfRevision:
    return {"revision": str(revision.pk), "sha256": revision.sha256}


def freeze(plan: ActionPlan, document: Document, **values: Any) -> Revision:
    """A revision with this document, and with it who gets which of its rows."""
    revision = Revision.objects.create(
        plan=plan,
        template_version=document.template.version,
        document=document.to_json(),
        **values,
    )
    RowReader.objects.bulk_create(
        RowReader(revision=revision, row_id=row_id, reader_id=reader_id)
        for row_id, reader_id in readers_of_rows(document.template, document.rows)
    )
    return revision


def tell_written(plan: ActionPlan, draft: Draft) -> None:
    """Whoever makes something of the draft, once all of a change is written."""
    for follow in hooks.after_writing:
        follow(plan, draft)


def write_fields(plan: ActionPlan, values: Mapping[str, str], *, by: UUID | None) -> None:
    rows = [DraftField(plan=plan, name=name, value=value, updated_by_id=by) for name, value in values.items()]
    DraftField.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["plan", "name"],
        update_fields=["value", "updated_by", "updated_at"],
    )


def write_rows(plan: ActionPlan, before: Rows, after: Rows, *, by: UUID | None) -> None:
    """Bring the draft's rows from what they were to what they are to be."""
    was, wanted = _placed(before), _placed(after)
    plan.draft_rows.filter(row_id__in=was.keys() - wanted.keys()).delete()
    moved = [each for row_id, each in wanted.items() if row_id in was and was[row_id][1] != each[1]]
    for row, (_group, position) in moved:
        plan.draft_rows.filter(row_id=row.id).update(position=position)
    DraftRow.objects.bulk_create(
        [
            DraftRow(
                plan=plan,
                row_id=row.id,
                group=group,
                parent_id=row.parent,
                position=position,
                cells=dict(row.cells),
                updated_by_id=by,
            )
            for row_id, (row, (group, position)) in wanted.items()
            if row_id not in was or was[row_id][0] != row
        ],
        update_conflicts=True,
        unique_fields=["plan", "row_id"],
        update_fields=["cells", "updated_by", "updated_at"],
    )


def _placed(rows: Rows) -> dict[UUID, tuple[GroupRow, tuple[str, int]]]:
    return {
        row.id: (row, (name, position))
        for name, group_rows in rows.items()
        for position, row in enumerate(group_rows)
    }
