"""What publishing an audit does to the CARs of its site."""

from datetime import date

import pytest

from carportal.core.audit import Aggregate, Reader, timeline, verify
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from carportal.core.models import Notification
from findings.models import AuditStatus, AuditType, Finding, LeftDecision, LeftFinding, LeftReason
from findings.requirements import TWO_PILLARS
from findings.services import Decision, decide_left, preview_publication, publish_audit
from tests.factories import make_actor, make_audit_company
from tests.findings.making import Auditing, states

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = date(2024, 3, 1), date(2025, 3, 1), date(2026, 3, 1)


@pytest.fixture
def site(db: None) -> Auditing:
    return Auditing()


def test_publishing_raises_a_car_for_each_entry(site: Auditing):
    audit = site.hold(FIRST, "5.A.B Pay is below a living wage", "6.A", others=["3.C"])
    first, second = site.car(audit, "5.A.B"), site.car(audit, "6.A")
    assert Finding.objects.count() == 2
    assert (first.area, first.letter, first.raw_code) == ("5A", "B", "5.A.B")
    assert (first.issue_title, first.raised_on, first.status) == (
        "Pay is below a living wage",
        FIRST,
        "open",
    )
    assert first.reference != second.reference
    assert audit.published_at is not None
    assert first.reference.startswith(f"CAR-{audit.published_at.year}-")


def test_nothing_is_raised_before_publication(site: Auditing):
    site.record(FIRST, "5A.B")
    assert not Finding.objects.exists()


def test_next_periodic_audit_supersedes_closes_and_leaves(site: Auditing):
    before = site.hold(FIRST, "5A.B", "6.A", "3.C", "10B.A", type=AuditType.INITIAL)
    again, gone, other, outside = (site.car(before, code) for code in ("5A.B", "6.A", "3.C", "10B.A"))
    audit = site.hold(SECOND, "5A.B", others=["3.C"], scope=TWO_PILLARS)
    assert states(again, gone, other, outside) == ["superseded", "closed", "open", "open"]
    again.refresh_from_db()
    assert again.superseded_by == site.car(audit)
    assert Finding.objects.get(pk=gone.pk).closed_by == audit
    left = LeftFinding.objects.get()
    assert (left.finding, left.audit, left.reason) == (other, audit, LeftReason.OTHER_FINDING)


def test_clean_periodic_audit_closes_everything_in_its_scope(site: Auditing):
    before = site.hold(FIRST, "5A.B", "6.A")
    site.hold(SECOND)
    assert states(site.car(before, "5A.B"), site.car(before, "6.A")) == ["closed", "closed"]


@pytest.mark.parametrize("kind", [AuditType.INITIAL, AuditType.FOLLOW_UP_FULL, AuditType.FOLLOW_UP_PARTIAL])
def test_other_audits_only_raise(site: Auditing, kind: AuditType):
    before = site.hold(FIRST, "5A.B", "6.A")
    site.hold(SECOND, "5A.B", "2.A", type=kind)
    assert states(site.car(before, "5A.B"), site.car(before, "6.A")) == ["open", "open"]
    assert Finding.objects.under_way().count() == 4


def test_audits_of_another_site_touch_nothing_here(site: Auditing):
    before = site.hold(FIRST, "5A.B")
    Auditing().hold(SECOND)
    assert states(site.car(before)) == ["open"]


def test_two_cars_on_one_requirement_go_on_by_their_titles(site: Auditing):
    before = site.hold(FIRST, "5A.B Wages", "5A.B Overtime pay")
    audit = site.hold(SECOND, "5A.B overtime  PAY", "5A.B Wages.")
    wages, overtime = site.car(before, title="Wages"), site.car(before, title="Overtime pay")
    assert wages.superseded_by == site.car(audit, title="Wages.")
    assert overtime.superseded_by == site.car(audit, title="overtime PAY")


def test_two_old_cars_may_end_in_one_new_one(site: Auditing):
    before = site.hold(FIRST, "5A.B Wages", "5A.B Overtime pay")
    audit = site.hold(SECOND, "5A.B Pay as a whole")
    successors = {site.car(before, title=title).superseded_by for title in ("Wages", "Overtime pay")}
    assert successors == {site.car(audit)}


