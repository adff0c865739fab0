"""The dashboard as a page: what needs somebody first, then its figures and the files of them."""

from dataclasses import replace
from typing import Any

from django.db.models import F, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from actionplans.models import SupportGrant
from carportal.core.actor import Actor
from carportal.web.auditing import audits_of
from carportal.web.dashboard.figures import dashboard_of
from carportal.web.outstanding import outstanding_with, parties_with
from carportal.web.quarterly import SERIES, chart_of
from findings.escalation.reading import Pin, pins_for
from findings.filters import Filters
from findings.filters.attention import SEEKS_SUPPORT, TO_DECIDE, URGENT
from findings.filters.bar import FilterBar
from findings.models import Audit, AuditStatus, Finding, LeftFinding
from findings.policy import may_decide_left, may_import_audits
from findings.saved.places import Place
from findings.saved.reading import views_beside
from findings.tally.reading import countable
from findings.views.exports import export_urls

SHOWN = 20
TO_ATTEND = 5  # of each kind, where a list has the rest
PARTIES = 10


def has_dashboard(actor: Actor) -> bool:
    return actor.is_operator


DASHBOARD = Place("home", _("Home"), "home", has_dashboard)


def dashboard_context(filters: Filters) -> dict[str, Any]:
    """Whatever the filters leave, what of it needs somebody, and its figures."""
    board = dashboard_of(filters)
    pins = _pins(filters)
    parties = list(parties_with(filters)[: PARTIES + 1]) if board.total else []
    return {
        "heading": board.heading,
        "filters": filters,
        "bar": FilterBar(filters, DASHBOARD.url_name),
        "saved": views_beside(filters, DASHBOARD),
        "total": board.total,
        "list_url": filters.url(),
        "figures": board.figures,
        "pins": pins,
        "attention": _attention(filters, pins),
        "drafts": _drafts(filters),
        "may_import": may_import_audits(filters.view.actor),
        "quarters": board.quarters,
        "chart": chart_of(board.quarters),
        "series": SERIES.items(),
        "breakdowns": board.breakdowns,
        "outstanding": outstanding_with(filters, parties[:PARTIES]),
        "more_outstanding_url": filters.url("outstanding") if len(parties) > PARTIES else "",
        "dashboard_pdf_url": filters.url("dashboard_pdf"),
        "dashboard_excel_url": filters.url("dashboard_excel"),
        **export_urls(filters),
    }


def _pins(filters: Filters) -> list[Pin]:
    """All of them, of ended CARs too; a page about some CARs tells of those alone."""
    pins = pins_for(filters.view.actor)
    if not filters.chosen or not pins:
        return pins
    shown = filters.findings.order_by().filter(pk__in=[pin.escalation.finding_id for pin in pins])
    ids = set(shown.values_list("pk", flat=True))
    return [pin for pin in pins if pin.escalation.finding_id in ids]


def _attention(filters: Filters, pins: list[Pin]) -> dict[str, Any]:
    """What somebody is to look at first, of each kind the newest few and the list of all of them."""
    left = LeftFinding.objects.visible_to(filters.view.actor).to_decide()
    urgent, seeking = _by_step_1(filters, pins)
    return {
        "urgent": urgent,
        "urgent_url": filters.url(step1=URGENT),
        "seeking": seeking,
        "seeking_url": filters.url(step1=SEEKS_SUPPORT),
        "left": left.filter(finding__in=filters.findings.order_by())
        .select_related("finding__site", "audit")
        .order_by("-created_at")[: TO_ATTEND + 1]
        if may_decide_left(filters.view.actor)
        else [],
        "left_url": filters.url(left=TO_DECIDE),
        "supported": _supported(filters),
        "most": TO_ATTEND,
    }


def _by_step_1(filters: Filters, pins: list[Pin]) -> list[list[Finding]]:
    """The newest few that are urgent and that seek support, and one more where there are more; one query.

    What is pinned stands on top already, and is not told twice.
    """
    found: list[list[Finding]] = [[], []]
    parts: list[QuerySet[Any]] = [
        Finding.objects.filter(pk__in=_newest(filters, outcome, pins))
        .annotate(place=Value(place))
        .select_related("site")
        for place, outcome in enumerate([URGENT, SEEKS_SUPPORT])
        if filters.chosen.get("step1", outcome) == outcome
    ]
    for finding in parts[0].union(*parts[1:], all=True) if parts else ():
        found[finding.place].append(finding)
    return [sorted(each, key=lambda car: (car.raised_on, car.reference), reverse=True) for each in found]


def _newest(filters: Filters, outcome: str, pins: list[Pin]) -> QuerySet[Any]:
    cars = countable(filters, F("raised_on"), more={"step1": outcome})
    pinned = {f"{cars.car}__in": [pin.escalation.finding_id for pin in pins]}
    return replace(cars, rows=cars.rows.exclude(**pinned)).newest(TO_ATTEND + 1)


def _supported(filters: Filters) -> list[SupportGrant]:
    """Sites that let the reader read along; a page about some CARs does not tell of others."""
    if filters.chosen:
        return []
    grants = SupportGrant.objects.visible_to(filters.view.actor).select_related("plan__finding__site")
    return list(grants.order_by("expires_at")[:SHOWN])


def _drafts(filters: Filters) -> list[Audit]:
    """Audits wait for their publication whatever they found; a page about some CARs does not tell of them."""
    if filters.chosen:
        return []
    drafts = audits_of(filters.view.actor).filter(status=AuditStatus.DRAFT)
    return list(drafts.order_by("-created_at")[:TO_ATTEND])
