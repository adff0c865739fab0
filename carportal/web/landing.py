"""What each kind of reader finds first: what waits on it, then the way to everything else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from actionplans.calls.times import in_words
from actionplans.filters import AWAITED, DRAFT, WAITING
from actionplans.models import ActionPlan, Call, Duty, PlanShare, UpdateProposal
from actionplans.owning import duties_to_show
from actionplans.standing import PREFETCH, with_what_they_have
from actionplans.waiting import WaitedOn, waiting_on, waits_on
from carportal.core.actor import Actor, OrganisationKind
from carportal.core.together import Reads, fetched, keep_below, side_by_side
from carportal.web.auditing import audits_of
from carportal.web.dashboard.page import dashboard_context
from carportal.web.overview import breakdown_of, count_by, figures_of, statuses_of
from carportal.web.sites import rows_by_site, rows_by_site_and_year, sites_with
from findings.actions import actions_for
from findings.escalation.reading import pins_for, pins_of
from findings.filters import Filters, Viewpoint
from findings.filters.own import EVERY_STATUS
from findings.filters.times import years_of
from findings.models import UNDER_WAY, AuditStatus, Escalation, Finding, Triage

SHOWN = 20
# Rows that are one of each come along with others, instead of by a query of their own.
FETCHED: tuple[Any, ...] = (
    Prefetch("plan__shares", with_what_they_have(PlanShare.objects.all())),
    Prefetch("supersedes", Finding.objects.select_related("plan")),
    *PREFETCH,
)
SITES = 10
TO_SEE = 5  # of drafts and of replies that are awaited
COMPARED = 5  # fewer CARs are seen at a glance without figures


@dataclass(frozen=True, slots=True)
class Landing:
    template: str
    context: dict[str, Any]


def landing_for(actor: Actor, query: Mapping[str, str]) -> Landing:
    if actor.organisation_id is None:
        return Landing("web/home_nobody.html", {})
    if actor.is_operator:
        filters = Filters(Viewpoint(actor, timezone.localdate()), query)
        return Landing("web/home_operator.html", dashboard_context(filters))
    pages: dict[OrganisationKind | None, Callable[[Actor], Landing]] = {
        OrganisationKind.SUPPLIER: _supplier,
        OrganisationKind.AUDIT_COMPANY: _auditor,
    }
    return pages.get(actor.organisation_kind, _party)(actor)


def _supplier(actor: Actor) -> Landing:
    """Every CAR under way with the one next thing to do for it; those nobody has looked at yet first."""
    filters = _unfiltered(actor)
    # "open" sorts after "in_progress": what has no published plan yet comes first.
    findings = list(
        filters.findings.select_related("site", "audit", "plan__published")
        .prefetch_related(*FETCHED)
        .order_by("-status", "-raised_on", "-reference")[:SHOWN]
    )
    glance = _glance(filters)
    beside: list[Reads[Any]] = [
        waits_on(actor, [finding.pk for finding in findings], filters.view.today),
        pins_of(actor),
        _first(_plans_being_written(actor)),
        _first(_replies_awaited(actor)),
        _below(findings, "triages", Triage.objects.filter(finding__in=findings)),
        _below(findings, "escalations", Escalation.objects.filter(finding__in=findings)),
    ]
    waiting, pins, drafts, awaited, *_kept = fetched(side_by_side(beside))
    context = {
        "rows": [
            {
                "finding": finding,
                "action": actions_for(finding, actor).next,
                "waited_on": waiting.get(finding.pk, []),
            }
            for finding in findings
        ],
        "total": glance["total"],
        "ended": not findings and filters.view.visible.exists(),
        "pins": pins,
        "glance": glance,
        "drafts": drafts,
        "drafts_url": filters.url(plan=DRAFT),
        "awaited": awaited,
        "awaited_url": filters.url(reply=AWAITED),
    }
    return Landing("web/home_supplier.html", context)


@dataclass(frozen=True, slots=True)
class First:
    """The first of something, and whether there are more."""

    rows: list[Any]
    has_more: bool


def _first(rows: QuerySet[Any]) -> Reads[First]:
    found = rows[: TO_SEE + 1]
    yield [found]
    return First(list(found)[:TO_SEE], len(found) > TO_SEE)


def _below(findings: list[Finding], name: str, rows: QuerySet[Any]) -> Reads[None]:
    """As `prefetch_related(name)` has it, in the same statement as what is read beside it."""
    yield [rows]
    keep_below(findings, name, rows)


def _plans_being_written(actor: Actor) -> QuerySet[ActionPlan]:
    plans = ActionPlan.objects.visible_to(actor).filter(published=None, finding__status__in=UNDER_WAY)
    return plans.select_related("finding__site").order_by("-created_at")


def _replies_awaited(actor: Actor) -> QuerySet[PlanShare]:
    """Those asked longest ago first."""
    shares = PlanShare.objects.visible_to(actor).waiting_for_reply()
    return shares.select_related("organisation", "plan__finding__site").order_by("updated_at")


def _party(actor: Actor) -> Landing:
    """For a customer or another stakeholder: what awaits its reply or answer, then what else it was sent."""
    shares = (
        PlanShare.objects.visible_to(actor)
        .select_related("plan__finding__site__supplier")
        .order_by("-updated_at")
    )
    awaiting, others = (
        list(each[:SHOWN]) for each in (shares.filter(status__in=WAITING), shares.exclude(status__in=WAITING))
    )
    filters = _unfiltered(actor)
    glance = _glance(filters)
    found = [share.plan.finding_id for share in [*awaiting, *others]]
    waiting = waiting_on(actor, found, filters.view.today)
    sites = list(sites_with(filters)[: SITES + 1]) if glance["total"] else []
    context = {
        "awaiting": _with_waits(awaiting, waiting),
        "others": _with_waits(others, waiting),
        "duties": duties_to_show(Duty.objects.visible_to(actor).open().in_order()[:SHOWN], actor),
        "proposals": UpdateProposal.objects.to_answer(actor).select_related("share__plan__finding__site")[
            :SHOWN
        ],
        "calls": _calls(actor),
        "pins": pins_for(actor),
        "visible": glance["total"],
        "sites": rows_by_site(filters, sites[:SITES]),
        "more_sites_url": filters.url("by_site") if len(sites) > SITES else "",
        "glance": glance,
        "is_customer": actor.acts_for(OrganisationKind.CUSTOMER),
    }
    return Landing("web/home_party.html", context)


def _with_waits(shares: list[PlanShare], waiting: Mapping[UUID, list[WaitedOn]]) -> list[dict[str, Any]]:
    return [{"share": share, "waited_on": waiting.get(share.plan.finding_id, [])} for share in shares]


def _calls(actor: Actor) -> list[dict[str, Any]]:
    """Those that wait for an answer, then those that are agreed and still to come."""
    calls = Call.objects.visible_to(actor).select_related("share__plan__finding__site")
    ahead = calls.ahead(timezone.now())[:SHOWN]
    return [
        *({"call": call, "when": ""} for call in calls.to_answer(actor)[:SHOWN]),
        *(
            {"call": call, "when": in_words(call.starts_at, call.duration)}
            for call in ahead
            if call.starts_at
        ),
    ]


def _unfiltered(actor: Actor) -> Filters:
    return Filters(Viewpoint(actor, timezone.localdate()), {})


def _glance(filters: Filters) -> dict[str, Any]:
    """How many CARs are under way, and of what kinds where there are enough to compare."""
    counts = count_by(filters, ("status", "area"))
    total = counts["status"].total()
    if total < COMPARED:
        return {"total": total}
    return {
        "total": total,
        "figures": [*statuses_of(filters, counts), *figures_of(filters)],
        "areas": breakdown_of(filters, counts, "area"),
    }


def _auditor(actor: Actor) -> Landing:
    """Its audits, and what they found: no plan, and nothing that came of one."""
    audits = audits_of(actor)
    drafts = list(audits.filter(status=AuditStatus.DRAFT).order_by("-created_at")[: SHOWN + 1])
    filters = Filters(Viewpoint(actor, timezone.localdate()), {"status": EVERY_STATUS})
    sites = list(sites_with(filters)[: SITES + 1])
    context = {
        "drafts": drafts[:SHOWN],
        "more_drafts": len(drafts) > SHOWN,
        "published": audits.filter(status=AuditStatus.PUBLISHED).order_by("-published_at")[:SHOWN],
        "may_record": actor.writes,
        "years": years_of(filters.view.today),
        "sites": rows_by_site_and_year(filters, sites[:SITES]) if sites else [],
        "more_sites_url": filters.url("by_site") if len(sites) > SITES else "",
    }
    return Landing("web/home_auditor.html", context)