def test_without_a_title_in_common_a_person_chooses(site: Auditing):
    before = site.hold(FIRST, "5A.B Pay")
    audit = site.record(SECOND, "5A.B Wages", "5A.B Overtime pay")
    old = site.car(before)
    preview = preview_publication(audit_id=audit.pk, actor=site.operator)
    (choice,) = preview.plan.choices
    assert choice.car == old.pk
    assert set(choice.candidates) == {entry.pk for entry in audit.entries.all()}
    with pytest.raises(InvalidInput, match="Choose"):
        site.publish(audit)
    assert states(old) == ["open"]
    overtime = audit.entries.get(issue_title="Overtime pay")
    site.publish(audit, choices={old.pk: overtime.pk})
    old.refresh_from_db()
    assert old.superseded_by == site.car(audit, title="Overtime pay")


def test_on_the_same_day_the_audit_published_first_is_the_earlier(site: Auditing):
    first = site.hold(FIRST, "5A.B")
    second = site.hold(FIRST, "5A.B")
    assert site.car(first).superseded_by == site.car(second)
    assert states(site.car(second)) == ["open"]


# --- Late audits ------------------------------------------------------------------------------------


def test_late_audits_car_is_superseded_at_once_by_the_next_periodic_audit(site: Auditing):
    newer = site.hold(SECOND, "5A.B")
    late = site.hold(FIRST, "5A.B")
    assert site.car(late).superseded_by == site.car(newer)
    assert states(site.car(newer)) == ["open"]


def test_late_audits_car_is_closed_at_once_where_the_next_one_found_nothing(site: Auditing):
    newer = site.hold(SECOND)
    late = site.hold(FIRST, "5A.B")
    assert site.car(late).closed_by == newer


def test_late_audits_car_passes_one_audit_and_is_ended_by_the_one_after(site: Auditing):
    site.hold(SECOND, others=["5A.B"])
    newest = site.hold(THIRD)
    late = site.hold(FIRST, "5A.B")
    assert site.car(late).closed_by == newest
    assert not LeftFinding.objects.exists()


def test_late_audits_car_is_left_by_a_later_audit_with_another_finding(site: Auditing):
    newer = site.hold(SECOND, others=["5A.B"])
    late = site.hold(FIRST, "5A.B")
    left = LeftFinding.objects.get()
    assert (left.finding, left.audit) == (site.car(late), newer)


def test_late_audit_never_ends_newer_cars_nor_changes_ended_ones(site: Auditing):
    oldest = site.hold(date(2023, 1, 1), "6.A")
    newest = site.hold(THIRD, "5A.B")
    site.hold(SECOND, "6.A")
    assert states(site.car(newest)) == ["open"]
    assert site.car(oldest).closed_by == newest


def test_late_audit_that_ended_a_car_earlier_is_named_as_its_cause(site: Auditing):
    """Nothing had ended it before: the newer audit had only another finding there."""
    oldest = site.hold(FIRST, "5A.B")
    site.hold(THIRD, others=["5A.B"])
    late = site.hold(SECOND)
    assert site.car(oldest).closed_by == late


def test_choice_for_a_late_audits_car_is_asked_in_its_own_preview(site: Auditing):
    newer = site.hold(SECOND, "5A.B Wages", "5A.B Overtime pay")
    late = site.record(FIRST, "5A.B Pay")
    (choice,) = preview_publication(audit_id=late.pk, actor=site.operator).plan.choices
    wages = site.car(newer, title="Wages")
    assert (choice.car, choice.edition) == (late.entries.get().pk, newer.pk)
    site.publish(late, choices={choice.car: wages.pk})
    assert site.car(late).superseded_by == wages


def test_car_that_ends_at_once_is_no_news(site: Auditing):
    make_actor(site.site.supplier)
    site.hold(SECOND)
    assert not Notification.objects.exists()
    site.hold(FIRST, "5A.B")
    assert not Notification.objects.exists()
    site.hold(THIRD, "5A.B")
    assert Notification.objects.filter(kind="car_raised_site").count() == 1


# --- Once, and as previewed ---------------------------------------------------------------------------


def test_publishing_again_changes_nothing(site: Auditing):
    audit = site.record(FIRST, "5A.B")
    digest = preview_publication(audit_id=audit.pk, actor=site.auditor).digest
    for _ in range(2):
        publish_audit(audit_id=audit.pk, actor=site.auditor, digest=digest)
    assert Finding.objects.count() == 1
    events = timeline(aggregate=Aggregate.AUDIT, aggregate_id=audit.pk, reader=Reader.OPERATOR)
    assert [each.kind for each in events].count("audit_published") == 1


