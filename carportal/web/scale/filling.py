"""Fills the tables by the statements beside this, a number of sites in each transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from actionplans.annex import CURRENT, Audience, Document
from actionplans.models import WorkOnCar
from actionplans.searching.texts import said_to
from carportal.core.errors import Conflict
from carportal.web.scale import vocabulary
from carportal.web.scale.batches import Progress, statements_of, write_batches
from findings.models import Finding
from findings.requirements import FOUR_PILLARS, SCHEME
from findings.tally.checking import count_anew
from findings.triage import CURRENT as CURRENT_TRIAGE
from stakeholders.models import Organisation, Sector

SITES_AT_ONCE = 2_500
AUDIT_COMPANIES = 20
SITES_OF_A_CUSTOMER = 40  # on the average, so many for each customer that there is
OF_THE_LARGEST_SUPPLIER = 500  # of so many sites one belongs to it
DOCUMENTS = 48
LISTED = [Finding._meta.db_table, WorkOnCar._meta.db_table]


@dataclass(frozen=True, slots=True)
class Scale:
    """How many CARs, and as seen on which day."""

    findings: int
    today: date


def fill(scale: Scale, progress: Progress) -> None:
    """Write `scale.findings` CARs and what belongs to them; tells after each step how many are there.

    Conflict where that was done before. What is broken off in the middle is left as far as it came.
    """
    if Organisation.objects.filter(reference__startswith="ZC8").exists():
        raise Conflict("This database has been filled before; fill an empty one.")
    values = _values(scale)
    with connection.cursor() as cursor:
        cursor.execute(statements_of("0_tools"), values)
        cursor.execute("SELECT max(number) FROM scale_site")
        (sites,) = cursor.fetchone()
        values |= {
            "customers": max(sites // SITES_OF_A_CUSTOMER, 20),
            "reference": _take_references(cursor, scale.findings),
        }
        with transaction.atomic():
            cursor.execute(statements_of("1_organisations"), values)
        batches = [
            {"first": first, "last": min(first + SITES_AT_ONCE - 1, sites)}
            for first in range(1, sites + 1, SITES_AT_ONCE)
        ]
        with indexed_last(cursor):
            write_batches(batches, values, progress)
        count_anew()
        cursor.execute("VACUUM ANALYZE")  # as the database does by itself in time


@contextmanager
def indexed_last(cursor: Any) -> Iterator[None]:
    """Without the indexes of words and of what lists are read from, which are made again, whatever happens.

    Of all rows at once that takes half the time; what filling itself goes by, the unique ones, stays.
    """
    cursor.execute(
        """
        SELECT indexname, indexdef FROM pg_indexes
        WHERE schemaname = current_schema() AND (
            indexdef LIKE '%% USING gin %%' OR tablename = ANY (%s) AND indexdef NOT LIKE 'CREATE UNIQUE %%'
        )
        ORDER BY indexname
        """,
        [LISTED],
    )
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    try:
        yield
    finally:
        for _name, definition in indexes:
            cursor.execute(definition)


def _take_references(cursor: Any, count: int) -> int:
    """The number before the first of so many that are taken from the sequence at once."""
    cursor.execute("SELECT nextval('core_reference_car')")
    (first,) = cursor.fetchone()
    cursor.execute("SELECT setval('core_reference_car', %s)", [first + count])
    return int(first)


def _values(scale: Scale) -> dict[str, Any]:
    """What the statements name; each is worked out here from what the rooms themselves say."""
    codes, time_zones, shares = zip(*vocabulary.COUNTRIES, strict=True)
    areas = [
        (slot, place, area)
        for slot, codes in enumerate(vocabulary.SLOTS, 1)
        for place, area in enumerate(codes)
    ]
    documents = [_document(number) for number in range(DOCUMENTS)]
    return {
        "findings": scale.findings,
        "today": scale.today,
        "now": timezone.now(),
        "language": settings.LANGUAGE_CODE,
        "audit_companies": AUDIT_COMPANIES,
        "largest_supplier": scale.findings // (10 * OF_THE_LARGEST_SUPPLIER) + 1,
        "countries": list(codes),
        "time_zones": list(time_zones),
        "shares": list(shares),
        "slots": [slot for slot, _place, _area in areas],
        "places": [place for _slot, place, _area in areas],
        "areas": [area for _slot, _place, area in areas],
        "issues": [vocabulary.ISSUES[area] for _slot, _place, area in areas],
        "documents": [document.canonical().decode() for document in documents],
        "digests": [document.sha256 for document in documents],
        "texts": [said_to(Audience(), document) for document in documents],
        "words": list(vocabulary.PLACES),
        "endings": list(vocabulary.ENDINGS),
        "works": list(vocabulary.WORKS),
        "details": list(vocabulary.DETAILS),
        "sectors": list(Sector.values),
        "scheme": SCHEME,
        "scope": FOUR_PILLARS,
        "template": CURRENT.version,
        "triage": CURRENT_TRIAGE.version,
    }


def _document(number: int) -> Document:
    """A plan as one is written: some sentences in each section, no rows beside them."""

    def said(section: int) -> str:
        return " ".join(
            vocabulary.SAID[(number * 7 + section * 3 + step) % len(vocabulary.SAID)] for step in range(3)
        )

    return Document.of(
        CURRENT,
        {
            "date": "2026-03-14",
            "site_name": "As in the audit report",
            "completed_by": "Site manager",
            "issue": "As in the audit report",
            "details": said(0),
            "root_cause": said(1),
            "stakeholders": said(2),
            "investigation": said(3),
            "actions": said(4),
        },
    )
