"""What each kind of reader finds first: what waits on it, then the way to everything else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actionplans.models import PlanShare, ShareStatus
from actionplans.standing import PREFETCH
from carportal.core.actor import Actor, OrganisationKind
from findings.actions import actions_for
from findings.ages import age_in_words
from findings.forms.findings import filter_form
from findings.models import (
    Audit,
    AuditStatus,
    EntryType,
    Finding,
    FindingStatus,
    LeftFinding,
    Triage,
    TriageOutcome,
)
from findings.policy import may_decide_left, may_import_audits
from stakeholders.countries import COUNTRIES

SHOWN = 20
RAISED_LAST = 8
STATUS_HINTS = {
    FindingStatus.OPEN: _("no plan published yet"),
    FindingStatus.IN_PROGRESS: _("working to a published plan"),
}
COUNTRY_NAMES = dict(COUNTRIES)


@dataclass(frozen=True, slots=True)
class Landing:
    template: str
    context: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure of the dashboard and the list behind it."""

    label: Any
    count: int
    url: str
    percent: int = 100  # of the longest bar
    hint: Any = ""


def cars_url(**filters: object) -> str:
    """The list of CARs held to `filters`: status, area, country or site."""
    return f"{reverse('finding_list')}?{urlencode(filters)}"


def landing_for(actor: Actor) -> Landing:
    if actor.organisation_id is None:
        return Landing("web/home_nobody.html", {})
    pages: dict[OrganisationKind | None, Callable[[Actor], Landing]] = {
        OrganisationKind.SUPPLIER: _supplier,
        OrganisationKind.AUDIT_COMPANY: _auditor,
        OrganisationKind.OPERATOR: _operator,
    }
    return pages.get(actor.organisation_kind, _party)(actor)


def _supplier(actor: Actor) -> Landing:
    """Every CAR under way with the one next thing to do for it; those nobody has looked at yet first."""
    under_way = Finding.objects.visible_to(actor).under_way()
    # "open" sorts after "in_progress": what has no published plan yet comes first.
    findings = list(
        under_way.select_related("site", "audit")
        .prefetch_related("triages", *PREFETCH)
        .order_by("-status", "-raised_on", "-reference")[:SHOWN]
    )
    context = {
        "rows": [{"finding": finding, "action": actions_for(finding, actor).next} for finding in findings],
        "total": under_way.count() if len(findings) == SHOWN else len(findings),
        "ended": Finding.objects.visible_to(actor).exclude(pk__in=under_way.values("pk")).count(),
    }
    return Landing("web/home_supplier.html", context)


def _party(actor: Actor) -> Landing:
    """For a customer or another stakeholder: what awaits its reply, then what else it was sent."""
    shares = (
        PlanShare.objects.visible_to(actor)
        .select_related("plan__finding__site__supplier")
        .order_by("-updated_at")
    )
    awaiting = [ShareStatus.AWAITING, ShareStatus.ACKNOWLEDGED]
    context = {
        "awaiting": shares.filter(status__in=awaiting)[:SHOWN],
        "others": shares.exclude(status__in=awaiting)[:SHOWN],
        "visible": Finding.objects.visible_to(actor).under_way().count(),
        "is_customer": actor.acts_for(OrganisationKind.CUSTOMER),
    }
    return Landing("web/home_party.html", context)


def _auditor(actor: Actor) -> Landing:
    audits = _audits(actor)
    context = {
        "drafts": audits.filter(status=AuditStatus.DRAFT).order_by("-created_at")[:SHOWN],
        "published": audits.filter(status=AuditStatus.PUBLISHED).order_by("-published_at")[:SHOWN],
        "may_record": actor.writes,
    }
    return Landing("web/home_auditor.html", context)


def _operator(actor: Actor) -> Landing:
    under_way = Finding.objects.visible_to(actor).under_way()
    statuses = dict(under_way.order_by().values_list("status").annotate(Count("pk")))
    latest_triage = Triage.objects.filter(finding=OuterRef("pk")).order_by("-answered_at")
    understood = (
        under_way.annotate(
            is_urgent=Subquery(latest_triage.values("is_urgent")[:1]),
            outcome=Subquery(latest_triage.values("outcome")[:1]),
        )
        .select_related("site")
        .order_by("-raised_on")
    )
    left = LeftFinding.objects.visible_to(actor).to_decide().select_related("finding__site", "audit")
    areas = dict(Finding._meta.get_field("area").choices or [])
    context = {
        "statuses": [
            Bar(FindingStatus(value).label, statuses.get(value, 0), cars_url(status=value), hint=hint)
            for value, hint in STATUS_HINTS.items()
        ],
        "urgent": understood.filter(is_urgent=True)[:SHOWN],
        "seeking": understood.filter(outcome=TriageOutcome.SEEK_SUPPORT)[:SHOWN],
        "left": left.order_by("-created_at")[:SHOWN] if may_decide_left(actor) else [],
        "drafts": _audits(actor).filter(status=AuditStatus.DRAFT).order_by("-created_at")[:SHOWN],
        "may_import": may_import_audits(actor),
        "raised_last": _raised_last(under_way),
        "filters": filter_form(Finding.objects.visible_to(actor), None, with_supplier=True),
        "areas": _bars(under_way, "area", areas, "area"),
        "countries": _bars(under_way, "site__country", COUNTRY_NAMES, "country"),
    }
    return Landing("web/home_operator.html", context)


def _bars(findings: Any, field: str, labels: dict[str, Any], parameter: str) -> list[Bar]:
    """CARs under way by `field`, most first."""
    counts = list(findings.order_by().values_list(field).annotate(n=Count("pk")).order_by("-n", field))
    most = counts[0][1] if counts else 1
    return [
        Bar(labels.get(value, value), n, cars_url(**{parameter: value}), percent=round(100 * n / most))
        for value, n in counts
    ]


def _raised_last(under_way: Any) -> list[tuple[Finding, str]]:
    today = timezone.localdate()
    findings = under_way.select_related("site__supplier").order_by("-raised_on", "-reference")[:RAISED_LAST]
    return [(finding, age_in_words(finding.raised_on, on=today)) for finding in findings]


def _audits(actor: Actor) -> Any:
    """Those the actor sees, each with how many CARs were recorded in it."""
    cars = Count("entries", filter=Q(entries__type=EntryType.CAR))
    return Audit.objects.visible_to(actor).select_related("site").annotate(cars=cars)
