"""A party answers and reports on its own actions; the site takes what was reported into its draft."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actionplans.duties import policy
from actionplans.duties.forms import AcceptForm, DeclineForm, ReportForm
from actionplans.duties.services import accept_duty, decline_duty, report_progress, take_report
from actionplans.evidence.services import NewFile
from actionplans.models import Duty, PlanShare
from actionplans.owning import owned
from actionplans.plans import policy as plan_policy
from actionplans.views.forms import add_errors, status_of
from actionplans.views.keeping import mark_saved
from actionplans.views.loading import visible_duty, visible_duty_report
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import Conflict, DomainError, InvalidInput, Unavailable
from carportal.core.uploads import refusal_of


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def duty_accept(request: ActorRequest, duty_id: UUID) -> HttpResponse:
    """From the button on the share's page; whoever was slower is told so."""
    duty = visible_duty(request, duty_id)
    policy.check_owns(request.actor, duty.share)
    if request.method == "POST":
        form = AcceptForm(request.POST)
        seen = (
            form.cleaned_data["seen"] if form.is_valid() else 0
        )  # of a form that was tampered with, nothing
        try:
            accept_duty(duty_id=duty.pk, actor=request.actor, seen=seen)
        except Conflict as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("You accepted the action. The site is told by e-mail."))
    return redirect(_duties_of(duty.share))


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def duty_decline(request: ActorRequest, duty_id: UUID) -> HttpResponse:
    duty = visible_duty(request, duty_id)
    policy.check_owns(request.actor, duty.share)
    if request.method != "POST" and not policy.may_decline_now(request.actor, duty):
        return redirect(_duties_of(duty.share))
    form = DeclineForm(request.POST if request.method == "POST" else None, initial={"seen": duty.turn})
    error: DomainError | None = None
    if form.is_valid():
        try:
            decline_duty(
                duty_id=duty.pk,
                actor=request.actor,
                seen=form.cleaned_data["seen"],
                reason=form.cleaned_data["reason"],
            )
        except (Conflict, InvalidInput) as refusal:
            error = refusal
            add_errors(form, refusal)
        else:
            mark_saved(request)
            messages.success(request, _("You declined the action. The site is told by e-mail."))
            return redirect(_duties_of(duty.share))
    return _page(request, "decline", duty, form, error)


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def duty_report(request: ActorRequest, duty_id: UUID) -> HttpResponse:
    """How far the action is, with files that show it."""
    duty = visible_duty(request, duty_id)
    policy.check_owns(request.actor, duty.share)
    if request.method != "POST" and not policy.may_report_now(request.actor, duty):
        return redirect(_duties_of(duty.share))
    sent = (request.POST, request.FILES, refusal_of(request, "file")) if request.method == "POST" else ()
    form = ReportForm(*sent)
    error: DomainError | None = None
    if form.is_valid():
        try:
            report_progress(
                duty_id=duty.pk,
                actor=request.actor,
                state=form.cleaned_data["state"],
                text=form.cleaned_data["text"],
                files=[NewFile(upload.file, upload.name) for upload in form.cleaned_data["file"]],
            )
        except (Conflict, InvalidInput, Unavailable) as refusal:
            error = refusal
            add_errors(form, refusal)
        else:
            mark_saved(request)
            messages.success(request, _("Your report was sent to the site."))
            return redirect(_duties_of(duty.share))
    lost_files = form.is_bound and bool(request.FILES or form.refusal)
    return _page(request, "report", duty, form, error, lost_files=lost_files)


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def duty_report_take(request: ActorRequest, report_id: UUID) -> HttpResponse:
    """The site takes a report into its draft."""
    report = visible_duty_report(request, report_id)
    shared = report.duty.share
    plan_policy.check_writes(request.actor, shared.plan.finding)
    if request.method == "POST":
        try:
            take_report(report_id=report.pk, actor=request.actor)
        except (Conflict, InvalidInput) as error:
            messages.error(request, str(error.message))
        else:
            messages.success(
                request, _("The report is in the draft, and in the next version that you share.")
            )
    return redirect(_duties_of(shared))


def _page(
    request: ActorRequest,
    name: str,
    duty: Duty,
    form: forms.Form,
    error: DomainError | None,
    **more: Any,
) -> HttpResponse:
    context = {
        "share": duty.share,
        "finding": duty.share.plan.finding,
        "owned": owned(duty, request.actor),
        "duty": duty,
        "form": form,
        "cancel_url": _duties_of(duty.share),
        **more,
    }
    return render(request, f"actionplans/duties/{name}.html", context, status=status_of(error))


def _duties_of(shared: PlanShare) -> str:
    return f"{reverse('share', args=[shared.pk])}#duties"
