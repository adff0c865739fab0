"""The parts of a CAR's page that tell of its plan, on whom it waits, and of updates to it."""

from typing import Any

from actionplans.models import ActionPlan, PlanShare, SupportGrant
from actionplans.nudging import nudges_about
from actionplans.plans import policy
from actionplans.standing import plan_of, standing_of
from actionplans.updates.querysets import late_since
from actionplans.updating import LATEST, agreed_of, latest_updates, site_date
from actionplans.waiting import waiting_on
from carportal.core.decorators import ActorRequest
from findings.models import Finding
from findings.sections import Section


def plan_section(request: ActorRequest, finding: Finding) -> Section | None:
    """Registered with `findings.sections`; an auditor gets none."""
    actor = request.actor
    if actor.is_auditor or actor.organisation_id is None:
        return None
    if policy.is_own(actor, finding):
        return Section("actionplans/section_site.html", {"standing": standing_of(finding)}, rank=20)
    context: dict[str, Any] = {
        "plan": ActionPlan.objects.visible_to(actor).filter(finding=finding).first(),
        "finding": finding,
    }
    if actor.is_operator:
        context["states"] = PlanShare.objects.states_of(finding)
        context["support"] = SupportGrant.objects.visible_to(actor).filter(plan__finding=finding).exists()
        return Section("actionplans/section_operator.html", context, rank=20)
    context["shares"] = list(PlanShare.objects.visible_to(actor).filter(plan__finding=finding))
    if not context["shares"] and context["plan"] is None:
        return None
    return Section("actionplans/section_party.html", context, rank=20)


def waiting_section(request: ActorRequest, finding: Finding) -> Section | None:
    """Registered with `findings.sections`: who is waited on, as far as this reader may know; an auditor gets none."""
    actor = request.actor
    if actor.is_auditor or actor.organisation_id is None or not finding.is_under_way:
        return None
    waited_on = waiting_on(actor, [finding.pk], site_date(finding)).get(finding.pk)
    return (
        Section("actionplans/section_waiting.html", {"waited_on": waited_on}, rank=15) if waited_on else None
    )


def updates_section(request: ActorRequest, finding: Finding) -> Section | None:
    """Registered with `findings.sections`: for the site all of it, for the operator what it is told; else none.

    What a party was sent stands on the page of what was shared with it.
    """
    actor = request.actor
    if actor.is_operator:
        since = late_since(finding, site_date(finding))
        return (
            Section("actionplans/updates/section_operator.html", {"since": since}, rank=25) if since else None
        )
    plan = plan_of(finding) if policy.is_own(actor, finding) else None
    if plan is None:
        return None
    context = updates_context(plan, finding)
    return Section("actionplans/updates/section_site.html", context, rank=25) if context["agreed"] else None


def nudges_section(request: ActorRequest, finding: Finding) -> Section | None:
    """Registered with `findings.sections`: what the reader and its colleagues set for themselves, of any CAR."""
    nudges = nudges_about(finding, request.actor)
    return Section("actionplans/nudges/list.html", {"nudges": nudges}, rank=60) if nudges.is_shown else None


def updates_context(plan: ActionPlan, finding: Finding) -> dict[str, Any]:
    """For the site: what is agreed with each party that has the plan, and what it posted last."""
    updates = latest_updates(plan)
    return {
        "finding": finding,
        "agreed": agreed_of(plan, finding),
        "updates": updates[:LATEST],
        "has_more": len(updates) > LATEST,
    }
