"""How often a CAR was raised, and the day it ended: told by the audits, in whatever order they come."""

from datetime import date
from importlib import import_module

import pytest
from django.db import connection

from findings.models import Finding
from tests.findings.making import Auditing, now

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = date(2023, 3, 1), date(2024, 3, 1), date(2025, 3, 1)


@pytest.fixture
def auditing() -> Auditing:
    return Auditing()


def times(*findings: Finding) -> list[int]:
    return [now(each).times_raised for each in findings]


def three_in_a_row(auditing: Auditing) -> list[Finding]:
    return [auditing.car(auditing.hold(on, "5A.B")) for on in (FIRST, SECOND, THIRD)]


def test_each_audit_that_raises_it_again_counts_one_more(auditing: Auditing) -> None:
    chain = three_in_a_row(auditing)
    assert times(*chain) == [1, 2, 3]
    assert [now(each).ended_on for each in chain] == [SECOND, THIRD, None]


def test_two_of_one_audit_that_end_in_the_same_were_one_time(auditing: Auditing) -> None:
    auditing.hold(FIRST, "5A.B One", "5A.B Two")
    assert times(auditing.car(auditing.hold(SECOND, "5A.B Both"))) == [2]


def test_another_requirement_counts_on_its_own(auditing: Auditing) -> None:
    auditing.hold(FIRST, "5A.B")
    audit = auditing.hold(SECOND, "5A.B", "5A.C")
    assert times(auditing.car(audit, "5A.B"), auditing.car(audit, "5A.C")) == [2, 1]


def test_a_late_audit_counts_for_all_that_came_after_it_ended_ones_too(auditing: Auditing) -> None:
    chain = three_in_a_row(auditing)
    late = auditing.car(auditing.hold(date(2023, 9, 1), "5A.B"))
    assert now(late).superseded_by == chain[1]
    assert times(*chain, late) == [1, 3, 4, 1]


def test_what_is_raised_anew_after_a_correction_counts_on_from_there(auditing: Auditing) -> None:
    first = auditing.car(auditing.hold(FIRST, "5A.B"))
    second = auditing.car(auditing.hold(SECOND, "5A.B"))
    wrong = auditing.hold(THIRD)
    assert now(second).ended_on == THIRD
    corrected = auditing.correct(wrong)
    auditing.add_other(corrected, "5A.B")
    auditing.publish(corrected)
    anew = now(second).raised_anew_as
    assert anew is not None
    assert times(first, second, anew) == [1, 2, 2]


def test_rows_of_before_are_filled_in_as_if_they_had_been_counted(auditing: Auditing) -> None:
    chain = three_in_a_row(auditing)
    closed = auditing.car(auditing.hold(FIRST, "2.A", scope=["2"]))
    auditing.hold(SECOND, scope=["2"])
    told = list(Finding.objects.order_by("pk").values("times_raised", "ended_on"))
    migration = import_module("findings.migrations.0005_times_raised_and_day_of_the_end")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE findings_finding DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE findings_finding"
            " SET times_raised = 1, ended_on = CASE WHEN ended_on IS NULL THEN NULL ELSE DATE '1999-01-01' END"
        )
        assert times(*chain) == [1, 1, 1]
        cursor.execute(migration.FILL)
    assert now(closed).ended_on == SECOND
    assert list(Finding.objects.order_by("pk").values("times_raised", "ended_on")) == told
