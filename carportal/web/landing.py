"""What each kind of reader finds first: what waits on it, then the way to everything else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from actionplans.calls.times import in_words
from actionplans.filters import WAITING
from actionplans.models import Call, Duty, PlanShare, UpdateProposal
from actionplans.owning import duties_to_show
from actionplans.standing import PREFETCH
from actionplans.waiting import WaitedOn, waiting_on
from carportal.core.actor import Actor, OrganisationKind
from carportal.web.auditing import audits_of
from carportal.web.dashboard.page import dashboard_context
from carportal.web.overview import breakdown_of, count_by, figures_of, statuses_of
from findings.actions import actions_for
from findings.escalation.reading import pins_for
from findings.filters import Filters, Viewpoint
from findings.models import AuditStatus

SHOWN = 20
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
        filters.findings.select_related("site", "audit")
        .prefetch_related("triages", "escalations", *PREFETCH)
        .order_by("-status", "-raised_on", "-reference")[:SHOWN]
    )
    glance = _glance(filters)
    waiting = waiting_on(actor, [finding.pk for finding in findings], filters.view.today)
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
        "pins": pins_for(actor),
        "glance": glance,
    }
    return Landing("web/home_supplier.html", context)


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
    audits = audits_of(actor)
    context = {
        "drafts": audits.filter(status=AuditStatus.DRAFT).order_by("-created_at")[:SHOWN],
        "published": audits.filter(status=AuditStatus.PUBLISHED).order_by("-published_at")[:SHOWN],
        "may_record": actor.writes,
    }
    return Landing("web/home_auditor.html", context)
