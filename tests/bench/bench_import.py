"""Importing ten thousand rows, set against the bare inserts of what it leaves behind; run by `make bench`."""

import time
from collections.abc import Callable, Iterable
from datetime import date

import pytest
from django.db import connection, models

from carportal.core.actor import OrganisationKind, Role
from carportal.core.audit import verify
from carportal.core.models import AuditContent, AuditEvent
from findings.models import Audit, AuditEntry
from findings.services import check_file, write_file
from stakeholders.models import Organisation, Site
from tests.factories import make_actor, make_operator, make_organisation
from tests.findings.making import Auditing
from tests.findings.spreadsheets import COMPANY, Row, csv_of, row

pytestmark = pytest.mark.django_db

ROWS = 10_000
BEFORE = 3_000  # audits that are there already
CODES = ["5A.A", "6.A", "7.A", "2.A", "3.A"]


def bench_import() -> None:
    make_organisation(OrganisationKind.AUDIT_COMPANY, name=COMPANY, reference="ZC7000009")
    operator = make_actor(make_operator(), Role.COMPLIANCE)
    auditing = Auditing()
    auditing.repeat(auditing.hold(date(2020, 1, 1)), [date(2020, 1, 2)] * BEFORE)
    before = {model: set(model._base_manager.values_list("pk", flat=True)) for model in WRITTEN}

    content = csv_of(ten_thousand())
    checking, checked = timed(lambda: check_file(actor=operator, content=content))
    assert not checked.plan.problems
    writing, _ = timed(lambda: write_file(actor=operator, content=content, digest=checked.digest))
    again, repeated = timed(lambda: check_file(actor=operator, content=content))
    assert not repeated.plan.writes_something
    assert verify().whole

    rows = [copies(model, before[model]) for model in WRITTEN]
    bare, _ = timed(lambda: insert(rows))
    print(
        f"\n{ROWS:,} rows beside {BEFORE:,} audits: checked in {checking:.1f} s, written in {writing:.1f} s, "
        f"checked again in {again:.1f} s; the bare inserts alone take {bare:.1f} s, "
        f"so writing costs {writing / bare:.1f} times them"
    )


# What an import writes, in an order in which it can be inserted.
WRITTEN: list[type[models.Model]] = [Organisation, Site, Audit, AuditEntry, AuditEvent, AuditContent]


def ten_thousand() -> Iterable[Row]:
    for number in range(ROWS):
        audit, site = number // 5, number // 10
        yield row(
            supplier_reference=f"ZC8{site // 2:06}",
            supplier_name=f"Supplier {site // 2}",
            site_reference=f"ZS8{site:06}",
            site_name=f"Site {site}",
            audit_reference=f"ZAA8{audit:06}",
            audit_date=f"2025-0{audit % 2 + 1}-03",
            finding_type=["CAR", "Non-Compliance"][number % 2],
            requirement=CODES[number % 5],
            issue_title=f"Issue {number}",
            details="What was seen at the site, in some words. " * 5,
        )


def timed(call: Callable[[], object]):
    began = time.perf_counter()
    result = call()
    return time.perf_counter() - began, result


def copies(model: type[models.Model], before: set[object]) -> list[models.Model]:
    """The rows that the import wrote."""
    return [each for each in model._base_manager.all() if each.pk not in before]


def insert(kinds: list[list[models.Model]]) -> None:
    """The same rows once more, into tables of the same columns without constraints, indexes or triggers."""
    with connection.cursor() as cursor:
        for rows in kinds:
            model = type(rows[0])
            table = model._meta.db_table
            cursor.execute(f"CREATE TEMPORARY TABLE bare_{table} (LIKE {table}) ON COMMIT DROP")
            bare = model._meta.db_table = f"bare_{table}"
            try:
                model._base_manager.bulk_create(rows, batch_size=2000)
            finally:
                model._meta.db_table = bare.removeprefix("bare_")
