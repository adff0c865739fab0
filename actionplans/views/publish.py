"""Publishing the plan, noting its upload to Sedex, and carrying an earlier one on."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actionplans.annex import Audience, render_document
from actionplans.carrying import what_is_carried
from actionplans.plans import policy
from actionplans.plans.drafts import today_at
from actionplans.plans.forms import CarryOnForm, UploadedForm
from actionplans.plans.services import carry_on_plan, note_uploaded, publish_plan
from actionplans.sharing.checks import NamesDisclosed, names_for_readers
from actionplans.sharing.disclosure import rows_naming
from actionplans.standing import Standing, earlier_plans
from actionplans.views.forms import add_errors, ids_of
from actionplans.views.loading import own_plan, written_finding
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import DomainError, InvalidInput
from findings.models import Finding


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_publish(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """What publishing does, what is missing, and the text as it will be read; then the deed."""
    finding = written_finding(request, finding_id)
    plan = own_plan(finding)
    again = plan.published_id is not None
    if request.method == "POST":
        try:
            publish_plan(
                plan_id=plan.pk,
                actor=request.actor,
                confirmed_names=ids_of(request.POST.getlist("names")),
                seen=request.POST.get("seen", ""),
            )
        except DomainError as error:
            finding.refresh_from_db(fields=["status"])
            return _publish_page(request, finding, error)
        messages.success(
            request, _("Newer version published.") if again else _("Plan published. The CAR is in progress.")
        )
        return redirect("plan", finding.pk)
    policy.check_under_way(finding)
    return _publish_page(request, finding)


def _publish_page(request: ActorRequest, finding: Finding, error: DomainError | None = None) -> HttpResponse:
    plan = own_plan(finding)
    standing = Standing(plan)
    document = standing.document
    named_to = names_for_readers(plan, document)
    names = {each.pk: each for named in named_to.values() for each in named}
    context = {
        "finding": finding,
        "plan": plan,
        "standing": standing,
        "missing": standing.missing_to_publish,
        "names": [
            {
                "organisation": each,
                "rows": rows_naming(each, document, readers=named_to),
                "confirmed": str(each.pk) in request.POST.getlist("names"),
            }
            for each in names.values()
        ],
        "annex": render_document(document, Audience(), get_language()),
        "has_own_entries": document.hides_rows,
        "has_errors": error is not None and not isinstance(error, InvalidInput),
        **_problems(error),
    }
    return render(request, "actionplans/publish.html", context, status=_status(error))


def _problems(error: DomainError | None) -> dict[str, Any]:
    """The error as the page shows it: a name that is not confirmed leads to its box."""
    if not isinstance(error, NamesDisclosed):
        return {"problem": error.message if error else ""}
    names = {each.pk: each for named in error.names.values() for each in named}
    sentence = _("Confirm that these customers may read the name “%(name)s”, or take it out of the plan.")
    return {
        "problems": [
            {"text": sentence % {"name": each.name}, "target": f"names-{each.pk}"} for each in names.values()
        ]
    }


def _status(error: DomainError | None) -> int:
    """What is missing is said on the page itself, as any form says it."""
    return 200 if error is None or isinstance(error, InvalidInput) else error.status


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_uploaded(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """The day of the upload; what is not published yet leads to publishing."""
    finding = written_finding(request, finding_id)
    plan = own_plan(finding)
    if request.method != "POST" and plan.published_id is None:
        messages.info(request, _("Publish the plan first: its PDF is what you upload to Sedex."))
        return redirect("plan_publish", finding.pk)
    initial = {"on": plan.uploaded_on or today_at(finding.site, timezone.now())}
    form = UploadedForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            note_uploaded(plan_id=plan.pk, actor=request.actor, on=form.cleaned_data["on"])
        except InvalidInput as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Day of the upload noted."))
            return redirect("plan", finding.pk)
    context = {
        "finding": finding,
        "plan": plan,
        "form": form,
        "cancel_url": reverse("plan", args=[finding.pk]),
    }
    return render(request, "actionplans/uploaded.html", context)


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_carry_on(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """404 where no earlier CAR with a plan ended in this one."""
    finding = written_finding(request, finding_id)
    earlier = earlier_plans(finding)
    if not earlier:
        raise Http404
    form = CarryOnForm(earlier, request.POST if request.method == "POST" else None)
    if form.is_valid():
        carry_on_plan(
            finding_id=finding.pk, actor=request.actor, from_plan_id=UUID(form.cleaned_data["plan"])
        )
        messages.success(request, _("The earlier plan is the draft of this one now. Bring it up to date."))
        return redirect("plan_edit", finding.pk)
    policy.check_under_way(finding)
    context = {
        "finding": finding,
        "form": form,
        "earlier": earlier,
        "carrying": what_is_carried(earlier),
        "cancel_url": reverse("finding", args=[finding.pk]),
    }
    return render(request, "actionplans/carry_on.html", context)
