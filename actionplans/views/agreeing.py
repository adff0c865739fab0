"""Proposing how often updates come, answering a proposal, and ending what was agreed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actionplans.models import Frequency, PlanShare, Side
from actionplans.plans import policy as plan_policy
from actionplans.sharing.policy import side_of
from actionplans.updates import policy
from actionplans.updates.dates import add_months
from actionplans.updates.forms import EndForm, TermsForm, TermsForManyForm
from actionplans.updates.services import (
    accept_proposal,
    decline_proposal,
    end_agreement,
    propose_updates,
    withdraw_proposal,
)
from actionplans.updating import Agreed, agreed_of, proposal_of, site_date
from actionplans.views.forms import add_errors, ids_of, status_of
from actionplans.views.loading import own_plan, visible_share, written_finding
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import Conflict, InvalidInput
from findings.forms.choices import explained
from findings.models import Finding

USUAL = Frequency.THREE_MONTHS
DAY = "j F Y"


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_agree(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """The same terms to several parties; who has made a proposal itself is answered on its own page."""
    finding = written_finding(request, finding_id)
    plan = own_plan(finding)
    if request.method != "POST":
        plan_policy.check_under_way(finding)
    agreed = agreed_of(plan, finding)
    open_to = [each for each in agreed if each.proposal is None or each.proposal.by_side == Side.SITE]
    initial = _usual(finding) | {"party": [str(each.share.pk) for each in open_to if each.is_to_be_agreed]}
    parties = explained(
        (str(each.share.pk), each.share.organisation.name, _how_it_stands(each)) for each in open_to
    )
    form = TermsForManyForm(parties, request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    if form.is_valid():
        try:
            propose_updates(
                share_ids=ids_of(form.cleaned_data["party"]), actor=request.actor, terms=form.terms
            )
        except (Conflict, InvalidInput) as error:
            add_errors(form, error)
            status = status_of(error)
        else:
            messages.success(request, _("Your proposal was sent."))
            return redirect(f"{reverse('plan', args=[finding.pk])}#updates")
    context = {
        "finding": finding,
        "form": form,
        "agreed": agreed,
        "waiting": [each for each in agreed if each not in open_to],
        "cancel_url": reverse("plan", args=[finding.pk]),
    }
    return render(request, "actionplans/updates/agree_many.html", context, status=status)


def _how_it_stands(agreed: Agreed) -> str:
    if agreed.proposal is not None:
        return _("Your proposal waits for an answer; a new one takes its place.")
    if agreed.lapsed is not None:
        return _("What was agreed before has ended.")
    if agreed.agreement is None:
        return _("Nothing is agreed yet.")
    return _("Agreed: %(every)s, next on %(day)s") % {
        "every": agreed.agreement.get_months_display(),
        "day": date_format(agreed.agreement.next_due, DAY),
    }


def _usual(finding: Finding) -> dict[str, Any]:
    return {"months": USUAL.value, "first_due": add_months(site_date(finding), USUAL)}


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def share_agree(request: ActorRequest, share_id: UUID) -> HttpResponse:
    """Either side proposes to the other; a proposal that waits for it is what it answers so."""
    shared = visible_share(request, share_id)
    policy.check_agrees(request.actor, shared)
    finding = shared.plan.finding
    if request.method != "POST":
        policy.check_goes_on(shared)
    form = TermsForm(request.POST if request.method == "POST" else None, initial=_initial(shared))
    status = 200
    if form.is_valid():
        try:
            propose_updates(
                share_ids=[shared.pk],
                actor=request.actor,
                terms=form.terms,
                seen=form.cleaned_data["seen"],
            )
        except (Conflict, InvalidInput) as error:
            add_errors(form, error)
            status = status_of(error)
        else:
            messages.success(request, _("Your proposal was sent."))
            return redirect(_updates_of(shared))
    context = {
        "share": shared,
        "finding": finding,
        "form": form,
        "is_site": side_of(request.actor, shared) == Side.SITE,
        "agreed": Agreed.of(shared, site_date(finding)),
        "cancel_url": _updates_of(shared),
    }
    return render(request, "actionplans/updates/agree.html", context, status=status)


def _initial(shared: PlanShare) -> dict[str, Any]:
    """What waits for an answer, else what is agreed, or was before, else what is usual."""
    proposal, usual = proposal_of(shared), _usual(shared.plan.finding)
    if proposal is not None:
        return {"seen": proposal.pk, "months": proposal.months, "first_due": proposal.first_due}
    agreed = Agreed.of(shared, site_date(shared.plan.finding))
    if agreed.agreement is not None:
        return {"months": agreed.agreement.months, "first_due": agreed.agreement.next_due}
    if agreed.lapsed is not None:
        months = agreed.lapsed.months
        return {"months": months, "first_due": add_months(agreed.on, months)}
    return usual


def _updates_of(shared: PlanShare) -> str:
    return f"{reverse('share', args=[shared.pk])}#updates"


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def share_answer(request: ActorRequest, share_id: UUID) -> HttpResponse:
    """Accept, decline or take back the proposal that the page showed; whoever was slower is told so."""
    shared = visible_share(request, share_id)
    policy.check_agrees(request.actor, shared)
    answers = {
        "accept": (accept_proposal, _("Agreed. Both sides see the dates here.")),
        "decline": (decline_proposal, _("You declined the proposal. You can propose something else.")),
        "withdraw": (withdraw_proposal, _("Your proposal is withdrawn.")),
    }
    answer = answers.get(request.POST.get("answer", ""))
    proposal = shared.update_proposals.filter(pk__in=ids_of([request.POST.get("proposal", "")])).first()
    if answer is None or proposal is None:
        return redirect(_updates_of(shared))
    service, done = answer
    try:
        service(proposal_id=proposal.pk, actor=request.actor)
    except Conflict as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, done)
    return redirect(_updates_of(shared))


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def share_end_agreement(request: ActorRequest, share_id: UUID) -> HttpResponse:
    """Either side ends what is agreed; what it has not seen it does not end."""
    shared = visible_share(request, share_id)
    side = policy.check_agrees(request.actor, shared)
    agreed = Agreed.of(shared, site_date(shared.plan.finding))
    if request.method == "POST":
        form = EndForm(request.POST)
        if form.is_valid():
            try:
                end_agreement(share_id=shared.pk, actor=request.actor, seen=form.seen)
            except Conflict as error:
                messages.error(request, str(error.message))
            else:
                messages.success(request, _("The agreement is ended. Nobody is reminded any more."))
        return redirect(_updates_of(shared))
    policy.check_goes_on(shared)
    if agreed.agreement is None:
        return redirect(_updates_of(shared))
    context = {
        "share": shared,
        "finding": shared.plan.finding,
        "form": EndForm(initial={name: getattr(agreed.agreement, name) for name in EndForm.base_fields}),
        "is_site": side == Side.SITE,
        "agreement": agreed.agreement,
        "proposal": agreed.proposal,
        "cancel_url": _updates_of(shared),
    }
    return render(request, "actionplans/updates/end.html", context)
