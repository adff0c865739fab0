"""Arranging a call with the other side of a share, and what came of it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from actionplans.calls import policy
from actionplans.calls.calendars import file_of
from actionplans.calls.forms import CallForm, EndForm, MinutesForm, OfferForm, ask_about_names
from actionplans.calls.services import (
    agree_call,
    cancel_call,
    decline_call,
    hold_call,
    offer_other_times,
    propose_call,
    take_action,
)
from actionplans.calls.times import in_words
from actionplans.models import Call, PlanShare, Side
from actionplans.plans import policy as plan_policy
from actionplans.sharing.checks import NamesDisclosed
from actionplans.sharing.policy import side_of
from actionplans.views.forms import add_errors, ids_of, status_of
from actionplans.views.keeping import mark_saved
from actionplans.views.loading import visible_call, visible_call_action, visible_share
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import Conflict, DomainError, InvalidInput


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def share_call(request: ActorRequest, share_id: UUID) -> HttpResponse:
    """Either side proposes a call to the other."""
    shared = visible_share(request, share_id)
    policy.check_calls(request.actor, shared)
    if request.method != "POST":
        policy.check_goes_on(shared)
    form = CallForm(request.POST if request.method == "POST" else None)
    error: DomainError | None = None
    if form.is_valid():
        try:
            propose_call(
                share_id=shared.pk,
                actor=request.actor,
                subject=form.subject,
                offer=form.offer,
                confirmed_names=ids_of(request.POST.getlist("names")),
            )
        except (Conflict, InvalidInput) as refusal:
            error = refusal
            _refuse(form, refusal, shared)
        else:
            messages.success(request, _("Your proposal was sent."))
            return redirect(_calls_of(shared))
    return _page(request, "propose", shared, form, error)


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def call_times(request: ActorRequest, call_id: UUID) -> HttpResponse:
    """Other times for a call that was proposed or agreed."""
    call = visible_call(request, call_id)
    policy.check_calls(request.actor, call.share)
    if request.method != "POST" and not policy.may_move_now(request.actor, call):
        return redirect(_calls_of(call.share))
    initial = {"seen": call.turn, "duration": call.duration, "where": call.where}
    form = OfferForm(request.POST if request.method == "POST" else None, initial=initial)
    error: DomainError | None = None
    if form.is_valid():
        try:
            offer_other_times(
                call_id=call.pk,
                actor=request.actor,
                seen=form.cleaned_data["seen"] or 0,
                offer=form.offer,
            )
        except (Conflict, InvalidInput) as refusal:
            error = refusal
            add_errors(form, refusal)
        else:
            messages.success(request, _("Your proposal was sent."))
            return redirect(_calls_of(call.share))
    return _page(request, "times", call.share, form, error, call=call)


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def call_answer(request: ActorRequest, call_id: UUID) -> HttpResponse:
    """Pick the time that was chosen on the share's page; whoever was slower is told so."""
    call = visible_call(request, call_id)
    policy.check_calls(request.actor, call.share)
    chosen = ids_of([request.POST.get("slot", "")])
    if request.method == "POST" and not chosen:
        messages.error(request, _("Choose one of the times first."))
    for slot_id in chosen:
        try:
            agreed = agree_call(call_id=call.pk, actor=request.actor, slot_id=slot_id)
        except Conflict as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("Agreed: %(when)s.") % {"when": _when(agreed)})
    return redirect(_calls_of(call.share))


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def call_end(request: ActorRequest, call_id: UUID) -> HttpResponse:
    """Decline what the other side proposed, or cancel what was agreed or one's own proposal."""
    call = visible_call(request, call_id)
    side = policy.check_calls(request.actor, call.share)
    declines = call.is_proposed and call.by_side != side
    if request.method != "POST" and not call.is_open:
        return redirect(_calls_of(call.share))
    form = EndForm(
        request.POST if request.method == "POST" else None,
        initial={"seen": call.turn},
        needs_reason=declines,
    )
    error: DomainError | None = None
    if form.is_valid():
        end = decline_call if declines else cancel_call
        try:
            end(
                call_id=call.pk,
                actor=request.actor,
                seen=form.cleaned_data["seen"],
                reason=form.cleaned_data["reason"],
                confirmed_names=ids_of(request.POST.getlist("names")),
            )
        except (Conflict, InvalidInput) as refusal:
            error = refusal
            _refuse(form, refusal, call.share)
        else:
            mark_saved(request)
            messages.success(
                request, _("You declined the call.") if declines else _("The call is cancelled.")
            )
            return redirect(_calls_of(call.share))
    return _page(request, "end", call.share, form, error, call=call, declines=declines)


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def call_minutes(request: ActorRequest, call_id: UUID) -> HttpResponse:
    """What came of a call, once it has begun."""
    call = visible_call(request, call_id)
    policy.check_calls(request.actor, call.share)
    may_write = policy.may_write_minutes_now(request.actor, call, timezone.now())
    if request.method != "POST" and not may_write:
        return redirect(_calls_of(call.share))
    form = MinutesForm(call, request.POST if request.method == "POST" else None, initial={"seen": call.turn})
    error: DomainError | None = None
    if form.is_valid():
        try:
            hold_call(
                call_id=call.pk,
                actor=request.actor,
                seen=form.cleaned_data["seen"],
                text=form.cleaned_data["text"],
                actions=form.actions,
                confirmed_names=ids_of(request.POST.getlist("names")),
            )
        except (Conflict, InvalidInput) as refusal:
            error = refusal
            _refuse(form, refusal, call.share)
        else:
            mark_saved(request)
            messages.success(request, _("The minutes are kept. Both sides read them here."))
            return redirect(_calls_of(call.share))
    return _page(request, "minutes", call.share, form, error, call=call)


