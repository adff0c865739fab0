"""A queryset as the statement that it comes to, whose rows may be fetched by another hand."""

import json
from collections.abc import Callable, Sequence
from copy import copy
from datetime import date, datetime
from functools import cached_property
from threading import local
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

Rows = list[tuple[Any, ...]]

_AS_ONE_VALUE = "(SELECT json_agg(r) FROM ({inner}) AS r({names}))"


class Statement:
    """What a queryset asks; where nothing can match, `sql` is empty and there is nothing to ask.

    `as_one_value` is the same as a part of a greater statement. JSON is what PostgreSQL can put any number of rows in;
    each value gets back the type that the driver would have given it, so that all that Django does with a row follows
    as ever.
    """

    def __init__(self, queryset: QuerySet[Any, Any]) -> None:
        self.database: str = queryset.db
        self._queryset = queryset
        self._compiler: SQLCompiler = queryset.query.get_compiler(using=queryset.db)
        self._at_hand = local()  # each thread has rows of its own
        try:
            self.sql, self.params = self._compiler.as_sql()
        except EmptyResultSet:
            self.sql, self.params = "", ()

    @cached_property
    def _readers(self) -> "list[tuple[str, Callable[[Any], Any] | None]]":
        fields = [expression.output_field for expression, _, _ in self._compiler.select]
        return [(f"c{place}", _reader_of(field)) for place, field in enumerate(fields)]

    @cached_property
    def as_one_value(self) -> str:
        names = ", ".join(name for name, _ in self._readers)
        return _AS_ONE_VALUE.format(inner=self.sql, names=names)

    def rows_of(self, value: Sequence[dict[str, Any]] | None) -> Rows:
        """As the driver would have given them."""
        return [
            tuple(
                told[name] if read is None or told[name] is None else read(told[name])
                for name, read in self._readers
            )
            for told in value or ()
        ]

    def made_of(self, rows: Rows) -> list[Any]:
        """What the queryset gives for these rows: objects, or whatever it has for each."""
        self._at_hand.rows = rows
        made = list(self._reading.iterator(chunk_size=len(rows) or 1))
        self._at_hand.rows = []
        return made

    @cached_property
    def _reading(self) -> QuerySet[Any, Any]:
        """The queryset, which finds the rows that are at hand instead of asking for any; made once for all times."""
        asked, compiler = self._queryset.all(), copy(self._compiler)
        converters = compiler.get_converters([expression for expression, _, _ in compiler.select])
        vars(compiler)["get_converters"] = lambda _expressions: converters
        vars(compiler)["execute_sql"] = lambda *_args, **_options: [self._at_hand.rows]
        vars(asked.query)["get_compiler"] = lambda *_args, **_options: compiler
        return asked


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
