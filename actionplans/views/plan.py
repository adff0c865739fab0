"""The plan's page: for its site everything, for each other reader what it may have."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from actionplans.actions import plan_actions
from actionplans.annex import Audience, RenderedAnnex, render_document
from actionplans.annex import render as render_annex
from actionplans.call_actions import call_actions
from actionplans.calling import calls_of_plan
from actionplans.duty_actions import duty_actions
from actionplans.filing import evidence_of
from actionplans.history import versions_of
from actionplans.models import ActionPlan, EvidenceFile, PlanShare, SupportGrant
from actionplans.nudging import nudges_about
from actionplans.owning import duties_beside
from actionplans.plans import policy
from actionplans.sections import updates_context
from actionplans.sharing.audiences import as_reader
from actionplans.sharing.states import states_of
from actionplans.standing import Standing, standing_for
from actionplans.threads.policy import may_keep_notes
from actionplans.threads.reading import notes_about, open_comments_about
from actionplans.update_actions import update_actions
from actionplans.views.loading import visible_finding
from carportal.core.actor import Actor
from carportal.core.audit import Aggregate, Reader, timeline
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.together import alone, fetched
from findings.actions import Actions, actions_for
from findings.models import Finding

LATEST = 10  # entries of the record; a plan is written on for years


@actor_required
@require_safe
def plan(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    finding = visible_finding(request, finding_id)
    if policy.is_own(request.actor, finding):
        return render(request, "actionplans/plan_site.html", _for_site(request, finding))
    readable = ActionPlan.objects.visible_to(request.actor).filter(finding=finding).first()
    if readable is None and not request.actor.is_operator:
        share = PlanShare.objects.visible_to(request.actor).filter(plan__finding=finding).first()
        if share is None:
            raise Http404
        return redirect("share", share.pk)
    return render(request, "actionplans/plan_published.html", _for_reader(request, finding, readable))


def _for_site(request: ActorRequest, finding: Finding) -> dict[str, Any]:
    plan = (
        ActionPlan.objects.filter(finding=finding)
        .select_related("published", "carried_on_from__finding")
        .prefetch_related(
            "draft_fields",
            "draft_rows",
            "shares__organisation",
            "shares__revision",
            "shares__sent__replies",
            "shares__agreement",
            "shares__update_proposals",
            "shares__calls",
            "shares__duties__reports",
        )
        .first()
    )
    context: dict[str, Any] = {
        "finding": finding,
        "may_write": policy.may_write_now(request.actor, finding),
    }
    if plan is None:
        return context | {"actions": actions_for(finding, request.actor)}
    plan.finding = finding
    finding.plan = plan
    standing = standing_for(plan)
    annex = _draft_annex(standing)
    files = EvidenceFile.objects.visible_to(request.actor)
    add_url = reverse("evidence_add", args=[finding.pk]) if context["may_write"] else ""
    return context | {
        "actions": _about_the_plan(finding, request.actor),
        "plan": plan,
        "standing": standing,
        "shares": sorted(
            plan.shares.all(), key=lambda share: (share.status == "withdrawn", share.organisation.name)
        ),
        "calls": calls_of_plan(plan),
        "owned_actions": duties_beside(plan, request.actor),
        "updates": fetched(updates_context(plan, finding)),
        "versions": versions_of(plan),
        "may_redact": policy.may_redact(request.actor, finding),
        "support": SupportGrant.objects.live(timezone.now()).filter(plan=plan).first(),
        "annex": annex,
        "evidence": evidence_of(
            plan,
            files,
            request.actor,
            annex,
            add_url=add_url,
            lists_all=request.GET.get("files") == "all",
        ),
        "last_edit": standing.draft.last_edit,
        "nudges": nudges_about(finding, request.actor),
        **_threads(request, plan),
        **_record(request, plan, Reader.SITE),
    }


def _record(request: ActorRequest, plan: ActionPlan, reader: Reader) -> dict[str, Any]:
    """What happened last, newest first; all of it where `?record=all` asks for it."""
    wants_all = request.GET.get("record") == "all"
    entries = timeline(
        aggregate=Aggregate.PLAN,
        aggregate_id=plan.pk,
        reader=reader,
        party_id=request.actor.organisation_id,
        newest=None if wants_all else LATEST + 1,
    )[::-1]
    shown = entries if wants_all else entries[:LATEST]
    return {"timeline": shown, "has_more_record": len(shown) < len(entries)}


def _threads(request: ActorRequest, plan: ActionPlan) -> dict[str, Any]:
    """What is open with every party, all of it where `?comments=all` asks; and the site's own notes."""
    found = open_comments_about(plan, shows_all=request.GET.get("comments") == "all")
    return {
        "open_threads": found,
        "open_comments": found.open_at,
        "notes": notes_about(plan, request.actor),
        "may_keep_notes": may_keep_notes(request.actor, plan.finding),
    }


def _about_the_plan(finding: Finding, actor: Actor) -> Actions:
    """What can be done with the plan; neither this page itself nor the CAR's other steps."""
    here = reverse("plan", args=[finding.pk])
    actions = sorted(
        (
            action
            for act in (alone(plan_actions), duty_actions, call_actions, update_actions)
            for action in act(finding, actor)
            if action.url != here
        ),
        key=lambda action: action.rank,
    )
    first = next((action for action in actions if action.primary), None)
    return Actions(first, [action for action in actions if action is not first])


def _draft_annex(standing: Standing) -> RenderedAnnex:
    return render_document(standing.document, Audience(is_site=True), get_language())


def _for_reader(request: ActorRequest, finding: Finding, plan: ActionPlan | None) -> dict[str, Any]:
    """The published text and nothing else of the plan; to the operator also where each share stands."""
    actor = request.actor
    context: dict[str, Any] = {"finding": finding, "plan": plan, "is_operator": actor.is_operator}
    if actor.is_operator:
        context["states"] = states_of(finding)
        context["support"] = SupportGrant.objects.visible_to(actor).filter(plan__finding=finding).first()
    else:
        context["share"] = PlanShare.objects.visible_to(actor).filter(plan__finding=finding).first()
    if plan is None or plan.published is None:
        return context
    plan.finding = finding
    reader = Reader.OPERATOR if actor.is_operator else Reader.PARTY
    visible = ActionPlan.objects.visible_to(actor).select_related("finding")
    annex = render_annex(plan.published, as_reader(plan, actor.organisation_id), get_language())
    return context | {
        "may_redact": policy.may_redact(actor, finding),
        "earlier": visible.filter(carried_on_as=plan).first(),
        "annex": annex,
        "evidence": evidence_of(plan, EvidenceFile.objects.visible_to(actor), actor, annex),
        "nudges": nudges_about(finding, actor),
        **_record(request, plan, reader),
    }
