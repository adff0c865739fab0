"""Writing in a thread: a comment or an answer, changing it at first, and settling it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actionplans.annex import template_of
from actionplans.models import Comment, CommentStatus, PlanShare
from actionplans.sharing.checks import NamesDisclosed
from actionplans.support.reading import reading_along
from actionplans.threads import policy
from actionplans.threads.forms import AnswerForm, CommentForm, TextForm
from actionplans.threads.people import mentionable
from actionplans.threads.services import edit_comment, names_disclosed, settle_comment, write_comment
from actionplans.views.forms import add_errors, ids_of, status_of
from actionplans.views.keeping import mark_saved
from actionplans.views.loading import visible_comment, visible_share
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import Conflict, DomainError, InvalidInput

NAMES = "names"


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def share_comment(request: ActorRequest, share_id: UUID) -> HttpResponse:
    """Something new about a section (`?section=`), or in answer to a comment (`?answer=`)."""
    shared = visible_share(request, share_id)
    policy.check_writes(request.actor, shared)
    if request.method != "POST":
        policy.check_goes_on(shared)
    answered = _answered(request, shared)
    form = _form(request, shared, answered)
    if not form.is_valid():
        return _write_page(request, shared, form, answered)
    try:
        comment = write_comment(
            share_id=shared.pk,
            actor=request.actor,
            text=form.cleaned_data["text"],
            section=form.cleaned_data.get("section", ""),
            answer_to=answered.pk if answered else None,
            mentions=ids_of(form.cleaned_data.get("mention", [])),
            confirmed_names=ids_of(request.POST.getlist(NAMES)),
        )
    except (NamesDisclosed, Conflict, InvalidInput) as error:
        return _write_page(request, shared, form, answered, error)
    mark_saved(request)
    messages.success(request, _("Your comment was sent."))
    return _to(comment)


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def comment_edit(request: ActorRequest, comment_id: UUID) -> HttpResponse:
    comment = visible_comment(request, comment_id)
    if request.method != "POST":
        policy.check_edits(request.actor, comment, timezone.now())
        return _edit_page(request, comment, TextForm(initial={"text": comment.text}))
    policy.check_is_author(request.actor, comment)
    form = TextForm(request.POST)
    if not form.is_valid():
        return _edit_page(request, comment, form)
    try:
        edit_comment(
            comment_id=comment.pk,
            actor=request.actor,
            text=form.cleaned_data["text"],
            confirmed_names=ids_of(request.POST.getlist(NAMES)),
        )
    except (NamesDisclosed, Conflict, InvalidInput) as error:
        return _edit_page(request, comment, form, error)
    mark_saved(request)
    messages.success(request, _("Your comment was changed."))
    return _to(comment)


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def comment_settle(request: ActorRequest, comment_id: UUID) -> HttpResponse:
    """Who comes back here by a link, after logging in again, finds the thread."""
    comment = visible_comment(request, comment_id)
    policy.check_writes(request.actor, comment.share)
    if request.method == "POST":
        status = request.POST.get("status", "")
        settled = settle_comment(comment_id=comment.pk, actor=request.actor, status=status)
        messages.success(request, _settled(settled))
    return _to(comment, shows_all=request.POST.get("comments") == "all")


def _settled(comment: Comment) -> str:
    if comment.status == CommentStatus.RESOLVED:
        return _("The comment is resolved.")
    return _("The comment is open again.")


def _answered(request: ActorRequest, shared: PlanShare) -> Comment | None:
    wanted = ids_of(request.GET.getlist("answer"))
    if "answer" not in request.GET:
        return None
    begun = Comment.objects.visible_to(request.actor).on(shared).begun()
    answered = begun.select_related("written_by", "organisation").filter(pk__in=wanted).first()
    if answered is None:
        raise Http404
    return answered


def _form(request: ActorRequest, shared: PlanShare, answered: Comment | None) -> AnswerForm:
    actor = request.actor
    members = mentionable(actor.organisation_id, shared, by=actor.user_id)
    data = request.POST if request.method == "POST" else None
    if answered is not None:
        return AnswerForm(members, data)
    template = template_of(shared.plan.template_version)
    return CommentForm(template, members, data, initial={"section": request.GET.get("section", "")})


def _write_page(
    request: ActorRequest,
    shared: PlanShare,
    form: AnswerForm,
    answered: Comment | None,
    error: DomainError | None = None,
) -> HttpResponse:
    about = answered.section if answered else ""
    template = template_of(shared.plan.template_version)
    context = {
        **_context(request, shared, form, error),
        **reading_along(shared.plan),
        "answered": answered,
        "section": template.field(about).label if about else "",
        "draft_of": f"answer:{answered.pk}" if answered else f"comment:{shared.pk}",
    }
    return render(request, "actionplans/threads/write.html", context, status=status_of(error))


def _edit_page(
    request: ActorRequest, comment: Comment, form: TextForm, error: DomainError | None = None
) -> HttpResponse:
    context = {**_context(request, comment.share, form, error), "comment": comment}
    return render(request, "actionplans/threads/edit.html", context, status=status_of(error))


def _context(
    request: ActorRequest, shared: PlanShare, form: TextForm, error: DomainError | None
) -> dict[str, Any]:
    """What the pages with a text have in common, among it the names of others that are still to be confirmed."""
    context: dict[str, Any] = {
        "share": shared,
        "finding": shared.plan.finding,
        "is_site": policy.is_site(request.actor, shared),
        "form": form,
    }
    if isinstance(error, NamesDisclosed):
        sentence = _("Confirm that %(reader)s may read the name “%(name)s”, or take the name out.")
        reader = shared.organisation.name
        context |= {
            "has_errors": True,
            "names": names_disclosed(form.cleaned_data["text"], shared, request.actor),
            "confirmed": ids_of(request.POST.getlist(NAMES)),
            "problems": [
                {
                    "text": sentence % {"reader": reader, "name": each.name},
                    "target": f"{NAMES}-{each.pk}",
                }
                for each in error.names[shared.organisation_id]
            ],
        }
    elif error is not None:
        add_errors(form, error)
    return context


def _to(comment: Comment, *, shows_all: bool = False) -> HttpResponse:
    """The comment itself on the page of what is shared."""
    page = reverse("share", args=[comment.share.pk])
    return redirect(f"{page}{'?comments=all' if shows_all else ''}#comment-{comment.pk}")