def test_preview_that_something_has_overtaken_is_refused(site: Auditing):
    site.hold(FIRST, "5A.B")
    audit = site.record(THIRD)
    digest = preview_publication(audit_id=audit.pk, actor=site.operator).digest
    site.hold(SECOND, "6.A", type=AuditType.FOLLOW_UP_FULL)
    with pytest.raises(Conflict, match="changed since"):
        publish_audit(audit_id=audit.pk, actor=site.operator, digest=digest)
    audit.refresh_from_db()
    assert audit.status == AuditStatus.DRAFT


def test_preview_of_an_audit_that_was_edited_since_is_refused(site: Auditing):
    audit = site.record(FIRST, "5A.B")
    digest = preview_publication(audit_id=audit.pk, actor=site.auditor).digest
    site.add(audit, "6.A")
    with pytest.raises(Conflict, match="changed since"):
        publish_audit(audit_id=audit.pk, actor=site.auditor, digest=digest)
    assert not Finding.objects.exists()


def test_only_the_recorder_and_the_operator_publish(site: Auditing):
    audit = site.record(FIRST, "5A.B")
    digest = preview_publication(audit_id=audit.pk, actor=site.auditor).digest
    for actor in (make_actor(make_audit_company()), make_actor(site.site.supplier)):
        with pytest.raises(NotAllowed):
            publish_audit(audit_id=audit.pk, actor=actor, digest=digest)
    assert not Finding.objects.exists()


def test_every_step_is_in_the_records(site: Auditing):
    before = site.hold(FIRST, "5A.B", "6.A", "3.C")
    site.hold(SECOND, "5A.B", others=["3.C"])
    kinds = {
        code: [
            each.kind
            for each in timeline(
                aggregate=Aggregate.FINDING, aggregate_id=site.car(before, code).pk, reader=Reader.SITE
            )
        ]
        for code in ("5A.B", "6.A", "3.C")
    }
    assert kinds == {
        "5A.B": ["car_raised", "car_superseded"],
        "6.A": ["car_raised", "car_closed"],
        "3.C": ["car_raised", "car_left"],
    }
    assert verify().whole


# --- What an audit leaves ------------------------------------------------------------------------------


def test_operator_decides_in_the_preview_already(site: Auditing):
    before = site.hold(FIRST, "5A.B", "6.A")
    audit = site.record(SECOND, others=["5A.B", "6.A"])
    wages, hours = site.car(before, "5A.B"), site.car(before, "6.A")
    closed = Decision(wages.pk, audit.pk, LeftDecision.CLOSED, "The non-compliance is what is left of it.")
    site.publish(audit, decisions=[closed])
    assert states(wages, hours) == ["closed", "open"]
    assert Finding.objects.get(pk=wages.pk).closed_by == audit
    assert LeftFinding.objects.to_decide().get().finding == hours


def test_auditor_publishes_but_does_not_decide(site: Auditing):
    before = site.hold(FIRST, "5A.B")
    audit = site.record(SECOND, others=["5A.B"])
    closed = Decision(site.car(before).pk, audit.pk, LeftDecision.CLOSED, "It seems resolved.")
    with pytest.raises(NotAllowed):
        site.publish(audit, by=site.auditor, decisions=[closed])
    assert states(site.car(before)) == ["open"]
    site.publish(audit, by=site.auditor)
    assert LeftFinding.objects.to_decide().count() == 1


def test_what_was_left_is_decided_once(site: Auditing):
    before = site.hold(FIRST, "5A.B")
    site.hold(SECOND, others=["5A.B"])
    left = LeftFinding.objects.get()
    with pytest.raises(NotAllowed):
        decide_left(left_id=left.pk, actor=site.auditor, decision=LeftDecision.STAYS, note="No.")
    with pytest.raises(InvalidInput, match="Say why"):
        decide_left(left_id=left.pk, actor=site.operator, decision=LeftDecision.STAYS, note=" ")
    decide_left(left_id=left.pk, actor=site.operator, decision=LeftDecision.STAYS, note="Still there.")
    assert states(site.car(before)) == ["open"]
    with pytest.raises(Conflict, match="already"):
        decide_left(left_id=left.pk, actor=site.operator, decision=LeftDecision.CLOSED, note="Done.")


def test_nothing_is_left_to_decide_once_the_car_has_ended(site: Auditing):
    site.hold(FIRST, "5A.B")
    site.hold(SECOND, others=["5A.B"])
    left = LeftFinding.objects.get()
    site.hold(THIRD)
    assert not LeftFinding.objects.to_decide().exists()
    with pytest.raises(Conflict, match="ended meanwhile"):
        decide_left(left_id=left.pk, actor=site.operator, decision=LeftDecision.STAYS, note="Stays.")
