"""Removing words from a plan for good."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actionplans.models import ActionPlan, Revision
from actionplans.plans.services import (
    check_redaction,
    find_words,
    find_words_published,
    redact_words,
)
from actionplans.plans.version_forms import RedactForm
from actionplans.views.forms import add_errors
from actionplans.views.loading import redactable_plan
from carportal.core.actor import Actor
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import InvalidInput

EVERYWHERE = "everywhere"


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_redact(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """What to remove; then where it stands, to look at before it is gone; then the deed."""
    plan = redactable_plan(request, finding_id)
    where = request.GET.get("version", EVERYWHERE)
    form = RedactForm(
        _places(plan, request.actor),
        request.POST if request.method == "POST" else None,
        initial={"where": where},
    )
    step = request.POST.get("step", "")
    if form.is_valid() and step != "change":
        try:
            return _remove(request, plan, form) if step == "remove" else _check_page(request, plan, form)
        except InvalidInput as error:
            add_errors(form, error)
    context = {
        "finding": plan.finding,
        "plan": plan,
        "form": form,
        "is_operator": request.actor.is_operator,
        "cancel_url": reverse("plan", args=[plan.finding_id]),
    }
    return render(request, "actionplans/redact/words.html", context)


def _remove(request: ActorRequest, plan: ActionPlan, form: RedactForm) -> HttpResponse:
    revision = _chosen(plan, form)
    redact_words(
        plan_id=plan.pk,
        actor=request.actor,
        words=form.cleaned_data["words"],
        reason=form.cleaned_data["reason"],
        revision_id=revision.pk if revision else None,
    )
    messages.success(request, _("The words were removed. They cannot be brought back."))
    return redirect("plan", plan.finding_id)


def _check_page(request: ActorRequest, plan: ActionPlan, form: RedactForm) -> HttpResponse:
    """The operator is shown what it may read, which is the published version, and no more."""
    words, reason, revision = form.cleaned_data["words"], form.cleaned_data["reason"], _chosen(plan, form)
    check_redaction(plan=plan, actor=request.actor, words=words, reason=reason, revision=revision)
    found = (
        find_words_published(plan, words)
        if request.actor.is_operator
        else find_words(plan, words, revision=revision)
    )
    context = {
        "finding": plan.finding,
        "plan": plan,
        "words": words,
        "reason": reason,
        "where": form.cleaned_data["where"],
        "found": found,
        "is_everywhere": revision is None,
        "is_operator": request.actor.is_operator,
    }
    return render(request, "actionplans/redact/check.html", context)


def _places(plan: ActionPlan, actor: Actor) -> list[tuple[str, str]]:
    if actor.is_operator:
        everywhere = _("This plan, wherever they stand, also in what only the site and its parties read")
        return [(EVERYWHERE, everywhere), (str(plan.published_id), _("The published version only"))]
    everywhere = _(
        "This plan, wherever they stand: draft, versions, notes, replies, updates, names of files and the record"
    )
    versions = [
        (str(each.pk), _("Version %(number)s only") % {"number": each.number})
        for each in plan.revisions.all()
    ]
    return [(EVERYWHERE, everywhere), *versions]


def _chosen(plan: ActionPlan, form: RedactForm) -> Revision | None:
    where = form.cleaned_data["where"]
    return None if where == EVERYWHERE else plan.revisions.get(pk=where)
