"""Queries that are put together once: of each later time only the values are new.

Putting a query together takes Django longer than PostgreSQL takes to answer it, where it is for a few rows.

    @prepared
    def seen_nudges(actor: Actor, finding_id: UUID) -> QuerySet[Nudge]:
        return Nudge.objects.visible_to(actor).filter(finding=finding_id)

What is given are values (ids, days, moments, words), whoever acts, and what the query is made by (members of an
enumeration, numbers, None), of each of which there is a query of its own. The function must not look at values but put
them into conditions as they are: it gets stand-ins for them, which refuse to be compared, and what it works out of one,
or of the clock, is noticed.
"""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import lru_cache, wraps
from itertools import count
from typing import Any, Generic, NoReturn, ParamSpec, TypeVar
from uuid import UUID, uuid4

from django.db.models import QuerySet

from carportal.core.asking import Asked, Question, ask
from carportal.core.statements import Rows, Statement

P = ParamSpec("P")
T = TypeVar("T")

NOT_TO_BE_LOOKED_AT = (
    "a prepared query puts what it is given into its conditions as it is, and does not look at it"
)


class Prepared(Generic[T]):
    """What a prepared query finds: read as it is gone through, or before that along with others (`core.together`)."""

    def __init__(self, question: Question, values: list[Any]) -> None:
        self._question, self._values = question, values
        self._found: list[T] | None = None

    @property
    def asked(self) -> Asked | None:
        """None once it was read."""
        if self._found is not None:
            return None
        return Asked(self._question, self._values, self._answer)

    def _answer(self, rows: Rows) -> None:
        self._found = self._question.statement.made_of(rows) if rows else []

    def _read(self) -> list[T]:
        if self.asked is not None:
            ask([self.asked])
        return self._found or []

    def __iter__(self) -> Iterator[T]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def first(self) -> T | None:
        """Of what is found, which is all read; a query for one row says so itself."""
        return next(iter(self), None)


def prepared(build: Callable[P, QuerySet[Any, T]]) -> Callable[P, Prepared[T]]:
    """See above. TypeError for what cannot be given; ValueError for a query that works anything out of it."""
    questions: dict[Any, Question] = {}

    @wraps(build)
    def inner(*args: P.args, **kwargs: P.kwargs) -> Prepared[T]:
        if kwargs:
            raise TypeError("what is given to a prepared query is given by position")
        values: list[Any] = []
        shape = tuple(_shape_of(each, values) for each in args)
        if shape not in questions:
            questions[shape] = _question(build, args)
        return Prepared(questions[shape], values)

    return inner


def _question(build: Callable[..., QuerySet[Any, Any]], args: tuple[Any, ...]) -> Question:
    """The query, with the places at which the values of each time go in."""
    (statement, given), (other, others) = (_built(build, args) for _ in range(2))
    if statement.sql != other.sql:
        raise ValueError(NOT_TO_BE_LOOKED_AT)
    return Question(
        statement,
        tuple(
            _place_of(one, another, given, others)
            for one, another in zip(statement.params, other.params, strict=True)
        ),
    )


def _built(build: Callable[..., QuerySet[Any, Any]], args: tuple[Any, ...]) -> tuple[Statement, list[Any]]:
    given: list[Any] = []
    return Statement(build(*(_with_stand_ins(each, given) for each in args))), given


def _place_of(one: Any, another: Any, given: list[Any], others: list[Any]) -> int | None:
    """Which of what was given goes in; None for what is the same whatever is given.

    Of two times the same query is made, what differs can only have come of what was given, or of the time that passed.
    """
    for place, (first, second) in enumerate(zip(given, others, strict=True)):
        if one is first and another is second:
            return place
    is_a_moment = isinstance(one, date)
    if is_a_moment or type(one) is not type(another) or one != another:
        raise ValueError(f"{one!r} was worked out by a prepared query; what it is told it is given")
    return None


# --- What is given ----------------------------------------------------------------------------------


def _shape_of(given: Any, values: list[Any]) -> Any:
    """What makes the query; what only goes into it is added to the values."""
    if type(given) in _STAND_INS:
        values.append(given)
        return type(given)
    if is_dataclass(given) and isinstance(given, Hashable):
        shape, own = _of_parts(given)
        values += own
        return shape
    if isinstance(given, tuple):
        return tuple(_shape_of(each, values) for each in given)
    if given is None or isinstance(given, int | Enum):
        return type(given), given
    raise TypeError(f"{given!r} cannot be given to a prepared query")


@lru_cache(maxsize=1000)
def _of_parts(given: Any) -> tuple[Any, list[Any]]:
    """Of whoever acts, as nearly every query of a page is given; with the values in it."""
    values: list[Any] = []
    shape = type(given), *(_shape_of(getattr(given, each.name), values) for each in fields(given))
    return shape, values


def _with_stand_ins(given: Any, stand_ins: list[Any]) -> Any:
    """The same with a stand-in in the place of each value, in the order of `_shape_of`."""
    if type(given) in _STAND_INS:
        stand_ins.append(_STAND_INS[type(given)]())
        return stand_ins[-1]
    if is_dataclass(given) and not isinstance(given, type):
        return type(given)(
            **{each.name: _with_stand_ins(getattr(given, each.name), stand_ins) for each in fields(given)}
        )
    if isinstance(given, tuple):
        return tuple(_with_stand_ins(each, stand_ins) for each in given)
    return given


_FAR = count(date(4000, 1, 1).toordinal())


def _refuse(*_args: Any) -> NoReturn:
    raise ValueError(NOT_TO_BE_LOOKED_AT)


class _Id(UUID):
    """An id that can be put anywhere, and compared with no other."""

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, UUID) and not isinstance(other, _Id) and _refuse())

    __hash__ = UUID.__hash__
    __lt__ = __le__ = __gt__ = __ge__ = _refuse


class _Day(date):
    """A day of which the same is true, and with which nothing can be counted."""

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, date) and not isinstance(other, _Day) and _refuse())

    __hash__ = date.__hash__
    __lt__ = __le__ = __gt__ = __ge__ = __add__ = __radd__ = __sub__ = __rsub__ = _refuse


class _Moment(datetime):
    """Likewise."""

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, datetime) and not isinstance(other, _Moment) and _refuse())

    __hash__ = datetime.__hash__
    __lt__ = __le__ = __gt__ = __ge__ = __add__ = __radd__ = __sub__ = __rsub__ = _refuse


class _Word(str):
    """A text of which the same is true; Django itself asks of each whether it is empty."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, str) and bool(other) and not isinstance(other, _Word) and _refuse()
        )

    __hash__ = str.__hash__
    __lt__ = __le__ = __gt__ = __ge__ = __add__ = __contains__ = _refuse


_STAND_INS: dict[type, Callable[[], Any]] = {
    UUID: lambda: _Id(int=uuid4().int),
    date: lambda: _Day.fromordinal(next(_FAR)),
    datetime: lambda: _Moment.fromordinal(next(_FAR)).replace(tzinfo=UTC),
    str: lambda: _Word(uuid4()),
}
