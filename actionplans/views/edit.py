"""Writing the plan: the whole Annex as one form, saved as a draft."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actionplans.models import ActionPlan
from actionplans.plans import policy
from actionplans.plans.drafts import Draft, draft_of, new_draft, today_at
from actionplans.plans.forms import AnnexForm
from actionplans.plans.rows import SaveResult
from actionplans.plans.services import save_draft, start_plan
from actionplans.standing import earlier_plans
from actionplans.views.keeping import mark_saved
from actionplans.views.loading import written_finding
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import Conflict, InvalidInput
from findings.models import Finding

# Where the button leads that was pressed; the others stay on the page.
AFTER = {"share": "plan_share", "publish": "plan_publish"}


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_edit(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    finding = written_finding(request, finding_id)
    draft = _draft(request, finding)
    if request.method == "POST":
        return _save(request, finding, AnnexForm(draft, request.POST))
    policy.check_under_way(finding)
    return _page(request, finding, AnnexForm(draft))


def _draft(request: ActorRequest, finding: Finding) -> Draft:
    plan = ActionPlan.objects.filter(finding=finding).first()
    if plan is not None:
        return draft_of(plan)
    return new_draft(finding, person=str(request.user), on=today_at(finding.site, timezone.now()))


def _save(request: ActorRequest, finding: Finding, form: AnnexForm) -> HttpResponse:
    """Whatever cannot be saved stands in the form again as it was typed."""
    try:
        plan = start_plan(finding_id=finding.pk, actor=request.actor)
        result = save_draft(plan_id=plan.pk, actor=request.actor, changes=form.changes)
    except InvalidInput as error:
        for name, sentences in error.fields.items() or [(None, [error.message])]:
            for sentence in sentences:
                form.add_error(name, str(sentence))
        return _page(request, finding, form)
    except Conflict as error:
        form.add_error(None, str(error.message))
        return _page(request, finding, form, status=error.status)
    if result.conflicts:
        return _page(request, finding, _with_both_texts(request, plan, result), status=409)
    mark_saved(request)
    if result.written:
        messages.success(request, _("Draft saved."))
    after = AFTER.get(request.POST.get("then", ""))
    return redirect(after or "plan_edit", finding.pk)


def _with_both_texts(request: ActorRequest, plan: ActionPlan, result: SaveResult) -> AnnexForm:
    token = request.POST.get("draft_token", "")
    return AnnexForm.with_conflicts(draft_of(plan), result.conflicts, token)


def _page(request: ActorRequest, finding: Finding, form: AnnexForm, *, status: int = 200) -> HttpResponse:
    plan = ActionPlan.objects.filter(finding=finding).first()
    last = draft_of(plan).last_edit if plan else None
    context = {
        "finding": finding,
        "plan": plan,
        "form": form,
        "template": form.template,
        "parts": _parts(form),
        "last_edit": last,
        "earlier": earlier_plans(finding) if plan is None else [],
    }
    return render(request, "actionplans/edit/page.html", context, status=status)


def _parts(form: AnnexForm) -> list[dict[str, object]]:
    """The template's rows as the page's table of contents: what is written, and what is still empty."""
    return [
        {
            "name": name,
            "label": form.fields[name].label,
            "is_empty": not str(form[name].value() or "").strip(),
        }
        for name in form.template.field_names
    ]
