"""CARs: their list, and the page of each."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from carportal.core import audit as trail
from carportal.core.actor import Actor
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.prepared import prepared
from carportal.core.together import Reads, fetched, side_by_side
from findings import policy
from findings.actions import actions_about
from findings.chains import chain_of
from findings.counts import in_figures, in_words
from findings.escalation.reading import pins_on
from findings.filters import Filters, Viewpoint
from findings.filters.bar import FilterBar
from findings.filters.setting import SUGGESTED
from findings.listing import Listed
from findings.meaning import WHAT_IT_IS, meaning_for, nothing_yet
from findings.models import Audit, Finding
from findings.reading import rows_below, visible_car
from findings.saved.places import LIST
from findings.saved.reading import views_beside
from findings.sections import sections_for
from findings.titles import title_of
from findings.views.exports import export_urls
from findings.views.keyset import page_from
from findings.views.lines import Pages, facts_of
from findings.views.record import record_context
from findings.views.rows import rows_of, shown_in_rows
from findings.views.selections import selecting
from findings.views.telling import chain_entries, steps_of
from stakeholders.models import Site


@actor_required
@require_GET
def finding_list(request: ActorRequest) -> HttpResponse:
    actor = request.actor
    today = timezone.localdate()
    filters = Filters(Viewpoint(actor, today), request.GET.dict())
    if filters.is_better_said_by_id:
        return redirect(filters.url())
    with_supplier = not actor.is_supplier
    cars = Listed(filters, shown_in_rows(filters.view.visible, with_supplier=with_supplier))
    page = page_from(cars, request.GET, filters.sort.order)
    count = cars.number()
    context = {
        "bar": FilterBar(filters, LIST.url_name, sortable=True),
        "saved": views_beside(filters, LIST),
        "page": page,
        "rows": rows_of(page.rows, on=today, with_supplier=with_supplier),
        "count": count,
        "count_in_words": in_words(count),
        "count_in_figures": in_figures(count),
        "sort": filters.sort,
        "filtered": bool(filters.chosen),
        "has_any": bool(page.rows) or filters.view.visible.exists(),
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
    context = {"sets": offered.name, "matches": found[:SUGGESTED], "more": len(found) > SUGGESTED}
    return render(request, "findings/filters/matches.html", context)


@actor_required
@require_GET
def detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    actor = request.actor
    finding = visible_car(actor, pk)
    context = {
        "finding": finding,
        "what_it_is": WHAT_IT_IS,
        "meaning": meaning_for(actor),
        **fetched(_read_about(request, finding)),
    }
    return render(request, "findings/finding.html", context)


def _read_about(request: ActorRequest, finding: Finding) -> Reads[dict[str, Any]]:
    """What of the page lies in other rows: first those that several parts go by, with all that needs none of them."""
    actor = request.actor
    may_redact = policy.may_redact_record_of_car(actor, finding)
    first: list[Reads[Any]] = [
        title_of(finding, actor),
        chain_of(finding, actor),
        pins_on(finding, actor),
        _pages_open_to(finding, actor),
        record_context(request, trail.Aggregate.FINDING, finding.pk, may_redact=may_redact),
        rows_below(finding, actor),
    ]
    title, chain, pins, may_open, record, _ = yield from side_by_side(first)
    then: list[Reads[Any]] = [actions_about(finding, actor), sections_for(request, finding)]
    actions, sections = yield from side_by_side(then)
    return {
        "facts": facts_of(
            finding,
            title,
            on=timezone.localdate(),
            may_open=may_open,
            with_supplier=not actor.is_supplier,
        ),
        "pins": pins,
        "actions": actions,
        "steps": steps_of(finding, actor),
        "chain": chain_entries(chain, finding),
        "goes_on_as": _successor(finding, chain),
        "sections": sections,
        **record,
    }


def _pages_open_to(finding: Finding, actor: Actor) -> Reads[Pages]:
    audit, site = _open_audit(actor, finding.audit_id), _open_site(actor, finding.site_id)
    yield [audit, site]
    return Pages(site=bool(site), audit=bool(audit))


@prepared
def _open_audit(actor: Actor, pk: UUID) -> QuerySet[Audit, tuple[UUID]]:
    return Audit.objects.visible_to(actor).filter(pk=pk).values_list("pk")


@prepared
def _open_site(actor: Actor, pk: UUID) -> QuerySet[Site, tuple[UUID]]:
    return Site.objects.visible_to(actor).filter(pk=pk).values_list("pk")


def _successor(finding: Finding, chain: list[Finding]) -> Finding | None:
    """The CAR that it goes on as, if the reader may see it; one raised anew counts before a wrong end."""
    successor_id = finding.raised_anew_as_id or finding.superseded_by_id
    return next((each for each in chain if each.pk == successor_id), None)
