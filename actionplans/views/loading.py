"""What every page of a plan starts with: the CAR and the plan, as far as this reader may have them."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from actionplans.models import ActionPlan, Call, CallAction, Comment, Duty, DutyReport, PlanShare
from actionplans.plans import policy
from carportal.core.decorators import ActorRequest
from carportal.core.errors import NotAllowed
from findings.models import Finding


def visible_finding(request: ActorRequest, finding_id: UUID) -> Finding:
    """The CAR, for whom it is not only visible but may have a plan to read: never for an auditor."""
    findings = Finding.objects.visible_to(request.actor).select_related(
        "site__supplier", "audit", "superseded_by", "plan__published"
    )
    finding = get_object_or_404(findings, pk=finding_id)
    if request.actor.is_auditor:
        raise Http404
    return finding


def written_finding(request: ActorRequest, finding_id: UUID) -> Finding:
    """The CAR for a page on which its site writes: 404 for who sees no plan of it, 403 for who only reads."""
    finding = visible_finding(request, finding_id)
    if not policy.is_own(request.actor, finding) and not sees_plan(request, finding):
        raise Http404
    policy.check_writes(request.actor, finding)
    return finding


def sees_plan(request: ActorRequest, finding: Finding) -> bool:
    """The operator sees where it stands; others what was published to them or shared with them."""
    actor = request.actor
    return (
        actor.is_operator
        or ActionPlan.objects.visible_to(actor).filter(finding=finding).exists()
        or PlanShare.objects.visible_to(actor).filter(plan__finding=finding).exists()
    )


def own_plan(finding: Finding) -> ActionPlan:
    """The plan that a page of its site is about; 404 where none was begun."""
    plan = ActionPlan.objects.filter(finding=finding).select_related("published").first()
    if plan is None:
        raise Http404
    plan.finding = finding
    return plan


def sites_plan(request: ActorRequest, finding_id: UUID) -> ActionPlan:
    """The plan for a page that its site alone reads: 403 for who sees what was published or shared of it."""
    finding = visible_finding(request, finding_id)
    if not policy.is_own(request.actor, finding):
        if not sees_plan(request, finding):
            raise Http404
        raise NotAllowed(_("Only the site's own organisation sees the versions of its action plan."))
    return own_plan(finding)


def redactable_plan(request: ActorRequest, finding_id: UUID) -> ActionPlan:
    """The plan for a page on which words are removed from it: 403 for who only reads it."""
    finding = visible_finding(request, finding_id)
    if not policy.is_own(request.actor, finding) and not sees_plan(request, finding):
        raise Http404
    policy.check_redacts(request.actor, finding)
    get_object_or_404(ActionPlan.objects.visible_to(request.actor), finding=finding)
    return own_plan(finding)


def visible_share(request: ActorRequest, share_id: UUID) -> PlanShare:
    """A share of the site's own, or with the actor's organisation."""
    shares = PlanShare.objects.visible_to(request.actor).select_related(
        "organisation", "agreement", "plan__finding__site__supplier", "plan__finding__superseded_by"
    )
    return get_object_or_404(shares, pk=share_id)


def visible_comment(request: ActorRequest, comment_id: UUID) -> Comment:
    """A comment in a thread of the site's own, or in the one with the actor's organisation."""
    comments = Comment.objects.visible_to(request.actor).select_related(
        "sent__share__organisation",
        "sent__share__plan__finding__site__supplier",
        "sent__share__plan__finding__superseded_by",
    )
    return get_object_or_404(comments, pk=comment_id)


def visible_call(request: ActorRequest, call_id: UUID) -> Call:
    """A call of the site's own, or with the actor's organisation."""
    calls = Call.objects.visible_to(request.actor).select_related(
        "share__organisation", "share__plan__finding__site__supplier"
    )
    return get_object_or_404(calls, pk=call_id)


def visible_call_action(request: ActorRequest, action_id: UUID) -> CallAction:
    actions = CallAction.objects.visible_to(request.actor).select_related("call__share__plan__finding__site")
    return get_object_or_404(actions, pk=action_id)


def visible_duty(request: ActorRequest, duty_id: UUID) -> Duty:
    """An action of a party of the site's own plan, or of the actor's organisation."""
    duties = Duty.objects.visible_to(request.actor).select_related(
        "revision", "share__organisation", "share__plan__finding__site__supplier"
    )
    return get_object_or_404(duties, pk=duty_id)


def visible_duty_report(request: ActorRequest, report_id: UUID) -> DutyReport:
    reports = DutyReport.objects.visible_to(request.actor).select_related("duty__share__plan__finding__site")
    return get_object_or_404(reports, pk=report_id)
