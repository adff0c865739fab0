"""A plan's versions, for its site: the list, each of them, any two side by side, and one brought back as the draft."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from actionplans.annex import Audience
from actionplans.annex import render as render_annex
from actionplans.history import carried_on_from, versions_of
from actionplans.models import ActionPlan, Revision
from actionplans.plans import policy
from actionplans.plans.drafts import Draft, draft_of
from actionplans.plans.services import restore_revision
from actionplans.plans.version_forms import DRAFT, CompareForm
from actionplans.sharing.audiences import as_site
from actionplans.views.comparing import comparison
from actionplans.views.loading import sites_plan, written_finding
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import Conflict, DomainError


@actor_required
@require_safe
def plan_versions(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    plan = sites_plan(request, finding_id)
    versions = versions_of(plan)
    context = {
        "finding": plan.finding,
        "plan": plan,
        "versions": versions,
        "earlier": [(each, versions_of(each)) for each in carried_on_from(plan)],
        "form": _compare_form(plan),
    }
    return render(request, "actionplans/versions/list.html", context)


@actor_required
@require_safe
def plan_version(request: ActorRequest, finding_id: UUID, revision_id: UUID) -> HttpResponse:
    """As the site sees it: nothing is asked of anybody."""
    plan = sites_plan(request, finding_id)
    version = next((each for each in versions_of(plan) if each.revision.pk == revision_id), None)
    if version is None:
        raise Http404
    context = {
        "finding": plan.finding,
        "plan": plan,
        "version": version,
        "previous": plan.revisions.filter(number__lt=version.revision.number).first(),
        "annex": render_annex(version.revision, as_site(version.revision), get_language()),
        "differs_from_draft": version.revision.digest != draft_of(plan).document.sha256,
        "may_write": policy.may_write_now(request.actor, plan.finding),
        "may_redact": policy.may_redact(request.actor, plan.finding),
    }
    return render(request, "actionplans/versions/version.html", context)


@actor_required
@require_safe
def plan_compare(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """The address names the two (`?old=…&new=…`), of which one may be the draft."""
    plan = sites_plan(request, finding_id)
    form = _compare_form(plan, request.GET)
    context: dict[str, Any] = {"finding": plan.finding, "plan": plan, "form": form}
    if form.is_valid():
        old, new = (form.cleaned_data[name] for name in ("old", "new"))
        context |= {
            "old": form.label_of(old),
            "new": form.label_of(new),
            **comparison(_chosen(plan, old), _chosen(plan, new), Audience(is_site=True)),
        }
    return render(request, "actionplans/versions/compare.html", context)


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_restore(request: ActorRequest, finding_id: UUID, revision_id: UUID) -> HttpResponse:
    """What would change in the draft; then the deed, unless somebody changed it meanwhile."""
    finding = written_finding(request, finding_id)
    plan = sites_plan(request, finding_id)
    revision = get_object_or_404(plan.revisions, pk=revision_id)
    if request.method != "POST":
        policy.check_under_way(finding)
        return _restore_page(request, plan, revision)
    names = draft_of(plan).template.field_names
    try:
        kept = restore_revision(
            plan_id=plan.pk,
            actor=request.actor,
            revision_id=revision.pk,
            based_on={name: request.POST.get(f"based_on_{name}", "") for name in names},
            rows_based_on=request.POST.get("rows_based_on", ""),
        )
    except Conflict as error:
        return _restore_page(request, plan, revision, error)
    messages.success(
        request,
        _("Version %(number)s is the draft again. What was the draft before is kept as version %(kept)s.")
        % {"number": revision.number, "kept": kept.number},
    )
    return redirect("plan_edit", finding.pk)


def _restore_page(
    request: ActorRequest, plan: ActionPlan, revision: Revision, error: DomainError | None = None
) -> HttpResponse:
    draft = draft_of(plan)
    digests = draft.digests
    context = {
        "finding": plan.finding,
        "plan": plan,
        "revision": revision,
        "digests": {name: digests[name] for name in draft.template.field_names},
        "rows_digest": draft.document.rows_digest,
        **comparison(_frozen(draft), revision, Audience(is_site=True)),
        "differs": revision.digest != draft.document.sha256,
        "problem": error.message if error else "",
        "has_errors": error is not None,
    }
    status = error.status if error else 200
    return render(request, "actionplans/versions/restore.html", context, status=status)


def _frozen(draft: Draft) -> Revision:
    return Revision(document=draft.document.to_json())


def _compare_form(plan: ActionPlan, data: Any = None) -> CompareForm:
    """The draft, the plan's versions and those of the plans before it; at first the newest two."""
    choices = [(DRAFT, _("The draft"))]
    choices += [(str(revision.pk), _label(revision)) for revision in plan.revisions.all()]
    for each in carried_on_from(plan):
        choices += [
            (str(revision.pk), f"{each.finding.reference}, {_label(revision)}")
            for revision in each.revisions.all()
        ]
    data = data if data is not None and {"old", "new"} & set(data) else None
    return CompareForm(choices, data)


def _label(revision: Revision) -> str:
    return _("Version %(number)s, %(when)s") % {
        "number": revision.number,
        "when": date_format(localtime(revision.frozen_at), "j F Y, H:i"),
    }


def _chosen(plan: ActionPlan, key: str) -> Revision:
    """One of the form's choices."""
    return _frozen(draft_of(plan)) if key == DRAFT else Revision.objects.get(pk=key)
