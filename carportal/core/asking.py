"""Puts questions to the database: several in one statement, and those that come again by name.

To plan a question that joins a dozen tables takes PostgreSQL longer than to answer it for one CAR. So a statement of
nothing but questions that come again is prepared: for each connection it is read and planned once, of each later time
only the values are sent. What a question always asks alike stands in it as it is, for only then does PostgreSQL see
that an index of some rows has all that are wanted. The values it plans without: they are ids and such, of which one
is as good as another.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import connections
from django.db.backends.utils import CursorWrapper

from carportal.core.statements import Rows, Statement

MOST_PREPARED = 300  # statements of a connection; its process of PostgreSQL keeps them in memory
# Else the first five times would be planned for their values. Without a transaction it holds for this statement alone.
ONE_PLAN = "SET LOCAL plan_cache_mode = force_generic_plan; "
# What a question may be given, as PostgreSQL calls it.
TYPES: dict[type, str] = {UUID: "uuid", date: "date", datetime: "timestamptz", str: "text"}


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A statement; of one that comes again, which of the values given goes to each parameter (None: its own)."""

    statement: Statement
    places: tuple[int | None, ...] | None = None

    def params(self, values: Sequence[Any]) -> tuple[Any, ...]:
        if self.places is None:
            return tuple(self.statement.params)
        return tuple(
            own if place is None else values[place]
            for own, place in zip(self.statement.params, self.places, strict=True)
        )

    def worded(self, cursor: CursorWrapper, sql: str, before: int) -> str:
        """The SQL (its own, or such as holds it) with what is its own written out, and numbers for what is given.

        `before` values are given to others in the same statement.
        """
        own = zip(self.statement.params, self.places or (), strict=True)
        return sql % tuple(
            cursor.mogrify("%s", [value]).decode() if place is None else f"${before + place + 1}"
            for value, place in own
        )


class Asked(NamedTuple):
    """A question with the values of this time, and what to do with the rows."""

    question: Question
    values: Sequence[Any]
    answer: Callable[[Rows], None]

    @property
    def statement(self) -> Statement:
        return self.question.statement


def ask(asked: Iterable[Asked]) -> None:
    """All those of one database in one statement; what can find nothing is not asked."""
    by_database: dict[str, list[Asked]] = {}
    for each in asked:
        if each.statement.sql:
            by_database.setdefault(each.statement.database, []).append(each)
        else:
            each.answer([])
    for database, those in by_database.items():
        with connections[database].cursor() as cursor:
            _execute(cursor, those)
            if len(those) == 1:
                those[0].answer(cursor.fetchall())
                continue
            for each, value in zip(those, cursor.fetchone(), strict=True):
                each.answer(each.statement.rows_of(value))


def _execute(cursor: CursorWrapper, asked: Sequence[Asked]) -> None:
    if settings.DATABASE_POOLED or any(each.question.places is None for each in asked):
        params = [value for each in asked for value in each.question.params(each.values)]
        cursor.execute(_one_of([_sql_of(each, asked) for each in asked]), params)
        return
    prepared = _prepared.setdefault(cursor.connection, {})
    values = [value for each in asked for value in each.values]
    questions = tuple(each.question for each in asked)
    name = prepared.get(questions)
    preparing = ""
    if name is None:
        if len(prepared) >= MOST_PREPARED:
            prepared.clear()
            preparing = "DEALLOCATE ALL; "
        name = f"asked_{next(_numbers)}"
        preparing += (
            f"PREPARE {name}{_listed(TYPES[type(value)] for value in values)} AS {_worded(cursor, asked)}; "
        )
    # In one go: nobody waits twice for an answer, nor are there two statements where one question was put.
    executing = f"{ONE_PLAN}EXECUTE {name}{_listed('%s' for _value in values)}"
    cursor.execute(preparing.replace("%", "%%") + executing, values)
    prepared[questions] = name


def _worded(cursor: CursorWrapper, asked: Sequence[Asked]) -> str:
    worded, before = [], 0
    for each in asked:
        worded.append(each.question.worded(cursor, _sql_of(each, asked), before))
        before += len(each.values)
    return _one_of(worded)


def _sql_of(one: Asked, asked: Sequence[Asked]) -> str:
    return one.statement.sql if len(asked) == 1 else one.statement.as_one_value


def _one_of(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"SELECT {', '.join(parts)}"


def _listed(parts: Iterable[str]) -> str:
    listed = ", ".join(parts)
    return f"({listed})" if listed else ""


_numbers = count(1)  # so that no connection gets a name twice, whatever became of its first use
_prepared: WeakKeyDictionary[Any, dict[tuple[Question, ...], str]] = WeakKeyDictionary()
