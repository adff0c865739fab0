"""Carrying a plan on from a CAR to the one that took its place."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans.annex import Document
from actionplans.plans import events, policy
from actionplans.plans.drafts import draft_of, facts_of, today_at
from actionplans.plans.models import ActionPlan, Revision
from actionplans.plans.services.rows import (
    freeze,
    lock_finding,
    record_on,
    tell_written,
    write_fields,
    write_rows,
)
from carportal.core.actor import SYSTEM, Actor
from carportal.core.errors import Conflict, InvalidInput
from findings.models import Finding
from findings.services import mark_plan_published


@transaction.atomic
def carry_on_plan(*, finding_id: UUID, actor: Actor, from_plan_id: UUID) -> ActionPlan:
    """Start the plan of a CAR from the draft of the one that it superseded.

    Site, issue and details come from the new audit, the date is today's; actions that are done or dropped stay
    with the earlier plan, and all else goes over as it is. A row keeps its id, so that what follows it, its
    earlier versions and its files, is found again.
    """
    finding = lock_finding(finding_id)
    policy.check_writes(actor, finding)
    policy.check_under_way(finding)
    source = ActionPlan.objects.select_related("finding").get(pk=from_plan_id)
    if source.finding.superseded_by_id != finding.pk:
        raise InvalidInput(_("That plan was not written for a CAR which this one takes the place of."))
    if ActionPlan.objects.filter(finding=finding).exists():
        raise Conflict(_("%(reference)s has a plan of its own already.") % {"reference": finding.reference})
    plan = _plan_from(source, finding)
    today = today_at(finding.site, timezone.now()).isoformat()
    draft = draft_of(source)
    write_fields(plan, {**draft.values, **facts_of(finding), "date": today}, by=actor.user_id)
    write_rows(plan, {}, draft.unfinished, by=actor.user_id)
    tell_written(plan, draft_of(plan))
    record_on(plan, events.PLAN_CARRIED_ON, actor, reference=source.finding.reference)
    return plan


def carry_over_plan(old: Finding, new: Finding, actor: Actor) -> None:
    """Registered with `findings.hooks`: a CAR that was wrongly ended and is raised anew keeps its plan.

    It stays published where it was: the site is not to do again what a correction undid. Whoever
    corrects an audit has no part in the plan, so the plan's event names the portal.
    """
    source = ActionPlan.objects.filter(finding=old).first()
    if source is None or ActionPlan.objects.filter(finding=new).exists():
        return
    plan = _plan_from(source, new)
    draft = draft_of(source)
    write_fields(plan, draft.values, by=None)
    write_rows(plan, {}, draft.groups, by=None)
    record_on(plan, events.PLAN_CARRIED_ON, SYSTEM, reference=old.reference)
    for revision in source.revisions.order_by("number"):
        copy = _copy_of(revision, plan)
        if revision.pk == source.published_id:
            plan.published, plan.published_at = copy, source.published_at
    plan.uploaded_on = source.uploaded_on
    plan.save(update_fields=["published", "published_at", "uploaded_on"])
    if plan.published is not None:
        mark_plan_published(finding_id=new.pk, actor=actor)


def _plan_from(source: ActionPlan, finding: Finding) -> ActionPlan:
    return ActionPlan.objects.create(
        finding=finding, template_version=source.template_version, carried_on_from=source
    )


def _copy_of(revision: Revision, plan: ActionPlan) -> Revision:
    return freeze(
        plan,
        Document.from_json(revision.document),
        number=revision.number,
        sha256=revision.digest,
        frozen_at=revision.frozen_at,
        frozen_by_id=revision.frozen_by_id,
    )
