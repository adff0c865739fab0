"""CARs in whatever state, as rows, for what counts them."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from hypothesis import strategies as st

from actionplans.annex.versions import CURRENT
from actionplans.models import ActionPlan, PlanShare, Revision, ShareStatus, UpdateAgreement
from findings.models import Access, Finding, FindingStatus, LeftFinding, Triage, TriageOutcome
from stakeholders.models import Sector, Site
from tests.actionplans.making import make_audit
from tests.factories import make_site
from tests.personas import Personas

AREAS = ["1A", "5A", "8"]


@dataclass(frozen=True)
class Car:
    """A CAR as it may have come to be, and who knows of it."""

    site: int = 0
    area: str = "5A"
    days_old: int = 0
    status: FindingStatus = FindingStatus.OPEN
    ended_after: int = 0
    times: int = 1
    outcome: TriageOutcome | None = None
    plan: str = ""
    share: ShareStatus | None = None
    update_in_days: int | None = None
    shown: bool = False
    left: bool = False


cars = st.lists(
    st.builds(
        Car,
        site=st.integers(0, 2),
        area=st.sampled_from(AREAS),
        days_old=st.one_of(st.integers(0, 1500), st.sampled_from([181, 182, 183, 184, 365, 366, 730, 731])),
        status=st.sampled_from(FindingStatus),
        ended_after=st.integers(0, 400),
        times=st.integers(1, 5),
        outcome=st.sampled_from([None, *TriageOutcome]),
        plan=st.sampled_from(["", "draft", "published"]),
        share=st.sampled_from([None, *ShareStatus]),
        update_in_days=st.sampled_from([None, -90, -1, 0, 1, 90]),
        shown=st.booleans(),
        left=st.booleans(),
    ),
    min_size=6,
    max_size=12,
)


class World:
    """Three sites of two suppliers, and rows of CARs written past the services, which could not make them all."""

    def __init__(self, personas: Personas) -> None:
        self.personas = personas
        own, other = personas.site.organisation, personas.site2.organisation
        self.sites: list[Site] = [
            make_site(own, country="GB", sector=Sector.FOOD),
            make_site(own, country="ES", sector=Sector.AGRICULTURE),
            make_site(other, country="BD", sector=Sector.GARMENTS),
        ]
        self.audits = [make_audit(site, personas.auditor.organisation) for site in self.sites]
        self.today = timezone.localdate()

    def add(self, car: Car, number: int) -> Finding:
        finding = self._row(car, number)
        finding.save(force_insert=True)
        if car.outcome:
            Triage.objects.create(
                finding=finding,
                definition="1",
                answers={},
                is_urgent=car.outcome == TriageOutcome.URGENT,
                outcome=car.outcome,
            )
        if car.left:
            LeftFinding.objects.create(finding=finding, audit=finding.audit, reason="other_finding")
        if car.plan:
            self._plan(car, finding)
        if car.shown:
            self._let_see(finding, "relationship", finding.pk)
        return finding

    def _let_see(self, finding: Finding, source: str, source_id: UUID) -> None:
        organisation = self.personas.customer.organisation
        Access.objects.create(
            organisation=organisation, finding=finding, level=2, source=source, source_id=source_id
        )

    def _row(self, car: Car, number: int) -> Finding:
        raised_on = self.today - timedelta(days=car.days_old)
        finding = Finding(
            reference=f"CAR-2026-{800_000 + number}",
            site=self.sites[car.site],
            audit=self.audits[car.site],
            area=car.area,
            letter="A",
            raw_code=f"{car.area}.A",
            issue_title="A title",
            raised_on=raised_on,
            times_raised=car.times,
            status=car.status,
            in_progress_at=timezone.now(),
        )
        if car.status == FindingStatus.CLOSED:
            finding.closed_by = finding.audit
        elif car.status == FindingStatus.SUPERSEDED:
            finding.superseded_by = self.successor(car.site)
        if not finding.is_under_way:
            finding.ended_at, finding.ended_on = timezone.now(), raised_on + timedelta(days=car.ended_after)
        return finding

    def successor(self, site: int) -> Finding:
        return Finding.objects.get_or_create(
            reference=f"CAR-2026-{810_000 + site}",
            defaults={
                "site": self.sites[site],
                "audit": self.audits[site],
                "area": "2",
                "letter": "A",
                "raw_code": "2.A",
                "issue_title": "What came after",
                "raised_on": self.today,
                "times_raised": 2,
            },
        )[0]

    def _plan(self, car: Car, finding: Finding) -> None:
        plan = ActionPlan.objects.create(finding=finding, template_version=CURRENT.version)
        revision = Revision.objects.create(
            plan=plan, number=1, template_version=CURRENT.version, document={}, sha256="0" * 64
        )
        if car.plan == "published":
            plan.published, plan.published_at = revision, timezone.now()
            plan.save()
        if car.share:
            share = PlanShare.objects.create(
                plan=plan,
                organisation=self.personas.customer.organisation,
                revision=revision,
                status=car.share,
            )
            if car.share != ShareStatus.WITHDRAWN:
                self._let_see(finding, "share", share.pk)
            if car.update_in_days is not None:
                due = self.today + timedelta(days=car.update_in_days)
                UpdateAgreement.objects.create(share=share, months=3, first_due=due, next_due=due)
