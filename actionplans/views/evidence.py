"""The files of a plan: adding one, giving it out, saying who sees it, taking it out."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from actionplans.evidence import policy
from actionplans.evidence.forms import EvidenceForm, ReadersForm, RedactForm, readers_initial
from actionplans.evidence.querysets import parties_with
from actionplans.evidence.services import (
    FileDetails,
    NamesShown,
    add_evidence,
    redact_evidence,
    show_evidence,
)
from actionplans.evidence.storing import opened
from actionplans.models import WHOLE_PLAN, ActionPlan, EvidenceFile, Subject, SubjectKind
from actionplans.plans import policy as plan_policy
from actionplans.subjects import action_words, update_words
from actionplans.views.forms import add_errors, ids_of
from actionplans.views.loading import own_plan, written_finding
from carportal.core.decorators import ActorRequest, actor_required, reader_required
from carportal.core.errors import DomainError
from carportal.core.uploads import refusal_of


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def evidence_add(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    finding = written_finding(request, finding_id)
    plan = own_plan(finding)
    plan_policy.check_under_way(finding)
    sent = (request.POST, request.FILES, refusal_of(request, "file")) if request.method == "POST" else ()
    subject, about = _subject(request, plan)
    form = EvidenceForm(parties_with(plan, subject), subject.kind, *sent)
    status = 200
    if form.is_valid():
        upload = form.cleaned_data["file"]
        details = FileDetails(
            description=form.cleaned_data["description"],
            shown_to=form.shown_to,
            party_id=form.party_id,
            subject=subject,
            confirmed_names=ids_of(request.POST.getlist("names")),
        )
        try:
            file = add_evidence(
                plan_id=plan.pk, actor=request.actor, content=upload.file, name=upload.name, details=details
            )
        except DomainError as error:
            status = _refused(form, error)
        else:
            messages.success(request, _("File added: %(name)s.") % {"name": file.readable_name})
            return redirect(_evidence_of(file))
    context = {
        "form": form,
        "finding": finding,
        "plan": plan,
        "about": about,
        "is_scanned": bool(settings.CLAMD_URL),
        "cancel_url": _place_of(plan, subject),
    }
    return render(request, "actionplans/evidence/add.html", context, status=status)


def _subject(request: ActorRequest, plan: ActionPlan) -> tuple[Subject, str]:
    """What the address says that the file is about (`?action=…`, `?update=…`), and in words; 404 if there is none."""
    for kind, words_of in ((SubjectKind.ACTION, action_words), (SubjectKind.UPDATE, update_words)):
        if named := request.GET.get(kind.value):
            subject_id = next(iter(ids_of([named])), None)
            words = words_of(plan, subject_id) if subject_id is not None else None
            if words is None:
                raise Http404
            return Subject(kind, subject_id), words
    return WHOLE_PLAN, ""


@reader_required
@require_safe
def evidence_file(request: ActorRequest, file_id: UUID) -> FileResponse:
    """Always as a file to be saved, never as a page of the portal, whatever is in it."""
    file = _visible(request, file_id)
    policy.check_served(file)
    response = FileResponse(
        opened(file),
        as_attachment=True,
        filename=file.readable_name,
        content_type=file.file_kind.content_type,
    )
    response.headers["Content-Length"] = str(file.size)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def evidence_readers(request: ActorRequest, file_id: UUID) -> HttpResponse:
    file = _visible(request, file_id)
    policy.check_shows(request.actor, file)
    parties = parties_with(file.plan, file.subject)
    form = ReadersForm(parties, file.subject.kind, request.POST or None, initial=readers_initial(file))

    def write() -> str:
        show_evidence(
            file_id=file.pk,
            actor=request.actor,
            shown_to=form.shown_to,
            party_id=form.party_id,
            confirmed_names=ids_of(request.POST.getlist("names")),
        )
        return _("Who sees %(name)s: saved.") % {"name": file.readable_name}

    return _answer(request, "actionplans/evidence/readers.html", file, form, write)


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def evidence_redact(request: ActorRequest, file_id: UUID) -> HttpResponse:
    file = _visible(request, file_id)
    policy.check_redacts(request.actor, file)
    form = RedactForm(request.POST if request.method == "POST" else None)

    def write() -> str:
        redact_evidence(file_id=file.pk, actor=request.actor, reason=form.cleaned_data["reason"])
        return _("The file was taken out of the evidence.")

    return _answer(request, "actionplans/evidence/take_out.html", file, form, write)


def _visible(request: ActorRequest, file_id: UUID) -> EvidenceFile:
    files = EvidenceFile.objects.visible_to(request.actor).select_related(
        "plan__finding__site__supplier", "plan__finding__superseded_by", "party"
    )
    return get_object_or_404(files, pk=file_id)


def _answer(
    request: ActorRequest,
    template: str,
    file: EvidenceFile,
    form: ReadersForm | RedactForm,
    write: Callable[[], str],
) -> HttpResponse:
    """A file's page with one form: written and back to the list, or shown with what is wrong."""
    status = 200
    if form.is_bound and form.is_valid():
        try:
            done = write()
        except DomainError as error:
            status = _refused(form, error)
        else:
            messages.success(request, done)
            return redirect(_evidence_of(file))
    context = {
        "form": form,
        "file": file,
        "finding": file.plan.finding,
        "cancel_url": _evidence_of(file),
    }
    return render(request, template, context, status=status)


def _refused(form: ReadersForm | RedactForm, error: DomainError) -> int:
    """The error at its field; the status that it is answered with, where the form alone does not say it."""
    if isinstance(error, NamesShown) and isinstance(form, ReadersForm):
        form.ask_about(error.names)
        return error.status
    add_errors(form, error)
    return 200 if error.status == 400 else error.status


def _place_of(plan: ActionPlan, subject: Subject) -> str:
    """Where the plan's page shows the files about it."""
    place = f"{subject.kind}-{subject.id}" if subject.kind == SubjectKind.ACTION else "evidence"
    return f"{reverse('plan', args=[plan.finding_id])}#{place}"


def _evidence_of(file: EvidenceFile) -> str:
    return reverse("plan", args=[file.plan.finding_id]) + "#evidence"
