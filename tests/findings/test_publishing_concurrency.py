"""Two people at once over the audits and CARs of one site: one wins, the other gets a sentence; real transactions."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import pytest

from carportal.core.actor import Actor, Role
from carportal.core.audit import verify
from carportal.core.errors import Conflict
from carportal.core.models import AuditEvent, Notification
from findings.models import Access, Audit, EntryType, Finding, LeftDecision, LeftFinding
from findings.services import (
    EntryDetails,
    add_entry,
    decide_left,
    mark_plan_published,
    preview_publication,
    publish_audit,
    start_new_edition,
)
from stakeholders.models import Visibility
from stakeholders.services import add_relationship, end_relationship
from tests.factories import make_actor, make_customer, make_operator, make_relationship
from tests.findings.making import Auditing, states
from tests.parallel import Call, at_once, errors, in_turn

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE, FIRST, SECOND = date(2023, 3, 1), date(2024, 3, 1), date(2025, 3, 1)


@pytest.fixture
def site(transactional_db: None) -> Auditing:
    return Auditing()


@pytest.fixture
def car(site: Auditing) -> Finding:
    return site.car(site.hold(BEFORE, "5A.B"))


def publishing(audit: Audit, by: Actor) -> Call:
    """To publish it as its preview has it now."""
    digest = preview_publication(audit_id=audit.pk, actor=by).digest
    return lambda: publish_audit(audit_id=audit.pk, actor=by, digest=digest)


def count_of(kind: str) -> int:
    return AuditEvent.objects.filter(kind=kind).count()


def said(result: object) -> str:
    assert isinstance(result, Conflict), result
    return str(result.message)


# --- Publishing an audit ------------------------------------------------------------------------------


def test_audit_published_several_times_at_once_is_published_once(site: Auditing):
    before = site.hold(BEFORE, "5A.B", "6.A", "3.C")
    make_actor(site.site.supplier)
    audit = site.record(FIRST, "5A.B", "2.A", others=["3.C"])
    results = at_once(*(publishing(audit, by) for by in (site.auditor, site.operator, site.auditor)))
    assert results == [audit] * 3
    assert Finding.objects.count() == 5
    wages, hours, safety = (site.car(before, code) for code in ("5A.B", "6.A", "3.C"))
    assert states(wages, hours, safety) == ["superseded", "closed", "open"]
    assert LeftFinding.objects.get().finding == safety
    kinds = ("audit_published", "car_raised", "car_superseded", "car_closed", "car_left")
    assert [count_of(kind) for kind in kinds] == [2, 5, 1, 1, 1]
    assert Notification.objects.filter(kind="car_raised_site").count() == 2
    assert verify().whole


class Fate(NamedTuple):
    """A CAR by its audit's day and its code, and the days of the audits that ended it and left it."""

    raised: date
    code: str
    status: str
    ended: date | None
    left: frozenset[date]


def fates(site: Auditing) -> set[Fate]:
    findings = Finding.objects.filter(site=site.site).select_related(
        "audit", "closed_by", "superseded_by__audit"
    )
    return {
        Fate(
            finding.audit.date,
            finding.raw_code,
            finding.status,
            finding.closed_by.date
            if finding.closed_by
            else finding.superseded_by.audit.date
            if finding.superseded_by
            else None,
            frozenset(left.audit.date for left in finding.left_by.select_related("audit")),
        )
        for finding in findings
    }


def two_audits(site: Auditing) -> dict[date, Audit]:
    """Both come upon what an earlier one found, and the second upon what the first did."""
    site.hold(BEFORE, "5A.B", "6.A", "2.A")
    return {
        FIRST: site.record(FIRST, "5A.B", others=["6.A"]),
        SECOND: site.record(SECOND, "5A.B", "2.A"),
    }


def one_after_the_other(days: Sequence[date]) -> set[Fate]:
    site = Auditing()
    audits = two_audits(site)
    for day in days:
        site.publish(audits[day])
    return fates(site)


