"""Correcting the date of a published audit, within the order of the audits that have ended anything."""

from datetime import date

import pytest

from carportal.core.audit import Aggregate, Reader, timeline
from carportal.core.errors import Conflict
from findings.models import AuditType, LeftDecision, LeftFinding
from findings.services import decide_left, preview_publication
from tests.findings.making import Auditing, now, states

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = date(2024, 3, 1), date(2025, 3, 1), date(2026, 3, 1)


@pytest.fixture
def site(db: None) -> Auditing:
    return Auditing()


def test_date_may_be_corrected_within_the_order_of_audits(site: Auditing):
    first = site.hold(FIRST, "5A.B")
    site.hold(SECOND, "5A.B")
    edition = site.correct(first)
    site.change(edition, date=date(2023, 1, 1))
    site.publish(edition)
    assert states(site.car(first)) == ["superseded"]


def test_date_that_moves_a_car_before_an_audit_puts_it_through_that_audit(site: Auditing):
    other = site.hold(FIRST, "6.A")
    audit = site.hold(SECOND, "5A.B", type=AuditType.INITIAL)
    edition = site.correct(audit)
    site.change(edition, date=date(2023, 1, 1))
    site.publish(edition)
    assert now(site.car(edition)).closed_by == other
    assert states(site.car(other)) == ["open"]


def test_date_that_contradicts_an_end_is_refused(site: Auditing):
    before = site.hold(FIRST, "5A.B")
    audit = site.hold(SECOND)
    edition = site.correct(audit)
    site.change(edition, date=date(2023, 1, 1))
    with pytest.raises(Conflict, match="keeps the order"):
        preview_publication(audit_id=edition.pk, actor=site.operator)
    own = site.correct(before)
    site.change(own, date=THIRD)
    with pytest.raises(Conflict, match=site.car(before).reference):
        site.publish(own)
    assert now(site.car(before)).closed_by == audit


def test_date_that_moves_a_dropped_car_before_an_audit_puts_it_through_that_audit(site: Auditing):
    other = site.hold(FIRST, "6.A")
    audit = site.hold(SECOND, "5A.B", type=AuditType.INITIAL)
    car = site.car(audit)
    edition = site.correct(audit)
    site.drop(edition, "5A.B")
    site.change(edition, date=date(2023, 1, 1))
    site.publish(edition)
    assert now(car).closed_by == other


def test_date_that_moves_a_car_after_an_audit_takes_back_what_that_had_left(site: Auditing):
    audit = site.hold(FIRST, "5A.B")
    other = site.hold(SECOND, others=["5A.B"])
    assert LeftFinding.objects.to_decide().get().audit == other
    edition = site.correct(audit)
    site.change(edition, date=THIRD)
    site.publish(edition)
    assert not LeftFinding.objects.to_decide().exists()
    events = timeline(aggregate=Aggregate.FINDING, aggregate_id=site.car(edition).pk, reader=Reader.SITE)
    assert [each.kind for each in events][-1] == "car_no_longer_left"
    back = site.correct(edition)
    site.change(back, date=FIRST)
    site.publish(back)
    assert LeftFinding.objects.to_decide().get().audit == other


def test_what_was_decided_stays_decided_when_the_car_moves(site: Auditing):
    audit = site.hold(FIRST, "5A.B")
    site.hold(SECOND, others=["5A.B"])
    left = LeftFinding.objects.get()
    decide_left(left_id=left.pk, actor=site.operator, decision=LeftDecision.STAYS, note="Still there.")
    edition = site.correct(audit)
    site.change(edition, date=THIRD)
    site.publish(edition)
    assert LeftFinding.objects.get().note == "Still there."
