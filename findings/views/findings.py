"""CARs: their list, and the page of each."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from carportal.core import audit as trail
from carportal.core.decorators import ActorRequest, actor_required
from findings import policy
from findings.actions import actions_for
from findings.ages import age_in_words
from findings.chains import chain_of
from findings.counts import COUNTED, in_words
from findings.escalation.reading import pins_for
from findings.filters import Filters, Viewpoint
from findings.filters.setting import SUGGESTED
from findings.forms import FilterForm
from findings.meaning import WHAT_IT_IS, meaning_for, nothing_yet
from findings.models import Audit, Finding
from findings.saved.places import LIST
from findings.saved.reading import views_beside
from findings.sections import sections_for
from findings.titles import title_of
from findings.views.exports import export_urls
from findings.views.keyset import page_of
from findings.views.lines import audit_line, raised_line, requirement_line, site_line
from findings.views.record import record_context
from findings.views.selections import selecting
from findings.views.telling import chain_entries, steps_of
from stakeholders.models import Site


@actor_required
@require_GET
def finding_list(request: ActorRequest) -> HttpResponse:
    actor = request.actor
    today = timezone.localdate()
    filters = Filters(Viewpoint(actor, today), request.GET.dict())
    if filters.typed and filters.typed.keys() <= filters.taken.keys():
        return redirect(filters.url())
    page = page_of(filters.findings.select_related("site__supplier"), request.GET, filters.sort.order)
    count = filters.findings.counted(COUNTED)
    context = {
        "form": FilterForm(filters, sortable=True),
        "saved": views_beside(filters, LIST),
        "page": page,
        "rows": [(finding, age_in_words(finding.raised_on, on=today)) for finding in page.rows],
        "count": count,
        "count_in_words": in_words(count),
        "sort": filters.sort,
        "filtered": bool(filters.chosen),
        "has_any": bool(page.rows) or filters.view.visible.exists(),
        "with_supplier": not actor.is_supplier,
        "what_it_is": WHAT_IT_IS,
        "empty_text": nothing_yet(actor),
        "selecting": selecting(filters, page.rows),
        **export_urls(filters),
    }
    return render(request, "findings/finding_list.html", context)


@actor_required
@require_GET
def filter_matches(request: ActorRequest, name: str) -> HttpResponse:
    """What is called as is being typed into a filter, to choose one of it."""
    filters = Filters(Viewpoint(request.actor, timezone.localdate()), {})
    offered = next((each for each in filters.offered if each.name == name), None)
    if offered is None or offered.directory is None:
        raise Http404
    found = filters.matching(offered, request.GET.get(offered.typed_name, "").strip())
    context = {"offered": offered, "matches": found[:SUGGESTED], "more": len(found) > SUGGESTED}
    return render(request, "findings/filters/matches.html", context)


@actor_required
@require_GET
def detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    actor = request.actor
    findings = Finding.objects.visible_to(actor).select_related(
        "site__supplier", "audit__audit_company", "closed_by"
    )
    finding = get_object_or_404(findings, pk=pk)
    chain = chain_of(finding, actor)
    context = {
        "finding": finding,
        "site_line": site_line(finding),
        "requirement_line": requirement_line(finding, title_of(finding, actor)),
        "audit_line": audit_line(finding.audit),
        "raised_line": raised_line(finding, on=timezone.localdate()),
        "pins": pins_for(actor, finding),
        "actions": actions_for(finding, actor),
        "steps": steps_of(finding, actor),
        "what_it_is": WHAT_IT_IS,
        "meaning": meaning_for(actor),
        "audit_is_open": Audit.objects.visible_to(actor).filter(pk=finding.audit_id).exists(),
        "site_is_open": Site.objects.visible_to(actor).filter(pk=finding.site_id).exists(),
        "with_supplier": not actor.is_supplier,
        "chain": chain_entries(chain, finding),
        "goes_on_as": _successor(finding, chain),
        "sections": _rendered_sections(request, finding),
        **record_context(
            request,
            trail.Aggregate.FINDING,
            finding.pk,
            may_redact=policy.may_redact_record_of_car(actor, finding),
        ),
    }
    return render(request, "findings/finding.html", context)


def _successor(finding: Finding, chain: list[Finding]) -> Finding | None:
    """The CAR that it goes on as, if the reader may see it; one raised anew counts before a wrong end."""
    successor_id = finding.raised_anew_as_id or finding.superseded_by_id
    return next((each for each in chain if each.pk == successor_id), None)


def _rendered_sections(request: ActorRequest, finding: Finding) -> list[SafeString]:
    return [
        render_to_string(section.template, dict(section.context), request)
        for section in sections_for(request, finding)
    ]
