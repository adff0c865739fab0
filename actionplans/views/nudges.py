"""Reminders that one sets for oneself, or for those who write for one's organisation."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actionplans.models import Nudge
from actionplans.nudges import policy
from actionplans.nudges.forms import NudgeForm
from actionplans.nudges.services import change_nudge, remove_nudge, set_nudge
from actionplans.views.forms import add_errors, status_of
from actionplans.views.keeping import mark_saved
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import Conflict, DomainError, InvalidInput
from findings.models import Finding


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def nudge_set(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """Also of a CAR without a plan, for whoever sees it."""
    findings = Finding.objects.visible_to(request.actor).select_related("site")
    finding = get_object_or_404(findings, pk=finding_id)
    policy.check_sets(request.actor)
    form = NudgeForm(request.POST if request.method == "POST" else None)
    error: DomainError | None = None
    if form.is_valid():
        try:
            nudge = set_nudge(finding_id=finding.pk, actor=request.actor, wish=form.wish)
        except (Conflict, InvalidInput) as refusal:
            error = refusal
            add_errors(form, refusal)
        else:
            return _done(request, nudge)
    return _page(request, finding, form, error)


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def nudge_change(request: ActorRequest, nudge_id: UUID) -> HttpResponse:
    """Another day, other words, or for others; one whose day has come is set anew."""
    nudge = _visible_nudge(request, nudge_id)
    policy.check_sets(request.actor)
    form = NudgeForm(request.POST if request.method == "POST" else None, nudge=nudge)
    error: DomainError | None = None
    if form.is_valid():
        try:
            kept = change_nudge(nudge_id=nudge.pk, actor=request.actor, seen=form.seen_turn, wish=form.wish)
        except (Conflict, InvalidInput) as refusal:
            error = refusal
            add_errors(form, refusal)
        else:
            return _done(request, kept)
    return _page(request, nudge.finding, form, error, nudge)


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def nudge_remove(request: ActorRequest, nudge_id: UUID) -> HttpResponse:
    nudge = _visible_nudge(request, nudge_id)
    policy.check_sets(request.actor)
    page = _reminders_of(nudge.finding)
    if request.method == "POST":
        remove_nudge(nudge_id=nudge.pk, actor=request.actor)
        messages.success(request, _("The reminder is removed."))
        return redirect(page)
    context = {"nudge": nudge, "finding": nudge.finding, "cancel_url": page}
    return render(request, "actionplans/nudges/remove.html", context)


def _visible_nudge(request: ActorRequest, nudge_id: UUID) -> Nudge:
    nudges = Nudge.objects.visible_to(request.actor).select_related("finding__site", "set_by")
    return get_object_or_404(nudges, pk=nudge_id)


def _done(request: ActorRequest, nudge: Nudge) -> HttpResponse:
    mark_saved(request)
    day = date_format(nudge.day, "j F Y")
    messages.success(request, _("The reminder is set. It comes by e-mail on %(day)s.") % {"day": day})
    return redirect(_reminders_of(nudge.finding))


def _page(
    request: ActorRequest,
    finding: Finding,
    form: NudgeForm,
    error: DomainError | None,
    nudge: Nudge | None = None,
) -> HttpResponse:
    context = {"form": form, "finding": finding, "nudge": nudge, "cancel_url": _reminders_of(finding)}
    return render(request, "actionplans/nudges/set.html", context, status=status_of(error))


def _reminders_of(finding: Finding) -> str:
    return f"{reverse('finding', args=[finding.pk])}#reminders"
