"""Starting a plan and saving its draft, by several people at once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import takewhile
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans.annex import clean_value
from actionplans.plans import events, policy
from actionplans.plans.drafts import (
    Change,
    Draft,
    FieldConflict,
    SaveResult,
    draft_of,
    merge,
    new_draft,
    today_at,
)
from actionplans.plans.models import ActionPlan
from actionplans.plans.services.rows import lock_finding, lock_plan, record_on, write_fields
from carportal.core.actor import Actor
from carportal.core.audit import Aggregate
from carportal.core.errors import InvalidInput
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
    record_on(plan, events.PLAN_STARTED, actor)
    return plan


def _name_of(actor: Actor) -> str:
    if actor.user_id is None:
        return ""
    return User.objects.filter(pk=actor.user_id).values_list("name", flat=True).first() or ""


@transaction.atomic
def save_draft(*, plan_id: UUID, actor: Actor, changes: Mapping[str, tuple[str, str]]) -> SaveResult:
    """Write each field unless somebody else changed it meanwhile; those come back as conflicts.

    `changes` maps a field's name to its new text and the digest of the text it was based on. InvalidInput,
    with nothing written, for a text that cannot be taken.
    """
    plan = lock_plan(plan_id)
    policy.check_writes(actor, plan.finding)
    policy.check_under_way(plan.finding)
    draft = draft_of(plan)
    writes, conflicts = merge(draft.values, _cleaned(draft, changes))
    if writes:
        write_fields(plan, writes, by=actor.user_id)
        _record_sitting(plan, actor)
    return SaveResult(frozenset(writes), tuple(_with_author(conflict, draft) for conflict in conflicts))


def _cleaned(draft: Draft, changes: Mapping[str, tuple[str, str]]) -> dict[str, Change]:
    cleaned: dict[str, Change] = {}
    refused: dict[str, list[str]] = {}
    for name, (raw, based_on) in changes.items():
        if name not in draft.template.field_names:
            raise InvalidInput(_("The plan has no field “%(name)s”.") % {"name": name})
        try:
            cleaned[name] = Change(clean_value(draft.template.field(name), raw), based_on)
        except InvalidInput as error:
            refused[name] = [str(error.message)]
    if refused:
        raise InvalidInput(_("Some of what you wrote cannot be saved as it is."), fields=refused)
    return cleaned


def _with_author(conflict: FieldConflict, draft: Draft) -> FieldConflict:
    row = draft.rows.get(conflict.name)
    if row is None:
        return conflict
    return replace(conflict, kept_by=str(row.updated_by or ""), kept_at=row.updated_at)


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