@actor_required
@require_safe
def call_calendar(request: ActorRequest, call_id: UUID) -> HttpResponse:
    """The call as a file for a calendar, once it is agreed."""
    call = visible_call(request, call_id)
    if not call.is_agreed:
        raise Http404
    response = HttpResponse(file_of(call), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{call.share.plan.finding.reference}-call.ics"'
    return response


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def call_action_take(request: ActorRequest, action_id: UUID) -> HttpResponse:
    """The site takes an action from a call into its draft."""
    action = visible_call_action(request, action_id)
    shared = action.call.share
    plan_policy.check_writes(request.actor, shared.plan.finding)
    if request.method == "POST":
        try:
            take_action(action_id=action.pk, actor=request.actor)
        except (Conflict, InvalidInput) as error:
            messages.error(request, str(error.message))
        else:
            messages.success(
                request, _("The action is in the draft, and in the next version that you share.")
            )
    return redirect(_calls_of(shared))


def _refuse(form: forms.Form, error: DomainError, shared: PlanShare) -> None:
    if isinstance(error, NamesDisclosed):
        named = error.names[shared.organisation_id]
        ask_about_names(form, shared.organisation.name, named)
    else:
        add_errors(form, error)


def _page(
    request: ActorRequest,
    name: str,
    shared: PlanShare,
    form: forms.Form,
    error: DomainError | None,
    **more: Any,
) -> HttpResponse:
    call = more.get("call")
    context = {
        "share": shared,
        "finding": shared.plan.finding,
        "form": form,
        "is_site": side_of(request.actor, shared) == Side.SITE,
        "when": _when(call) if call and call.is_agreed else "",
        "cancel_url": _calls_of(shared),
        **more,
    }
    return render(request, f"actionplans/calls/{name}.html", context, status=status_of(error))


def _when(call: Call) -> str:
    return in_words(call.starts_at, call.duration) if call.starts_at else ""


def _calls_of(shared: PlanShare) -> str:
    return f"{reverse('share', args=[shared.pk])}#calls"
