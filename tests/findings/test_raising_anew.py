"""What a new edition of an audit would not have ended is raised anew, and passes the audits after it."""

from collections.abc import Iterator
from datetime import date

import pytest

from carportal.core.actor import Actor
from carportal.core.audit import verify
from carportal.core.errors import Conflict
from findings import hooks
from findings.models import AuditType, EntryType, Finding, LeftDecision, LeftFinding
from findings.requirements import FOUR_PILLARS, TWO_PILLARS
from findings.services import (
    Decision,
    EntryDetails,
    decide_left,
    edit_entry,
    mark_plan_published,
    preview_publication,
    publish_audit,
)
from tests.findings.making import Auditing, now, states

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = date(2024, 3, 1), date(2025, 3, 1), date(2026, 3, 1)


@pytest.fixture
def site(db: None) -> Auditing:
    return Auditing()


@pytest.fixture
def carried_over() -> Iterator[list[tuple[Finding, Finding]]]:
    """What the rooms above are told to carry over, in order."""
    told: list[tuple[Finding, Finding]] = []

    def note(old: Finding, new: Finding, actor: Actor) -> None:
        told.append((old, new))

    hooks.on_carry_over(note)
    yield told
    hooks._carry_over_hooks.remove(note)


# --- What ended wrongly -------------------------------------------------------------------------------------


def test_wrongly_closed_car_is_raised_anew_under_the_new_editions_car(
    site: Auditing, carried_over: list[tuple[Finding, Finding]]
):
    before = site.car(site.hold(FIRST, "5A.B"))
    audit = site.hold(SECOND)
    edition = site.correct(audit)
    site.add(edition, "5A.B")
    site.publish(edition)
    new = site.car(edition)
    assert (now(before).status, now(before).closed_by, now(before).raised_anew_as) == ("closed", audit, new)
    assert states(new) == ["open"]
    assert carried_over == [(before, new)]


@pytest.mark.parametrize("correction", ["scope", "other finding", "type"])
def test_wrongly_closed_car_is_raised_anew_as_it_was(
    site: Auditing, carried_over: list[tuple[Finding, Finding]], correction: str
):
    before = site.car(site.hold(FIRST, "10B.A Emissions"))
    audit = site.hold(SECOND)
    edition = site.correct(audit)
    if correction == "scope":
        site.change(edition, scope=TWO_PILLARS)
    elif correction == "type":
        site.change(edition, type=AuditType.FOLLOW_UP_FULL)
    else:
        site.add_other(edition, "10B.A")
    site.publish(edition)
    new = now(before).raised_anew_as
    assert new is not None
    assert states(before, new) == ["closed", "open"]
    for field in ("site", "area", "letter", "raw_code", "issue_title", "details", "raised_on"):
        assert getattr(new, field) == getattr(before, field)
    assert new.audit == edition
    assert carried_over == [(before, new)]
    assert LeftFinding.objects.filter(finding=new, audit=edition).exists() is (correction == "other finding")


def test_several_wrongly_closed_cars_may_go_on_as_one(
    site: Auditing, carried_over: list[tuple[Finding, Finding]]
):
    first = site.hold(FIRST, "5A.B Wages", "5A.B Overtime pay")
    audit = site.hold(SECOND)
    edition = site.correct(audit)
    site.add(edition, "5A.B Pay as a whole")
    site.publish(edition)
    new = site.car(edition)
    assert set(new.raises_anew.all()) == {entry.finding for entry in first.entries.all()}
    assert len(carried_over) == 2


def test_what_is_raised_anew_passes_later_audits(site: Auditing):
    before = site.car(site.hold(FIRST, "10B.A"))
    audit = site.hold(SECOND)
    later = site.hold(THIRD)
    edition = site.correct(audit)
    site.change(edition, scope=TWO_PILLARS)
    site.publish(edition)
    new = now(before).raised_anew_as
    assert new is not None
    assert new.closed_by == later


def test_wrongly_superseded_car_is_raised_anew_beside_the_one_no_longer_listed(site: Auditing):
    before = site.car(site.hold(FIRST, "10B.A"))
    audit = site.hold(SECOND, "10B.A")
    successor = site.car(audit)
    edition = site.correct(audit)
    site.drop(edition, "10B.A")
    site.change(edition, scope=TWO_PILLARS)
    site.publish(edition)
    new = now(before).raised_anew_as
    assert new is not None
    assert states(before, successor, new) == ["superseded", "open", "open"]
    assert LeftFinding.objects.to_decide().get().finding == successor


def test_superseded_car_stays_so_where_the_edition_has_nothing_there(site: Auditing):
    before = site.car(site.hold(FIRST, "5A.B"))
    audit = site.hold(SECOND, "5A.B")
    successor = site.car(audit)
    edition = site.correct(audit)
    site.drop(edition, "5A.B")
    site.publish(edition)
    assert (now(before).status, now(before).raised_anew_as) == ("superseded", None)
    assert now(successor).closed_by == edition


def test_superseded_car_stays_so_as_long_as_its_successor_is_listed(site: Auditing):
    before = site.car(site.hold(FIRST, "5A.B"))
    audit = site.hold(SECOND, "5A.B")
    edition = site.correct(audit)
    site.change(edition, type=AuditType.INITIAL)
    site.publish(edition)
    assert now(before).raised_anew_as is None
    assert states(before, site.car(edition)) == ["superseded", "open"]


