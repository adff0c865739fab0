"""Audits published and corrected in any order: nothing that the audits as they stand now would end goes on,
nothing else is lost, and what ended wrongly is raised anew."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from findings.models import (
    Audit,
    AuditEntry,
    AuditType,
    EntryType,
    Finding,
    FindingStatus,
    LeftDecision,
    LeftFinding,
    LeftReason,
)
from findings.services import EntryDetails, edit_entry
from tests.findings.machines import (
    AREAS,
    CODES,
    TITLES,
    Audits,
    Click,
    area_of,
    clicks,
    days,
    decisions,
    found,
    kinds,
    picks,
    report_of,
    scopes,
)
from tests.findings.making import Auditing
from tests.findings.process import Report, fate, judged
from tests.plays import play

pytestmark = pytest.mark.django_db


Correction = Callable[[Auditing, Audit], object]


def drop(code: str) -> Correction:
    """What the edition lists on a requirement was somebody else's."""
    return lambda auditing, edition: auditing.drop(edition, code)


def add(code: str, title: str) -> Correction:
    """A finding had been forgotten: a CAR, or another one where there is no title."""

    def do(auditing: Auditing, edition: Audit) -> None:
        kind = EntryType.CAR if title else EntryType.NON_COMPLIANCE
        there = edition.entries.filter(raw_code=code, type=kind, issue_title=title).exists()
        if there or area_of(code) not in edition.scope:
            return
        auditing.add(edition, f"{code} {title}") if title else auditing.add_other(edition, code)

    return do


def turn(pick: int, code: str, title: str) -> Correction:
    """A finding was recorded wrongly: under another code or title, or as a CAR that it is not."""

    def do(auditing: Auditing, edition: Audit) -> None:
        kind = EntryType.CAR if title else EntryType.NON_COMPLIANCE
        entries = list(edition.entries.order_by("raw_code", "type", "issue_title"))
        there = edition.entries.filter(raw_code=code, type=kind, issue_title=title).exists()
        if there or area_of(code) not in edition.scope or not entries:
            return
        edit_entry(
            audit_id=edition.pk,
            entry_id=entries[pick % len(entries)].pk,
            actor=auditing.operator,
            details=EntryDetails(kind, code, title),
        )

    return do


def rescope(scope: frozenset[str]) -> Correction:
    def do(auditing: Auditing, edition: Audit) -> None:
        for entry in edition.entries.exclude(area__in=scope):
            auditing.drop(edition, entry.raw_code)
        auditing.change(edition, scope=sorted(scope))

    return do


def retype(kind: AuditType) -> Correction:
    return lambda auditing, edition: auditing.change(edition, type=kind)


def redate(on: date) -> Correction:
    return lambda auditing, edition: auditing.change(edition, date=on)


codes, titles = st.sampled_from(CODES), st.sampled_from([*TITLES, ""])
corrections = st.one_of(
    st.builds(drop, codes),
    st.builds(add, codes, titles),
    st.builds(turn, picks, codes, titles),
    st.builds(rescope, scopes),
    st.builds(retype, kinds),
    st.builds(redate, days),
)


class Standing:
    """All audits, CARs and open questions of the site as they stand now."""

    def __init__(self, turns: dict[str, int]) -> None:
        self.findings = Finding.objects.select_related("audit", "closed_by").in_bulk()
        self.entries = list(AuditEntry.objects.filter(finding__isnull=False).select_related("audit"))
        self.left = list(LeftFinding.objects.select_related("audit"))
        self.current = list(Audit.objects.published().current_editions().prefetch_related("entries"))
        self.reports = {
            audit.reference: report_of(audit, audit.entries.all(), turns[audit.reference])
            for audit in self.current
        }

    @cached_property
    def origins(self) -> dict[UUID, UUID]:
        """Of each CAR that was raised anew as a copy: the one that an audit recorded; of others: itself."""
        recorded = {
            entry.finding_id
            for entry in self.entries
            if entry.finding_id and self.findings[entry.finding_id].audit_id == entry.audit_id
        }
        copied_from = {each.raised_anew_as_id: each.pk for each in self.findings.values()}
        origins = {}
        for pk in self.findings:
            origin = pk
            while origin not in recorded:
                origin = copied_from[origin]
            origins[pk] = origin
        return origins

    @cached_property
    def listed(self) -> dict[str, set[UUID]]:
        """The CARs that each audit lists now, by their origins."""
        current = {audit.pk for audit in self.current}
        listed = defaultdict(set)
        for entry in self.entries:
            if entry.audit_id in current and entry.finding_id:
                listed[entry.audit.reference].add(self.origins[entry.finding_id])
        return listed

    def of(self, *statuses: FindingStatus) -> list[Finding]:
        return [each for each in self.findings.values() if each.status in statuses]

    def report_on(self, finding: Finding) -> Report:
        """The report in which it stood first, as that reads now."""
        return self.reports[self.findings[self.origins[finding.pk]].audit.reference]

    def last_of(self, finding: Finding) -> Finding:
        """What it has become in the end."""
        while not finding.is_under_way:
            successor = finding.raised_anew_as_id or finding.superseded_by_id
            if successor is None:
                return finding
            finding = self.findings[successor]
        return finding

    def was_decided(self, finding: Finding) -> bool:
        """Whether the operator closed it."""
        return any(
            left.finding_id == finding.pk and left.decision == LeftDecision.CLOSED for left in self.left
        )


