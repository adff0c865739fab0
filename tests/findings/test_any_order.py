"""Audits published in any order, and what they left decided: every CAR is exactly where the process puts it."""

from collections.abc import Callable, Iterable
from uuid import UUID

import pytest

from findings.models import Audit, Finding, LeftDecision, LeftFinding
from tests.findings.machines import Audits, report_of
from tests.findings.process import Car, Process, Report
from tests.plays import play

pytestmark = pytest.mark.django_db


class InAnyOrder(Audits):
    def __init__(self) -> None:
        super().__init__()
        self.process = Process()
        self.reports: dict[UUID, Report] = {}

    def after_publication(self, audit: Audit) -> None:
        report = report_of(audit, audit.entries.all(), self.turns[audit.reference])
        self.reports[audit.pk] = report
        self.process.publish(report)

    def after_decision(self, left: LeftFinding) -> None:
        if left.decision == LeftDecision.CLOSED:
            self.process.decide_closed(self.ours(left.finding), self.reports[left.audit_id])

    def checks(self) -> Iterable[Callable[[], None]]:
        return (*super().checks(), self.findings_are_where_the_process_puts_them)

    def ours(self, finding: Finding) -> Car:
        report = self.reports[finding.audit_id]
        return next(
            car
            for car in self.process.cars
            if (car.report, car.requirement, car.title)
            == (report, str(finding.requirement), finding.issue_title)
        )

    def findings_are_where_the_process_puts_them(self) -> None:
        findings = Finding.objects.select_related("superseded_by", "closed_by").prefetch_related("left_by")
        assert len(findings) == len(self.process.cars)
        for finding in findings:
            car = self.ours(finding)
            assert ("under way" if finding.is_under_way else finding.status) == car.status
            if finding.closed_by:
                assert self.reports[finding.closed_by.pk] is car.by
            if finding.superseded_by:
                assert self.ours(finding.superseded_by) in car.successors
            left_by = [self.reports[left.audit_id] for left in finding.left_by.all()]
            assert set(left_by) <= set(car.left_by)
            if finding.is_under_way:
                assert len(left_by) == len(car.left_by)


@pytest.mark.soak
def test_publishing_keeps_to_the_process():
    play(InAnyOrder, fraction=8, steps=16)
