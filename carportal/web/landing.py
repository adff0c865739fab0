"""What each kind of reader finds first: what waits on it, then the way to everything else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actionplans.calls.times import in_words
from actionplans.filters import WAITING
from actionplans.models import Call, Duty, PlanShare, SupportGrant, UpdateProposal
from actionplans.owning import duties_to_show
from actionplans.standing import PREFETCH
from actionplans.waiting import WaitedOn, waiting_on
from carportal.core.actor import Actor, OrganisationKind
from carportal.web.overview import BREAKDOWNS, breakdown_of, count_by, figures_of, statuses_of
from carportal.web.quarterly import SERIES, chart_of, rows_of
from findings.actions import actions_for
from findings.escalation.reading import Pin, pins_for
from findings.filters import Filters, Viewpoint
from findings.filters.attention import SEEKS_SUPPORT, TO_DECIDE, URGENT
from findings.filters.own import ENDED, EVERY_STATUS
from findings.forms import FilterForm
from findings.models import Audit, AuditStatus, EntryType, Finding, FindingStatus, LeftFinding
from findings.policy import may_decide_left, may_import_audits
from findings.views.exports import export_urls

SHOWN = 20
TO_ATTEND = 5  # of each kind, where a list has the rest
COMPARED = 5  # fewer CARs are seen at a glance without figures
HEADINGS = {
    FindingStatus.OPEN.value: _("Open CARs"),
    FindingStatus.IN_PROGRESS.value: _("CARs in progress"),
    FindingStatus.SUPERSEDED.value: _("Superseded CARs"),
    FindingStatus.CLOSED.value: _("Closed CARs"),
    ENDED: _("CARs that have ended"),
    EVERY_STATUS: _("All CARs"),
}


@dataclass(frozen=True, slots=True)
class Landing:
    template: str
    context: dict[str, Any]


def landing_for(actor: Actor, query: Mapping[str, str]) -> Landing:
    if actor.organisation_id is None:
        return Landing("web/home_nobody.html", {})
    if actor.is_operator:
        return _operator(Filters(Viewpoint(actor, timezone.localdate()), query))
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
    audits = _audits(actor)
    context = {
        "drafts": audits.filter(status=AuditStatus.DRAFT).order_by("-created_at")[:SHOWN],
        "published": audits.filter(status=AuditStatus.PUBLISHED).order_by("-published_at")[:SHOWN],
        "may_record": actor.writes,
    }
    return Landing("web/home_auditor.html", context)


def _operator(filters: Filters) -> Landing:
    """The dashboard: whatever the filters leave, what of it needs somebody, and its figures."""
    counts = count_by(filters, ("status", "area", "age"), ("country", "sector"))
    rows = rows_of(filters)
    context = {
        "heading": HEADINGS.get(filters.chosen.get("status", ""), _("CARs under way")),
        "filters": filters,
        "form": FilterForm(filters),
        "total": counts["status"].total(),
        "list_url": filters.url(),
        "figures": [*statuses_of(filters, counts), *figures_of(filters)],
        "pins": _pins(filters),
        "attention": _attention(filters),
        "drafts": _drafts(filters),
        "may_import": may_import_audits(filters.view.actor),
        "quarters": rows,
        "chart": chart_of(rows),
        "series": SERIES.items(),
        "breakdowns": [breakdown_of(filters, counts, name) for name in BREAKDOWNS],
        **export_urls(filters),
    }
    return Landing("web/home_operator.html", context)


def _pins(filters: Filters) -> list[Pin]:
    """All of them, of ended CARs too; a page about some CARs tells of those alone."""
    pins = pins_for(filters.view.actor)
    if not filters.chosen or not pins:
        return pins
    shown = filters.findings.order_by().filter(pk__in=[pin.escalation.finding_id for pin in pins])
    ids = set(shown.values_list("pk", flat=True))
    return [pin for pin in pins if pin.escalation.finding_id in ids]


def _attention(filters: Filters) -> dict[str, Any]:
    """What somebody is to look at first, of each kind the newest few and the list of all of them."""
    left = LeftFinding.objects.visible_to(filters.view.actor).to_decide()
    return {
        "urgent": _newest(filters, URGENT),
        "urgent_url": filters.url(step1=URGENT),
        "seeking": _newest(filters, SEEKS_SUPPORT),
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


def _supported(filters: Filters) -> list[SupportGrant]:
    """Sites that let the reader read along; a page about some CARs does not tell of others."""
    if filters.chosen:
        return []
    grants = SupportGrant.objects.visible_to(filters.view.actor).select_related("plan__finding__site")
    return list(grants.order_by("expires_at")[:SHOWN])


def _newest(filters: Filters, outcome: str) -> list[Finding]:
    """A few of those that step 1 led to this, and one more where there are more."""
    if filters.chosen.get("step1", outcome) != outcome:
        return []
    findings = filters.but(step1=outcome).findings.select_related("site").order_by("-raised_on", "-reference")
    return list(findings[: TO_ATTEND + 1])


def _drafts(filters: Filters) -> list[Audit]:
    """Audits wait for their publication whatever they found; a page about some CARs does not tell of them."""
    if filters.chosen:
        return []
    drafts = _audits(filters.view.actor).filter(status=AuditStatus.DRAFT)
    return list(drafts.order_by("-created_at")[:TO_ATTEND])


def _audits(actor: Actor) -> Any:
    """Those the actor sees, each with how many CARs were recorded in it."""
    cars = Count("entries", filter=Q(entries__type=EntryType.CAR))
    return Audit.objects.visible_to(actor).select_related("site").annotate(cars=cars)