class WithCorrections(Audits):
    @initialize(
        first=st.lists(found, min_size=1, max_size=4, unique=True),
        second=st.lists(found, max_size=2, unique=True),
        others=st.frozensets(codes, max_size=1),
        click=st.builds(Click, picks, decisions),
    )
    def hold_two_audits(
        self,
        first: list[tuple[str, str]],
        second: list[tuple[str, str]],
        others: frozenset[str],
        click: Click,
    ) -> None:
        """There is something to correct from the start: two periodic audits, of which one ends what the other found."""
        self.record(date(2024, 3, 1), AuditType.PERIODIC, frozenset(AREAS), first, frozenset(), click)
        self.record(date(2024, 6, 1), AuditType.PERIODIC, frozenset(AREAS), second, others, click)

    @precondition(lambda _: Audit.objects.published().filter(corrected_by=None).exists())
    @rule(pick=picks, corrections=st.lists(corrections, min_size=1, max_size=3), click=clicks)
    def correct(self, pick: int, corrections: list[Correction], click: Click | None) -> None:
        audits = list(Audit.objects.published().filter(corrected_by=None).order_by("reference"))
        edition = self.auditing.correct(audits[pick % len(audits)])
        for correction in corrections:
            correction(self.auditing, edition)
            edition.refresh_from_db()
        self.goes_on_with(edition, click)

    # --- What must hold -----------------------------------------------------------------------------

    def checks(self) -> Iterable[Callable[[], None]]:
        self.now = Standing(self.turns)
        return (
            *super().checks(),
            self.no_car_is_lost,
            self.no_car_goes_on_that_an_audit_ends,
            self.no_car_goes_on_that_its_own_audit_would_end,
            self.what_was_closed_and_not_raised_anew_was_closed_rightly,
            self.what_was_superseded_and_not_raised_anew_goes_on_rightly,
            self.what_audits_leave_is_there_to_be_decided,
        )

    def no_car_is_lost(self) -> None:
        """What an audit lists, and no later one ends, goes on as a CAR that is under way."""
        reports = list(self.now.reports.values())
        for audit in self.now.current:
            for entry in audit.entries.all():
                when = self.now.reports[audit.reference].when
                if not entry.is_car or not fate(reports, str(entry.requirement), when):
                    continue
                assert entry.finding_id is not None
                last = self.now.last_of(self.now.findings[entry.finding_id])
                assert last.is_under_way or self.now.was_decided(last)

    def no_car_goes_on_that_an_audit_ends(self) -> None:
        reports = list(self.now.reports.values())
        for finding in self.now.of(FindingStatus.OPEN, FindingStatus.IN_PROGRESS):
            assert not judged(reports, str(finding.requirement), self.now.report_on(finding).when)

    def no_car_goes_on_that_its_own_audit_would_end(self) -> None:
        """What the corrected audit no longer lists it judges like any other; where it does not end it, it is left."""
        current = {audit.pk for audit in self.now.current}
        left = {(each.finding_id, each.audit.reference) for each in self.now.left if each.audit_id in current}
        for finding in self.now.of(FindingStatus.OPEN, FindingStatus.IN_PROGRESS):
            requirement, own = str(finding.requirement), self.now.report_on(finding)
            if self.now.origins[finding.pk] in self.now.listed[own.reference]:
                continue
            if own.periodic and own.assessed(requirement):
                assert not own.cars_on(requirement)
                assert requirement in own.others
            assert (finding.pk, own.reference) in left

    def what_was_closed_and_not_raised_anew_was_closed_rightly(self) -> None:
        for finding in self.now.of(FindingStatus.CLOSED):
            if finding.raised_anew_as_id is not None:
                continue
            assert finding.closed_by is not None
            requirement, report = str(finding.requirement), self.now.reports[finding.closed_by.reference]
            assert report.periodic
            assert report.assessed(requirement)
            assert not report.cars_on(requirement)
            assert requirement not in report.others or self.now.was_decided(finding)
            assert report.when >= self.now.report_on(finding).when

    def what_was_superseded_and_not_raised_anew_goes_on_rightly(self) -> None:
        """The audit still lists the CAR that superseded it, or would end it all the same."""
        for finding in self.now.of(FindingStatus.SUPERSEDED):
            if finding.raised_anew_as_id is not None:
                continue
            assert finding.superseded_by_id is not None
            requirement, successor = str(finding.requirement), self.now.findings[finding.superseded_by_id]
            report = self.now.report_on(successor)
            assert report.when >= self.now.report_on(finding).when
            if self.now.origins[successor.pk] not in self.now.listed[report.reference]:
                assert report.periodic
                assert report.assessed(requirement)
                assert report.cars_on(requirement) or requirement not in report.others

    def what_audits_leave_is_there_to_be_decided(self) -> None:
        """By each later periodic audit that found something else on the requirement of a CAR under way."""
        current = {audit.pk for audit in self.now.current}
        left = {
            (each.finding_id, each.audit.reference): each.decision
            for each in self.now.left
            if each.audit_id in current and each.reason == LeftReason.OTHER_FINDING
        }
        for finding in self.now.of(FindingStatus.OPEN, FindingStatus.IN_PROGRESS):
            requirement, own = str(finding.requirement), self.now.report_on(finding)
            for report in self.now.reports.values():
                if report is own:
                    continue
                leaves = (
                    report.when > own.when
                    and report.periodic
                    and report.assessed(requirement)
                    and requirement in report.others
                )
                decision = left.get((finding.pk, report.reference))
                assert decision is not None if leaves else decision != LeftDecision.UNDECIDED


@pytest.mark.soak
def test_corrections_keep_to_the_process():
    play(WithCorrections, fraction=8, steps=12)