@pytest.mark.parametrize("days", [[FIRST, SECOND], [SECOND, FIRST]])
def test_audit_that_waited_for_another_of_the_site_is_looked_at_again(site: Auditing, days: list[date]):
    audits = two_audits(site)
    earlier, later = (audits[day] for day in days)
    first, second = in_turn(publishing(earlier, site.auditor), publishing(later, site.operator))
    assert first == earlier
    assert "changed since you looked" in said(second)
    assert Audit.objects.get(pk=later.pk).is_draft
    site.publish(later)
    assert fates(site) == one_after_the_other(days)
    assert verify().whole


def test_two_audits_published_at_once_end_as_one_after_the_other(site: Auditing):
    audits = two_audits(site)
    results = at_once(*(publishing(audit, site.operator) for audit in audits.values()))
    (error,) = errors(results)
    assert "changed since you looked" in said(error)
    days = sorted(audits, key=lambda day: Audit.objects.get(pk=audits[day].pk).is_draft)
    site.publish(audits[days[-1]])
    assert fates(site) == one_after_the_other(days)
    assert verify().whole


def test_audits_of_different_sites_do_not_wait_for_each_other(site: Auditing):
    sites = [site, Auditing(), Auditing()]
    results = at_once(*(publishing(each.record(FIRST, "5A.B"), each.auditor) for each in sites))
    assert not errors(results)
    assert len(set(Finding.objects.values_list("reference", flat=True))) == 3


# --- Publishing against what others do ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("again", "status", "sentence"),
    [
        (["5A.B"], "superseded", "raised this CAR again meanwhile"),
        ([], "closed", "closed this CAR meanwhile"),
    ],
)
def test_plan_published_after_an_audit_ended_the_car_is_refused(
    site: Auditing, car: Finding, again: list[str], status: str, sentence: str
):
    audit, supplier = site.record(FIRST, *again), make_actor(site.site.supplier)
    first, second = in_turn(
        publishing(audit, site.auditor), lambda: mark_plan_published(finding_id=car.pk, actor=supplier)
    )
    assert first == audit
    assert sentence in said(second)
    assert states(car) == [status]
    assert Finding.objects.get(pk=car.pk).in_progress_at is None


def test_audit_ends_the_car_whose_plan_was_published_just_before(site: Auditing, car: Finding):
    audit, supplier = site.record(FIRST, "5A.B"), make_actor(site.site.supplier)
    results = in_turn(
        lambda: mark_plan_published(finding_id=car.pk, actor=supplier), publishing(audit, site.auditor)
    )
    assert not errors(list(results))
    ended = Finding.objects.get(pk=car.pk)
    assert (ended.status, ended.superseded_by) == ("superseded", site.car(audit))
    assert ended.in_progress_at is not None
    kinds = AuditEvent.objects.filter(aggregate_id=car.pk).order_by("sequence").values_list("kind", flat=True)
    assert list(kinds) == ["car_raised", "car_in_progress", "car_superseded"]


def test_finding_added_before_the_click_is_shown_first(site: Auditing):
    audit = site.record(FIRST, "5A.B")
    first, second = in_turn(adding(site, audit), publishing(audit, site.auditor))
    assert first == audit.entries.get(raw_code="6.A")
    assert "changed since you looked" in said(second)
    assert not Finding.objects.exists()


def test_finding_added_after_the_click_is_refused(site: Auditing):
    audit = site.record(FIRST, "5A.B")
    first, second = in_turn(publishing(audit, site.auditor), adding(site, audit))
    assert first == audit
    assert "has been published" in said(second)
    assert audit.entries.get().finding == Finding.objects.get()


def adding(site: Auditing, audit: Audit) -> Call:
    details = EntryDetails(EntryType.CAR, "6.A", "Hours")
    return lambda: add_entry(audit_id=audit.pk, actor=site.operator, details=details)


