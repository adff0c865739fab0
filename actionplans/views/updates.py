"""Posting an update, proposing how often they come, and answering a proposal."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actionplans.evidence.services import NewFile
from actionplans.models import Frequency, PlanShare, Side
from actionplans.plans import policy as plan_policy
from actionplans.sharing.checks import NamesDisclosed
from actionplans.updates import policy
from actionplans.updates.forms import TermsForm, TermsForManyForm, UpdateForm
from actionplans.updates.reminders import add_months
from actionplans.updates.services import (
    accept_proposal,
    decline_proposal,
    names_disclosed,
    post_update,
    propose_updates,
    withdraw_proposal,
    words_of,
)
from actionplans.updating import Agreed, agreed_of, proposal_of, site_date
from actionplans.views.forms import add_errors, ids_of
from actionplans.views.keeping import mark_saved
from actionplans.views.loading import own_plan, visible_share, written_finding
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import Conflict, DomainError, InvalidInput, Unavailable
from carportal.core.uploads import refusal_of
from findings.forms.choices import explained
from findings.models import Finding

USUAL = Frequency.THREE_MONTHS
DAY = "j F Y"


# --- Posting ------------------------------------------------------------------------------------------


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_update(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """What happened, to whom, and which date comes next with each of them."""
    finding = written_finding(request, finding_id)
    plan = own_plan(finding)
    if request.method != "POST":
        plan_policy.check_under_way(finding)
    agreed = agreed_of(plan, finding)
    everybody = {"party": [str(each.share.pk) for each in agreed]}
    sent = (request.POST, request.FILES, refusal_of(request, "file")) if request.method == "POST" else ()
    form = UpdateForm(_readers(agreed), *sent, initial=everybody)
    if not form.is_valid():
        return _update_page(request, finding, form, agreed)
    chosen = ids_of(form.cleaned_data["party"])
    try:
        post_update(
            plan_id=plan.pk,
            actor=request.actor,
            text=form.cleaned_data["text"],
            share_ids=chosen,
            confirmed_names={
                each.share.organisation_id: ids_of(request.POST.getlist(_names_field(each.share)))
                for each in agreed
            },
            files=[NewFile(upload.file, upload.name) for upload in form.cleaned_data["file"]],
        )
    except NamesDisclosed as error:
        return _update_page(request, finding, form, agreed, error)
    except (Conflict, InvalidInput, Unavailable) as error:
        add_errors(form, error)
        return _update_page(request, finding, form, agreed, error)
    mark_saved(request)
    names = [each.share.organisation.name for each in agreed if each.share.pk in chosen]
    messages.success(
        request, _("Update posted to %(parties)s.") % {"parties": get_text_list(names, _("and"))}
    )
    return redirect(f"{reverse('plan', args=[finding.pk])}#updates")


def _readers(agreed: list[Agreed]) -> list[tuple[str, str]]:
    return explained(
        (str(each.share.pk), each.share.organisation.name, _what_posting_does(each)) for each in agreed
    )


def _what_posting_does(agreed: Agreed) -> str:
    """For which agreed date the update counts, so that nobody learns of it only from the next reminder."""
    agreement, after = agreed.agreement, agreed.due_after_posting
    if agreement is None or after is None:
        return _("No dates are agreed yet.")
    days = {"due": date_format(agreement.next_due, DAY), "next": date_format(after, DAY)}
    if after == agreement.next_due:
        return (
            _(
                "The next update is agreed for %(due)s; this one is more than 14 days before it and comes on top."
            )
            % days
        )
    return _("Counts for %(due)s; the next one is then due on %(next)s.") % days


def _names_field(share: PlanShare) -> str:
    return f"names-{share.organisation_id}"


def _update_page(
    request: ActorRequest,
    finding: Finding,
    form: UpdateForm,
    agreed: list[Agreed],
    error: DomainError | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        "finding": finding,
        "form": form,
        "agreed": agreed,
        "lost_files": form.is_bound and bool(request.FILES or form.refusal),
    }
    if isinstance(error, NamesDisclosed):
        chosen = [each.share for each in agreed if str(each.share.pk) in form.cleaned_data["party"]]
        words = words_of(form.cleaned_data["text"], [each.name for each in form.cleaned_data["file"]])
        named = names_disclosed(words, finding.plan, chosen)
        context |= {
            "has_errors": True,
            "problems": _unconfirmed(error, chosen),
            "readers": [
                {
                    "organisation": share.organisation,
                    "field": _names_field(share),
                    "names": named[share.organisation_id],
                    "confirmed": ids_of(request.POST.getlist(_names_field(share))),
                }
                for share in chosen
                if share.organisation_id in named
            ],
        }
    return render(request, "actionplans/updates/post.html", context, status=_status(error))


def _status(error: DomainError | None) -> int:
    """What is wrong with a field is said on the page itself, as any form says it."""
    return 200 if error is None or isinstance(error, InvalidInput) else error.status


def _unconfirmed(error: NamesDisclosed, shares: list[PlanShare]) -> list[dict[str, str]]:
    """Each name that is not confirmed yet, leading to its box."""
    sentence = _("Confirm that %(reader)s may read the name “%(name)s”, or take the name out of the update.")
    return [
        {
            "text": sentence % {"reader": share.organisation.name, "name": named.name},
            "target": f"{_names_field(share)}-{named.pk}",
        }
        for share in shares
        for named in error.names.get(share.organisation_id, [])
    ]


# --- Proposing ----------------------------------------------------------------------------------------


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
    initial = _usual(finding) | {
        "party": [str(each.share.pk) for each in open_to if each.agreement is None and each.proposal is None]
    }
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
            status = _status(error)
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
            status = _status(error)
        else:
            messages.success(request, _("Your proposal was sent."))
            return redirect(_updates_of(shared))
    context = {
        "share": shared,
        "finding": finding,
        "form": form,
        "is_site": policy.side_of(request.actor, shared) == Side.SITE,
        "agreed": Agreed.of(shared, site_date(finding)),
        "cancel_url": _updates_of(shared),
    }
    return render(request, "actionplans/updates/agree.html", context, status=status)


def _initial(shared: PlanShare) -> dict[str, Any]:
    """What waits for an answer, else what is agreed, else what is usual."""
    proposal, usual = proposal_of(shared), _usual(shared.plan.finding)
    if proposal is not None:
        return {"seen": proposal.pk, "months": proposal.months, "first_due": proposal.first_due}
    agreed = Agreed.of(shared, site_date(shared.plan.finding))
    if agreed.agreement is None:
        return usual
    return {"months": agreed.agreement.months, "first_due": agreed.agreement.next_due}


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
