"""Correcting a published audit by a new edition: what ended stays ended, what is still listed goes on."""

from datetime import date

import pytest

from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from findings.models import Audit, AuditType, EntryType, Finding, LeftDecision, LeftFinding, LeftReason
from findings.requirements import TWO_PILLARS
from findings.services import (
    EntryDetails,
    decide_left,
    edit_entry,
    start_new_edition,
)
from tests.factories import make_actor
from tests.findings.making import Auditing, now, states

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = date(2024, 3, 1), date(2025, 3, 1), date(2026, 3, 1)


@pytest.fixture
def site(db: None) -> Auditing:
    return Auditing()


# --- Beginning one -------------------------------------------------------------------------------------


def test_only_the_operator_corrects_and_says_why(site: Auditing):
    audit = site.hold(FIRST, "5A.B")
    for actor in (site.auditor, make_actor(site.site.supplier)):
        with pytest.raises(NotAllowed):
            start_new_edition(audit_id=audit.pk, actor=actor, reason="Wrong.")
    with pytest.raises(InvalidInput):
        start_new_edition(audit_id=audit.pk, actor=site.operator, reason="  ")
    edition = start_new_edition(audit_id=audit.pk, actor=site.operator, reason="Wrong code.")
    assert (edition.edition, edition.reference, edition.correction_reason) == (
        2,
        audit.reference,
        "Wrong code.",
    )
    assert [entry.carried_from for entry in edition.entries.all()] == list(audit.entries.all())


def test_one_correction_at_a_time_and_of_the_newest_edition(site: Auditing):
    audit = site.hold(FIRST, "5A.B")
    edition = site.correct(audit)
    with pytest.raises(Conflict, match="being prepared"):
        site.correct(audit)
    with pytest.raises(NotAllowed):
        site.correct(edition)
    site.publish(edition)
    with pytest.raises(Conflict, match="newest edition"):
        site.correct(audit)
    assert site.correct(edition).edition == 3


def test_auditor_and_site_see_a_new_edition_only_once_it_is_published(site: Auditing):
    audit = site.hold(FIRST, "5A.B")
    edition = site.correct(audit)
    supplier = make_actor(site.site.supplier)
    for actor in (site.auditor, supplier):
        assert set(Audit.objects.visible_to(actor)) == {audit}
    site.publish(edition)
    for actor in (site.auditor, supplier):
        assert set(Audit.objects.visible_to(actor)) == {audit, edition}


# --- What is kept ---------------------------------------------------------------------------------------


def test_carried_car_stays_the_same_car_with_its_text_corrected(site: Auditing):
    audit = site.hold(FIRST, "5A.B Wages", "6.A Hours")
    wages, hours = site.car(audit, "5A.B"), site.car(audit, "6.A")
    edition = site.correct(audit)
    entry = edition.entries.get(raw_code="5A.B")
    details = EntryDetails(EntryType.CAR, "5.A.B", "Living wages", "As the report has it.")
    edit_entry(audit_id=edition.pk, entry_id=entry.pk, actor=site.operator, details=details)
    site.publish(edition)
    assert site.car(edition, "5.A.B") == wages
    assert (now(wages).issue_title, now(wages).details, now(wages).raw_code) == (
        "Living wages",
        "As the report has it.",
        "5.A.B",
    )
    assert now(hours).issue_title == "Hours"
    assert Finding.objects.count() == 2


def test_text_of_an_ended_car_stays(site: Auditing):
    audit = site.hold(FIRST, "5A.B Wages")
    wages = site.car(audit)
    site.hold(SECOND)
    edition = site.correct(audit)
    entry = edition.entries.get()
    details = EntryDetails(EntryType.CAR, "5A.B", "Living wages")
    edit_entry(audit_id=edition.pk, entry_id=entry.pk, actor=site.operator, details=details)
    site.publish(edition)
    assert (now(wages).issue_title, now(wages).status) == ("Wages", "closed")


def test_new_car_of_an_edition_is_raised_and_passes_later_audits(site: Auditing):
    audit = site.hold(FIRST, "5A.B", type=AuditType.INITIAL)
    later = site.hold(SECOND, "5A.B")
    edition = site.correct(audit)
    site.add(edition, "6.A")
    site.add(edition, "5A.B Another issue")
    site.publish(edition)
    assert site.car(edition, "6.A").closed_by == later
    assert site.car(edition, title="Another issue").superseded_by == site.car(later)


def test_wrong_code_is_another_car(site: Auditing):
    audit = site.hold(FIRST, "5A.B Wages")
    wrong = site.car(audit)
    edition = site.correct(audit)
    entry = edition.entries.get()
    details = EntryDetails(EntryType.CAR, "5A.C", "Wages")
    edit_entry(audit_id=edition.pk, entry_id=entry.pk, actor=site.operator, details=details)
    site.publish(edition)
    assert site.car(edition) != wrong
    assert now(wrong).closed_by == edition


# --- What is no longer listed -----------------------------------------------------------------------------


def test_dropped_car_is_closed_by_a_periodic_edition(site: Auditing):
    audit = site.hold(FIRST, "5A.B", "6.A")
    dropped = site.car(audit, "6.A")
    edition = site.correct(audit)
    site.drop(edition, "6.A")
    site.publish(edition)
    assert now(dropped).closed_by == edition
    assert states(site.car(edition)) == ["open"]


def test_dropped_car_stays_where_the_audit_is_not_periodic(site: Auditing):
    audit = site.hold(FIRST, "5A.B", type=AuditType.INITIAL)
    dropped = site.car(audit)
    edition = site.correct(audit)
    site.drop(edition, "5A.B")
    site.publish(edition)
    assert states(dropped) == ["open"]
    left = LeftFinding.objects.to_decide().get()
    assert (left.finding, left.audit, left.reason) == (dropped, edition, LeftReason.NO_LONGER_LISTED)
    with pytest.raises(Conflict, match="periodic"):
        decide_left(left_id=left.pk, actor=site.operator, decision=LeftDecision.CLOSED, note="Gone.")


def test_dropped_car_stays_where_the_area_is_taken_out_of_the_scope(site: Auditing):
    audit = site.hold(FIRST, "10B.A", "5A.B")
    dropped = site.car(audit, "10B.A")
    edition = site.correct(audit)
    site.drop(edition, "10B.A")
    site.change(edition, scope=TWO_PILLARS)
    site.publish(edition)
    assert states(dropped) == ["open"]
    left = LeftFinding.objects.to_decide().get()
    assert (left.finding, left.reason) == (dropped, LeftReason.NO_LONGER_LISTED)
    with pytest.raises(Conflict, match="scope"):
        decide_left(left_id=left.pk, actor=site.operator, decision=LeftDecision.CLOSED, note="Gone.")


def test_car_corrected_to_a_non_compliance_is_left_to_decide(site: Auditing):
    audit = site.hold(FIRST, "5A.B")
    car = site.car(audit)
    edition = site.correct(audit)
    entry = edition.entries.get()
    details = EntryDetails(EntryType.NON_COMPLIANCE, "5A.B")
    edit_entry(audit_id=edition.pk, entry_id=entry.pk, actor=site.operator, details=details)
    site.publish(edition)
    assert states(car) == ["open"]
    assert LeftFinding.objects.to_decide().get().reason == LeftReason.OTHER_FINDING