@pytest.mark.parametrize("publishes_first", [True, False])
def test_customer_who_is_added_meanwhile_sees_the_new_cars(site: Auditing, publishes_first: bool):
    manager, customer = make_actor(site.site.supplier, Role.MANAGER), make_customer()
    calls = [
        publishing(site.record(FIRST, "5A.B", "6.A"), site.auditor),
        lambda: add_relationship(
            actor=manager,
            site_id=site.site.pk,
            customer_reference=customer.reference,
            visibility=Visibility.CAR_LIST,
        ),
    ]
    results = in_turn(*(calls if publishes_first else calls[::-1]))
    assert not errors(list(results))
    assert {access.finding for access in customer.accesses.all()} == set(Finding.objects.all())
    assert Finding.objects.count() == 2


@pytest.mark.parametrize("publishes_first", [True, False])
def test_customer_whose_relationship_ends_meanwhile_sees_none(site: Auditing, publishes_first: bool):
    manager = make_actor(site.site.supplier, Role.MANAGER)
    relationship = make_relationship(site.site, visibility=Visibility.CAR_LIST)
    calls = [
        publishing(site.record(FIRST, "5A.B", "6.A"), site.auditor),
        lambda: end_relationship(actor=manager, relationship_id=relationship.pk),
    ]
    results = in_turn(*(calls if publishes_first else calls[::-1]))
    assert not errors(list(results))
    assert Finding.objects.count() == 2
    assert not Access.objects.exists()


# --- What an audit left, and corrections --------------------------------------------------------------


def deciding(left: LeftFinding, by: Actor, decision: LeftDecision) -> Call:
    return lambda: decide_left(left_id=left.pk, actor=by, decision=decision, note=f"So {decision.value}.")


def test_two_decisions_at_once_are_one(site: Auditing, car: Finding):
    site.hold(FIRST, others=["5A.B"])
    left, colleague = LeftFinding.objects.get(), make_actor(make_operator(), Role.COMPLIANCE)
    results = at_once(
        deciding(left, site.operator, LeftDecision.CLOSED), deciding(left, colleague, LeftDecision.STAYS)
    )
    (error,) = errors(results)
    assert said(error) == "Somebody has decided this already."
    left.refresh_from_db()
    assert left.note == f"So {left.decision}."
    assert states(car) == ["closed" if left.decision == LeftDecision.CLOSED else "open"]
    assert count_of("car_left_decided") == 1


def test_decision_after_an_audit_ended_the_car_is_refused(site: Auditing, car: Finding):
    site.hold(FIRST, others=["5A.B"])
    decide = deciding(LeftFinding.objects.get(), site.operator, LeftDecision.CLOSED)
    audit = site.record(SECOND, "5A.B")
    _, second = in_turn(publishing(audit, site.auditor), decide)
    assert "ended meanwhile" in said(second)
    assert states(car) == ["superseded"]


def test_audit_that_would_have_ended_what_was_just_decided_is_looked_at_again(site: Auditing, car: Finding):
    left_by = site.hold(FIRST, others=["5A.B"])
    decide = deciding(LeftFinding.objects.get(), site.operator, LeftDecision.CLOSED)
    audit = site.record(SECOND, "5A.B")
    _, second = in_turn(decide, publishing(audit, site.auditor))
    assert "changed since you looked" in said(second)
    assert Finding.objects.get(pk=car.pk).closed_by == left_by


def test_two_corrections_begun_at_once_are_one(site: Auditing):
    audit = site.hold(FIRST, "5A.B")

    def correcting(by: Actor) -> Call:
        return lambda: start_new_edition(audit_id=audit.pk, actor=by, reason="It was misread.")

    colleague = make_actor(make_operator(), Role.COMPLIANCE)
    (error,) = errors(at_once(correcting(site.operator), correcting(colleague)))
    assert "being prepared already" in said(error)
    assert Audit.objects.get(edition=2).entries.count() == 1
