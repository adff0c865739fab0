"""Several reads in one statement: a page of many parts asks the database once for all of them.

A part that reads is a generator: it yields the querysets that it wants and goes on when they have been fetched.

    def nudges_about(finding: Finding, actor: Actor) -> Reads[Nudges]:
        seen = Nudge.objects.visible_to(actor).filter(finding=finding)
        yield [seen]
        return Nudges(finding, list(seen))

Parts know nothing of each other: `side_by_side` has all of them at once, and `fetched` runs what came of it, a
statement for each round in which any of them wants something.
"""

import json
from collections.abc import Callable, Generator, Iterable, Sequence
from datetime import date, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

P = ParamSpec("P")
T = TypeVar("T")
Wanted = Sequence[QuerySet[Any, Any]]
Reads = Generator[Wanted, None, T]
Rows = list[tuple[Any, ...]]


def fetched(reads: Reads[T]) -> T:
    """What comes of the reads, each round of them in one statement."""
    try:
        wanted = next(reads)
        while True:
            fetch_together(wanted)
            wanted = reads.send(None)
    except StopIteration as end:
        answer: T = end.value
        return answer


def alone(reads: Callable[P, Reads[T]]) -> Callable[P, T]:
    """The same for whoever reads nothing beside it."""

    @wraps(reads)
    def inner(*args: P.args, **kwargs: P.kwargs) -> T:
        return fetched(reads(*args, **kwargs))

    return inner


def listed(queryset: QuerySet[Any, T]) -> Reads[list[T]]:
    yield [queryset]
    return list(queryset)


def begun(part: T | Reads[T]) -> Reads[T]:
    """A part that may be its own answer, where there is nothing that it reads."""
    return (yield from part) if isinstance(part, Generator) else part


def side_by_side(parts: Iterable[Reads[T]]) -> Reads[list[T]]:
    """All of them in the same rounds; their answers in the order given."""
    going = dict(enumerate(parts))
    answers: dict[int, T] = {}
    while going:
        wanted: list[QuerySet[Any, Any]] = []
        for place, reads in list(going.items()):
            try:
                wanted += next(reads)
            except StopIteration as end:
                answers[place] = end.value
                del going[place]
        if wanted:
            yield wanted
    return [answers[place] for place in sorted(answers)]


def fetch_together(querysets: Wanted) -> None:
    """Each is as if it had been gone through; one that has been already is left as it is."""
    open_ones = [each for each in querysets if each._result_cache is None]
    if len(open_ones) == 1:
        open_ones[0]._fetch_all()
        return
    asked = [_Asked(each) for each in open_ones]
    by_database: dict[str, list[_Asked]] = {}
    for each in asked:
        if each.sql:
            by_database.setdefault(each.queryset.db, []).append(each)
    for database, those in by_database.items():
        with connections[database].cursor() as cursor:
            cursor.execute(
                f"SELECT {', '.join(each.sql for each in those)}",
                [value for each in those for value in each.params],
            )
            for each, rows in zip(those, cursor.fetchone(), strict=True):
                each.rows = [each.row(row) for row in rows or ()]
    for each in asked:
        each.answer()


def keep_below(parents: Iterable[Model], name: str, rows: Iterable[Any]) -> None:
    """Give each parent those of `rows` that are its own, as `prefetch_related(name)` does; each row has its parent."""
    by_id = {parent.pk: parent for parent in parents}
    below: dict[Any, list[Any]] = {pk: [] for pk in by_id}
    for parent in by_id.values():
        manager = getattr(parent, name)
        for row in rows:
            if getattr(row, manager.field.attname) == parent.pk:
                setattr(row, manager.field.name, parent)
                below[parent.pk].append(row)
        own = manager.all()
        own._result_cache = below[parent.pk]
        own._prefetch_done = True
        vars(parent).setdefault("_prefetched_objects_cache", {})[name] = own


_AS_ONE_VALUE = "(SELECT json_agg(r) FROM ({inner}) AS r({names}))"


class _Asked:
    """A queryset that is part of a statement: its SQL as one value, and its rows as Django wants them of a cursor.

    JSON is what PostgreSQL can put any number of rows in; each value gets back the type that the driver would
    have given it, so that all that Django does with a row follows as ever.
    """

    def __init__(self, queryset: QuerySet[Any, Any]) -> None:
        self.queryset = queryset
        self.rows: Rows = []
        self.compiler: SQLCompiler = queryset.query.get_compiler(using=queryset.db)
        try:
            inner, self.params = self.compiler.as_sql()
        except EmptyResultSet:
            self.sql, self.params = "", ()
            return
        fields = [expression.output_field for expression, _, _ in self.compiler.select]
        self._readers = [(f"c{place}", _reader_of(field)) for place, field in enumerate(fields)]
        names = ", ".join(name for name, _ in self._readers)
        self.sql = _AS_ONE_VALUE.format(inner=inner, names=names)

    def row(self, told: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(
            told[name] if read is None or told[name] is None else read(told[name])
            for name, read in self._readers
        )

    def answer(self) -> None:
        if self.sql:
            asked = self.queryset.all()
            vars(self.compiler)["execute_sql"] = lambda *_args, **_options: [self.rows]
            vars(asked.query)["get_compiler"] = lambda *_args, **_options: self.compiler
            vars(self.queryset).update(_result_cache=list(asked), _prefetch_done=True)
        else:
            self.queryset._result_cache = []


# What JSON has a type for; a number that it would round is not among them.
_AS_IT_IS = {
    "ArrayField",
    "BigAutoField",
    "BigIntegerField",
    "BooleanField",
    "CharField",
    "IntegerField",
    "PositiveBigIntegerField",
    "PositiveIntegerField",
    "PositiveSmallIntegerField",
    "SearchVectorField",
    "SmallIntegerField",
    "TextField",
}
_READERS: dict[str, Callable[[Any], Any]] = {
    "BinaryField": lambda text: bytes.fromhex(text.removeprefix("\\x")),
    "DateField": date.fromisoformat,
    "DateTimeField": datetime.fromisoformat,
    "JSONField": json.dumps,  # Django reads it from there
    "UUIDField": UUID,
}


def _reader_of(field: Any) -> Callable[[Any], Any] | None:
    """How a value of the field is read from JSON; TypeError for a kind of field that nobody has looked at yet."""
    while field.is_relation:
        field = field.target_field
    kind = field.get_internal_type()
    if kind == "ArrayField" and _reader_of(field.base_field) is not None:
        raise TypeError(f"{field}: it is not said how its values are read from JSON")
    if kind in _AS_IT_IS:
        return None
    if kind not in _READERS:
        raise TypeError(f"{field}: it is not said how a {kind} is read from JSON")
    return _READERS[kind]
