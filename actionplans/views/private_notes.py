"""Private notes: of the site on its plan, of a party on what was shared with it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actionplans.models import ActionPlan, PlanShare, PrivateNote
from actionplans.sharing.policy import is_party
from actionplans.threads import policy
from actionplans.threads.forms import NoteForm
from actionplans.threads.services import keep_note, remove_note
from actionplans.views.forms import add_errors
from actionplans.views.keeping import mark_saved
from actionplans.views.loading import own_plan, visible_share, written_finding
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import InvalidInput, NotAllowed


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_note(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    finding = written_finding(request, finding_id)
    return _note(request, own_plan(finding), reverse("plan", args=[finding.pk]))


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def share_note(request: ActorRequest, share_id: UUID) -> HttpResponse:
    shared = visible_share(request, share_id)
    if not is_party(request.actor, shared):
        raise NotAllowed(_("The notes of the site are on the page of its plan."))
    policy.check_keeps_notes(request.actor, shared.plan)
    return _note(request, shared.plan, reverse("share", args=[shared.pk]))


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def note_remove(request: ActorRequest, note_id: UUID) -> HttpResponse:
    notes = PrivateNote.objects.visible_to(request.actor).select_related("plan__finding__site", "written_by")
    note = get_object_or_404(notes, pk=note_id)
    policy.check_keeps_notes(request.actor, note.plan)
    page = _page_of(request, note.plan)
    if request.method == "POST":
        remove_note(note_id=note.pk, actor=request.actor)
        messages.success(request, _("The note is removed."))
        return redirect(f"{page}#notes")
    context = {"note": note, "finding": note.plan.finding, "page": page}
    return render(request, "actionplans/threads/note_remove.html", context)


def _note(request: ActorRequest, plan: ActionPlan, page: str) -> HttpResponse:
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            keep_note(plan_id=plan.pk, actor=request.actor, text=form.cleaned_data["text"])
        except InvalidInput as error:
            add_errors(form, error)
        else:
            mark_saved(request)
            messages.success(request, _("The note is kept."))
            return redirect(f"{page}#notes")
    context = {"form": form, "plan": plan, "finding": plan.finding, "page": page}
    return render(request, "actionplans/threads/note.html", context)


def _page_of(request: ActorRequest, plan: ActionPlan) -> str:
    """Where the reader's own notes on the plan are."""
    share = PlanShare.objects.visible_to(request.actor).filter(plan=plan).first()
    if share is not None and is_party(request.actor, share):
        return reverse("share", args=[share.pk])
    return reverse("plan", args=[plan.finding_id])