def test_what_the_operator_closed_stays_closed_while_the_other_finding_is_there(site: Auditing):
    before = site.car(site.hold(FIRST, "5A.B"))
    audit = site.hold(SECOND, others=["5A.B"])
    left = LeftFinding.objects.get()
    decide_left(left_id=left.pk, actor=site.operator, decision=LeftDecision.CLOSED, note="Resolved.")
    second = site.correct(audit)
    site.publish(second)
    assert now(before).raised_anew_as is None
    third = site.correct(second)
    site.change(third, type=AuditType.INITIAL)
    site.publish(third)
    assert now(before).raised_anew_as is not None


def test_decision_that_a_car_stays_holds_for_the_new_edition(site: Auditing):
    site.hold(FIRST, "5A.B")
    audit = site.hold(SECOND, others=["5A.B"])
    left = LeftFinding.objects.get()
    decide_left(left_id=left.pk, actor=site.operator, decision=LeftDecision.STAYS, note="Still there.")
    edition = site.correct(audit)
    site.publish(edition)
    assert LeftFinding.objects.get(audit=edition).note == "Still there."
    assert not LeftFinding.objects.to_decide().exists()


def test_what_is_decided_with_the_new_edition_goes_before_what_was_decided(site: Auditing):
    car = site.car(site.hold(FIRST, "5A.B"))
    audit = site.hold(SECOND, others=["5A.B"])
    left = LeftFinding.objects.get()
    decide_left(left_id=left.pk, actor=site.operator, decision=LeftDecision.STAYS, note="Still there.")
    edition = site.correct(audit)
    site.publish(edition, decisions=[Decision(car.pk, edition.pk, LeftDecision.CLOSED, "It was misread.")])
    assert now(car).closed_by == edition
    assert LeftFinding.objects.get(audit=edition).note == "It was misread."
    assert LeftFinding.objects.get(audit=audit).note == "Still there."


def test_decision_of_a_colleague_since_the_preview_is_shown_first(site: Auditing):
    site.hold(FIRST, "5A.B")
    audit = site.hold(SECOND, others=["5A.B"])
    edition = site.correct(audit)
    digest = preview_publication(audit_id=edition.pk, actor=site.operator).digest
    left = LeftFinding.objects.get()
    decide_left(left_id=left.pk, actor=site.operator, decision=LeftDecision.STAYS, note="Still there.")
    with pytest.raises(Conflict, match="changed since"):
        publish_audit(audit_id=edition.pk, actor=site.operator, digest=digest)


def test_undecided_question_moves_on_to_the_new_edition(site: Auditing):
    site.hold(FIRST, "5A.B")
    audit = site.hold(SECOND, others=["5A.B"])
    old = LeftFinding.objects.get()
    edition = site.correct(audit)
    site.publish(edition)
    assert LeftFinding.objects.to_decide().get().audit == edition
    with pytest.raises(Conflict, match="corrected meanwhile"):
        decide_left(left_id=old.pk, actor=site.operator, decision=LeftDecision.STAYS, note="Stays.")


def test_raised_anew_twice_goes_on_as_the_newest(site: Auditing):
    before = site.car(site.hold(FIRST, "10B.A"))
    audit = site.hold(SECOND)
    second = site.correct(audit)
    site.change(second, scope=TWO_PILLARS)
    site.publish(second)
    copy = now(before).raised_anew_as
    third = site.correct(second)
    site.change(third, scope=FOUR_PILLARS)
    site.publish(third)
    assert copy is not None
    assert now(copy).closed_by == third
    fourth = site.correct(third)
    site.change(fourth, scope=TWO_PILLARS)
    site.publish(fourth)
    newest = now(copy).raised_anew_as
    assert newest is not None
    assert states(before, copy, newest) == ["closed", "closed", "open"]
    assert verify().whole


def test_audit_goes_on_listing_the_copy_of_its_own_car(site: Auditing):
    """Correcting the first audit after its CAR was raised anew must not take the copy for a stranger."""
    first = site.hold(FIRST, "10B.A Emissions")
    before = site.car(first)
    audit = site.hold(SECOND)
    second = site.correct(audit)
    site.change(second, scope=TWO_PILLARS)
    site.publish(second)
    copy = now(before).raised_anew_as
    assert copy is not None
    edition = site.correct(first)
    entry = edition.entries.get()
    details = EntryDetails(EntryType.CAR, "10B.A", "Emissions to air")
    edit_entry(audit_id=edition.pk, entry_id=entry.pk, actor=site.operator, details=details)
    site.publish(edition)
    assert site.car(edition) == copy
    assert (now(copy).status, now(copy).issue_title) == ("open", "Emissions to air")
    assert now(before).issue_title == "Emissions"
    assert not LeftFinding.objects.exists()


# --- The plan ----------------------------------------------------------------------------------------------


def test_hook_may_move_the_new_car_on_before_a_later_audit_ends_it(site: Auditing):
    """A published plan that is carried over puts the new CAR in progress; then the later audit closes it."""
    before = site.car(site.hold(FIRST, "10B.A"))
    audit = site.hold(SECOND)
    site.hold(THIRD)

    def publish_at_once(old: Finding, new: Finding, actor: Actor) -> None:
        mark_plan_published(finding_id=new.pk, actor=actor)

    hooks.on_carry_over(publish_at_once)
    try:
        edition = site.correct(audit)
        site.change(edition, scope=TWO_PILLARS)
        site.publish(edition)
    finally:
        hooks._carry_over_hooks.remove(publish_at_once)
    new = now(before).raised_anew_as
    assert new is not None
    assert new.status == "closed"
    assert new.in_progress_at is not None
