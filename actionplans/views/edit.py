"""Writing the plan: the whole Annex as one form, saved as a draft, by a button or by itself."""

from collections.abc import Iterable
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from actionplans.duties.owned import ACTIONS
from actionplans.duties.services import take_report
from actionplans.models import ActionPlan
from actionplans.owning import duties_beside
from actionplans.plans import policy
from actionplans.plans.drafts import Draft, draft_of, new_draft, today_at
from actionplans.plans.folding import LONGEST_OPEN
from actionplans.plans.forms import AnnexForm
from actionplans.plans.parties import parties_to_choose
from actionplans.plans.progress import sections_of
from actionplans.plans.row_forms import group_anchor, row_anchor
from actionplans.plans.rows import RowPlace, SaveResult, StepKind
from actionplans.plans.sent import SentDraft
from actionplans.plans.services import save_draft, start_plan
from actionplans.standing import earlier_plans
from actionplans.views.autosave import answer_conflict, answer_error, answer_saved, is_autosave
from actionplans.views.forms import ids_of
from actionplans.views.keeping import mark_saved
from actionplans.views.loading import visible_duty_report, written_finding
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from findings.models import Finding

# Where the button leads that was pressed; the others stay on the page.
AFTER = {"share": "plan_share", "publish": "plan_publish"}


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("Accept", "HX-Request")
def plan_edit(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """Asked for JSON, as `static/js/draft.js` does, it answers in JSON; else the page comes back.

    `?open=` names rows that are to be open; asked by htmx, the answer is that row alone.
    """
    if request.method == "POST":
        return _save(request, finding_id)
    finding = written_finding(request, finding_id)
    policy.check_under_way(finding)
    draft = _draft(request, finding)
    wanted = ids_of(request.GET.getlist("open"))
    form = AnnexForm(draft, organisations=parties_to_choose(finding.site), open_rows=wanted)
    return _row(request, form, wanted) if request.htmx else _page(request, finding, draft, form)


def _draft(request: ActorRequest, finding: Finding) -> Draft:
    plan = _plan_of(finding)
    if plan is not None:
        return draft_of(plan)
    return new_draft(finding, person=str(request.user), on=today_at(finding.site, timezone.now()))


def _plan_of(finding: Finding) -> ActionPlan | None:
    return getattr(finding, "plan", None)  # loaded with the CAR


def _save(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """Whatever cannot be saved stands in the form again as it was typed."""
    sent = SentDraft(request.POST)
    try:
        result = _saved(request, finding_id, sent)
    except (InvalidInput, Conflict) as error:
        return _refused(request, finding_id, sent, error)
    if is_autosave(request):
        return answer_saved(result, sent) if result.is_whole else answer_conflict(result, sent)
    if not result.is_whole:
        return _conflict_page(request, finding_id, sent, result)
    mark_saved(request)
    taken = _take_report(request)
    if not (sent.data.get("do") or taken):
        messages.success(request, _("Draft saved."))
    after = AFTER.get(request.POST.get("then", ""))
    place = "" if after else _place_of(result.draft, sent)
    if taken:
        place = (
            _opening(result.draft, [*(place for place in sent.places if place.id in sent.open_rows), taken])
            + f"#{row_anchor(taken)}"
        )
    return redirect(reverse(after or "plan_edit", args=[finding_id]) + place)


def _take_report(request: ActorRequest) -> RowPlace | None:
    """The button beside a party's report takes that into the draft as well; the action that it is about."""
    what, _blank, spelt = request.POST.get("then", "").partition(" ")
    for report_id in ids_of([spelt]) if what == "take" else ():
        report = visible_duty_report(request, report_id)
        try:
            take_report(report_id=report.pk, actor=request.actor)
        except (Conflict, InvalidInput) as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("Draft saved, with the report in it."))
        return RowPlace(report.duty.row_id, ACTIONS)
    return None


def _saved(request: ActorRequest, finding_id: UUID, sent: SentDraft) -> SaveResult:
    """The first save begins the plan; whoever may not save is answered as on the page, 404 or 403."""

    def save() -> SaveResult:
        return save_draft(
            finding_id=finding_id,
            actor=request.actor,
            changes=sent.changes,
            shown=sent.shown,
            steps=sent.steps,
        )

    try:
        return save()
    except (ActionPlan.DoesNotExist, NotAllowed):
        finding = written_finding(request, finding_id)
        start_plan(finding_id=finding.pk, actor=request.actor)
        return save()


def _refused(
    request: ActorRequest, finding_id: UUID, sent: SentDraft, error: InvalidInput | Conflict
) -> HttpResponse:
    if is_autosave(request):
        return answer_error(error)
    finding = written_finding(request, finding_id)
    draft = _draft(request, finding)
    form = AnnexForm(draft, sent, organisations=parties_to_choose(finding.site))
    fields = error.fields if isinstance(error, InvalidInput) else {}
    for name, sentences in fields.items() or [(None, [error.message])]:
        for sentence in sentences:
            form.add_error(name, str(sentence))
    status = 200 if isinstance(error, InvalidInput) else error.status
    return _page(request, finding, draft, form, status=status)


def _conflict_page(
    request: ActorRequest, finding_id: UUID, sent: SentDraft, result: SaveResult
) -> HttpResponse:
    finding = written_finding(request, finding_id)
    draft = _draft(request, finding)
    form = AnnexForm.with_conflicts(draft, result, sent, parties_to_choose(finding.site))
    return _page(request, finding, draft, form, status=Conflict.status)


def _place_of(draft: Draft, sent: SentDraft) -> str:
    """Where the page goes on after a row was added, moved, removed or opened, with the rows open that were."""
    step, opened = sent.pressed, sent.opened
    to_open = [*(place for place in sent.places if place.id in sent.open_rows), opened]
    anchor = ""
    if opened is not None:
        anchor = _first_cell(draft, opened)
    elif step is not None and step.kind == StepKind.ADD:
        to_open.append(step.place)
        anchor = _first_cell(draft, step.place)
    elif step is not None and step.kind == StepKind.REMOVE:
        anchor = f"#{group_anchor(step.place)}"
    elif step is not None:
        anchor = f"#{row_anchor(step.place)}"
    return _opening(draft, to_open) + anchor


def _first_cell(draft: Draft, place: RowPlace) -> str:
    return f"#id_{place.id}.{draft.template.group(place.group).columns[0].name}"


def _opening(draft: Draft, places: Iterable[RowPlace | None]) -> str:
    """Those of groups in which rows are folded at all; a row within another comes with it."""
    lengths = {name: len(rows) for name, rows in draft.groups.items()}
    rows = {
        place.parent or place.id
        for place in places
        if place is not None and lengths.get(_on_top(draft, place), 0) > LONGEST_OPEN
    }
    return "?" + urlencode([("open", str(row)) for row in sorted(rows)]) if rows else ""


def _on_top(draft: Draft, place: RowPlace) -> str:
    return draft.template.group(place.group).of or place.group


def _row(request: ActorRequest, form: AnnexForm, wanted: Iterable[UUID]) -> HttpResponse:
    """The row that is opened on the page, to stand there instead of its folded self."""
    row = next(filter(None, map(form.part_of_row, wanted)), None)
    if row is None:
        raise Http404
    plan = form.draft.plan
    owned = duties_beside(plan, request.actor) if plan is not None else {}
    return render(request, "actionplans/edit/row.html", {"row": row, "form": form, "owned_actions": owned})


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
        "owned_actions": duties_beside(draft.plan, request.actor) if draft.plan is not None else {},
    }
    return render(request, "actionplans/edit/page.html", context, status=status)
