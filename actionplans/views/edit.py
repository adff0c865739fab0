"""Writing the plan: the whole Annex as one form, saved as a draft, by a button or by itself."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actionplans.models import ActionPlan
from actionplans.plans import policy
from actionplans.plans.drafts import Draft, draft_of, new_draft, today_at
from actionplans.plans.forms import AnnexForm
from actionplans.plans.parties import parties_to_choose
from actionplans.plans.progress import sections_of
from actionplans.plans.row_forms import group_anchor, row_anchor
from actionplans.plans.rows import StepKind
from actionplans.plans.services import save_draft, start_plan
from actionplans.standing import earlier_plans
from actionplans.views.autosave import answer_conflict, answer_error, answer_saved, is_autosave
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
    """Asked for JSON, as `static/js/draft.js` does, it answers in JSON; else the page comes back."""
    finding = written_finding(request, finding_id)
    draft = _draft(request, finding)
    if request.method == "POST":
        return _save(request, finding, _form(finding, draft, request.POST))
    policy.check_under_way(finding)
    return _page(request, finding, draft, _form(finding, draft))


def _draft(request: ActorRequest, finding: Finding) -> Draft:
    plan = ActionPlan.objects.filter(finding=finding).first()
    if plan is not None:
        return draft_of(plan)
    return new_draft(finding, person=str(request.user), on=today_at(finding.site, timezone.now()))


def _form(finding: Finding, draft: Draft, data: object = None) -> AnnexForm:
    return AnnexForm(draft, data, organisations=parties_to_choose(finding.site))


def _save(request: ActorRequest, finding: Finding, form: AnnexForm) -> HttpResponse:
    """Whatever cannot be saved stands in the form again as it was typed."""
    try:
        plan = start_plan(finding_id=finding.pk, actor=request.actor)
        result = save_draft(
            plan_id=plan.pk,
            actor=request.actor,
            changes=form.changes,
            shown=form.shown,
            steps=form.steps,
        )
    except (InvalidInput, Conflict) as error:
        return _refused(request, finding, form, error)
    draft = draft_of(plan)
    if is_autosave(request):
        return answer_saved(draft, form, result) if result.is_whole else answer_conflict(form, draft, result)
    if not result.is_whole:
        organisations = parties_to_choose(finding.site)
        both = AnnexForm.with_conflicts(draft, result, request.POST.get("draft_token", ""), organisations)
        return _page(request, finding, draft, both, status=Conflict.status)
    mark_saved(request)
    if "do" not in request.POST:
        messages.success(request, _("Draft saved."))
    after = AFTER.get(request.POST.get("then", ""))
    return redirect(reverse(after or "plan_edit", args=[finding.pk]) + _place_of(form))


def _refused(
    request: ActorRequest, finding: Finding, form: AnnexForm, error: InvalidInput | Conflict
) -> HttpResponse:
    fields = error.fields if isinstance(error, InvalidInput) else {}
    if is_autosave(request):
        return answer_error(error)
    for name, sentences in fields.items() or [(None, [error.message])]:
        for sentence in sentences:
            form.add_error(name, str(sentence))
    status = 200 if isinstance(error, InvalidInput) else error.status
    return _page(request, finding, _draft(request, finding), form, status=status)


def _place_of(form: AnnexForm) -> str:
    """Where the page goes on after a row was added, moved or removed."""
    if not form.steps:
        return ""
    step = form.steps[-1]
    if step.kind == StepKind.ADD:
        return f"#id_{step.place.id}.{form.template.group(step.place.group).columns[0].name}"
    if step.kind == StepKind.REMOVE:
        return f"#{group_anchor(step.place)}"
    return f"#{row_anchor(step.place)}"


def _page(
    request: ActorRequest, finding: Finding, draft: Draft, form: AnnexForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "finding": finding,
        "plan": draft.plan,
        "form": form,
        "template": form.template,
        "sections": sections_of(draft.document),
        "last_edit": draft.last_edit,
        "earlier": earlier_plans(finding) if draft.plan is None else [],
    }
    return render(request, "actionplans/edit/page.html", context, status=status)
