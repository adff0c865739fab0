"""The part of a CAR's page that tells of its plan."""

from typing import Any

from actionplans.models import ActionPlan, PlanShare
from actionplans.plans import policy
from actionplans.standing import standing_of
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
        return Section("actionplans/section_operator.html", context, rank=20)
    context["shares"] = list(PlanShare.objects.visible_to(actor).filter(plan__finding=finding))
    if not context["shares"] and context["plan"] is None:
        return None
    return Section("actionplans/section_party.html", context, rank=20)
