"""The parts of a CAR's page that tell of its plan, on whom it waits, and of updates to it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from actionplans.models import ActionPlan, SupportGrant
from actionplans.nudging import nudges_on
from actionplans.plans import policy
from actionplans.sharing.states import states_on
from actionplans.standing import plan_of, standing_of
from actionplans.updates.querysets import late_on
from actionplans.updating import LATEST, agreed_of, latest_updates, site_date
from actionplans.waiting import KINDS, kinds_on, waits_on
from carportal.core.actor import Actor
from carportal.core.decorators import ActorRequest
from carportal.core.prepared import prepared
from carportal.core.together import Reads, listed, side_by_side
from findings.models import Finding
from findings.sections import Section


def plan_section(request: ActorRequest, finding: Finding) -> Reads[Section | None]:
    """Registered with `findings.sections`; an auditor gets none."""
    actor = request.actor
    if actor.is_auditor or actor.organisation_id is None:
        return None
    if policy.is_own(actor, finding):
        return Section("actionplans/section_site.html", {"standing": standing_of(finding)}, rank=20)
    if actor.is_operator:
        return (yield from _for_operator(finding, actor))
    return (yield from _for_party(finding, actor))


def _for_operator(finding: Finding, actor: Actor) -> Reads[Section]:
    context: dict[str, Any] = {"finding": finding}
    if plan_of(finding) is not None:
        parts: list[Reads[Any]] = [
            _readable(finding, actor),
            states_on(finding),
            listed(_support(actor, finding.pk, timezone.now())),
        ]
        context["plan"], context["states"], context["support"] = yield from side_by_side(parts)
    return Section("actionplans/section_operator.html", context, rank=20)


def _for_party(finding: Finding, actor: Actor) -> Reads[Section | None]:
    plan = plan_of(finding)
    shares = [*plan.shares.all()] if plan is not None else []  # those that the reader sees, as they were read
    readable = (yield from _readable(finding, actor)) if plan is not None and plan.published_id else None
    if not shares and readable is None:
        return None
    context = {"finding": finding, "plan": readable, "shares": shares}
    return Section("actionplans/section_party.html", context, rank=20)


def _readable(finding: Finding, actor: Actor) -> Reads[ActionPlan | None]:
    """What the site has published, if the reader may read it."""
    plans = _plans(actor, finding.pk)
    yield [plans]
    return plans.first()


@prepared
def _plans(actor: Actor, finding_id: UUID) -> QuerySet[ActionPlan]:
    return ActionPlan.objects.visible_to(actor).filter(finding=finding_id)


@prepared
def _support(actor: Actor, finding_id: UUID, at: datetime) -> QuerySet[SupportGrant]:
    return SupportGrant.objects.visible_to(actor, at).filter(plan__finding=finding_id)[:1]


def waiting_section(request: ActorRequest, finding: Finding) -> Reads[Section | None]:
    """Registered with `findings.sections`: who is waited on, as far as this reader may know; an auditor gets none."""
    actor = request.actor
    if actor.is_auditor or actor.organisation_id is None or not finding.is_under_way:
        return None
    plan = plan_of(finding)
    shares = [*plan.shares.all()] if plan is not None else []
    # Where a plan's shares stand the operator is told, though it sees none of them.
    kinds = KINDS if plan is not None and actor.is_operator else kinds_on(shares)
    waits = yield from waits_on(actor, [finding.pk], site_date(finding), kinds)
    if finding.pk not in waits:
        return None
    return Section("actionplans/section_waiting.html", {"waited_on": waits[finding.pk]}, rank=15)


def updates_section(request: ActorRequest, finding: Finding) -> Reads[Section | None]:
    """Registered with `findings.sections`: for the site all of it, for the operator what it is told; else none.

    What a party was sent stands on the page of what was shared with it.
    """
    actor = request.actor
    plan = plan_of(finding)
    if plan is None:
        return None
    if actor.is_operator:
        since = yield from late_on(finding, site_date(finding))
        return (
            Section("actionplans/updates/section_operator.html", {"since": since}, rank=25) if since else None
        )
    if not policy.is_own(actor, finding):
        return None
    context = yield from updates_context(plan, finding)
    return Section("actionplans/updates/section_site.html", context, rank=25) if context["agreed"] else None


def nudges_section(request: ActorRequest, finding: Finding) -> Reads[Section | None]:
    """Registered with `findings.sections`: what the reader and its colleagues set for themselves, of any CAR."""
    nudges = yield from nudges_on(finding, request.actor)
    return Section("actionplans/nudges/list.html", {"nudges": nudges}, rank=60) if nudges.is_shown else None


def updates_context(plan: ActionPlan, finding: Finding) -> Reads[dict[str, Any]]:
    """For the site: what is agreed with each party that has the plan, and what it posted last."""
    updates = yield from latest_updates(plan)
    return {
        "finding": finding,
        "agreed": agreed_of(plan, finding),
        "updates": updates[:LATEST],
        "has_more": len(updates) > LATEST,
    }
