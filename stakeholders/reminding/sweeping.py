"""Owing the reminders whose day has come: any number of sweeps, at once, late or twice, owe each of them once.

What is due is found by indexed dates that have come (`<=`), and claimed by the unique key of its notification.
A sweep that finds nothing has asked the database one question.
"""

import json
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, models, transaction
from django.utils import timezone
from psycopg2 import sql

from stakeholders.reminding.steps import date_in

logger = logging.getLogger(__name__)

# Rows that are gone through in one transaction: some thousands of mails in one statement, and not much memory.
BATCH = 5000
FARTHEST_EAST = timedelta(hours=14)  # no clock is further ahead of UTC

Today = Callable[[str], date]  # the date in a time zone


@dataclass(frozen=True, slots=True)
class Sweep:
    """One table whose rows are looked at once their `remind_on` has come.

    `remind(ids, today)` locks those that nobody else has locked, owes what is to be told, writes down on which
    days to look again (`look_again`), and returns how many people were newly owed something, by the kind of
    reminder. It runs in a transaction of its own, for many rows or for one.
    """

    rows: type[models.Model]
    remind: Callable[[Sequence[UUID], Today], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Swept:
    """How many people were newly owed a reminder, by its kind; `failed` are rows left for the next sweep."""

    owed: Counter[str] = field(default_factory=Counter)
    failed: int = 0

    def __add__(self, other: "Swept") -> "Swept":
        return Swept(self.owed + other.owed, self.failed + other.failed)


_sweeps: list[Sweep] = []


def register_sweeps(*sweeps: Sweep) -> None:
    """Have them done by every sweep; called from an app's `AppConfig.ready()`, again changes nothing."""
    _sweeps.extend(each for each in sweeps if each not in _sweeps)


def sweep(on: date | None = None) -> Swept:
    """Owe what is due on a day; without one, on the date that it is at each site now."""
    today, latest = _clock(on)
    due = _due(latest)
    return sum((_go_through(each, latest, today) for each in due), Swept())


def look_again(rows: type[models.Model], on: Mapping[UUID, date | None]) -> None:
    """Write down on which day each row is to be looked at next, if any, in one statement."""
    looked = [{"id": pk, "again_on": again_on} for pk, again_on in on.items()]
    statement = sql.SQL(
        "UPDATE {table} SET remind_on = looked.again_on"
        " FROM json_to_recordset(%s::json) AS looked (id uuid, again_on date) WHERE {table}.id = looked.id"
    ).format(table=sql.Identifier(rows._meta.db_table))
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(looked, default=str)])


def _clock(on: date | None) -> tuple[Today, date]:
    """The date in any time zone, read from the clock once, and the latest that it is anywhere."""
    if on is not None:
        return (lambda _zone: on), on
    now = timezone.now()
    return cache(lambda zone: date_in(zone, now)), (now + FARTHEST_EAST).date()


def _due(latest: date) -> list[Sweep]:
    """Those whose table has a row whose day has come, if only somewhere."""
    if not _sweeps:
        return []
    questions = [
        sql.SQL("EXISTS (SELECT FROM {} WHERE remind_on <= {})").format(
            sql.Identifier(each.rows._meta.db_table), sql.Literal(latest)
        )
        for each in _sweeps
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT {}").format(sql.SQL(", ").join(questions)))
        answers = cursor.fetchone() or ()
    return [each for each, is_due in zip(_sweeps, answers, strict=True) if is_due]


def _go_through(each: Sweep, latest: date, today: Today) -> Swept:
    due = each.rows._default_manager.filter(remind_on__lte=latest).order_by("remind_on", "pk")
    ids = list(due.values_list("pk", flat=True))
    batches = (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
    return sum((_remind(each, batch, today) for batch in batches), Swept())


def _remind(each: Sweep, ids: Sequence[UUID], today: Today) -> Swept:
    """All of them in one transaction; where one fails, each half by itself, down to the row at fault."""
    try:
        with transaction.atomic():
            return Swept(Counter(each.remind(ids, today)))
    except (OperationalError, InterfaceError):
        raise  # no row is at fault
    except Exception:
        if len(ids) == 1:
            logger.exception("no reminder could be made for %s; the next sweep tries again", ids[0])
            return Swept(failed=1)
    half = len(ids) // 2
    return _remind(each, ids[:half], today) + _remind(each, ids[half:], today)
