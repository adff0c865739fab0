"""Several reads in one statement: a page of many parts asks the database once for all of them.

A part that reads is a generator: it yields the querysets that it wants (or prepared ones, `core.prepared`) and goes on
when they have been fetched.

    def nudges_about(finding: Finding, actor: Actor) -> Reads[Nudges]:
        seen = Nudge.objects.visible_to(actor).filter(finding=finding)
        yield [seen]
        return Nudges(finding, list(seen))

Parts know nothing of each other: `side_by_side` has all of them at once, and `fetched` runs what came of it, a
statement for each round in which any of them wants something.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db.models import Model, QuerySet

from carportal.core.asking import Asked, Question, ask
from carportal.core.prepared import Prepared
from carportal.core.statements import Rows, Statement

P = ParamSpec("P")
T = TypeVar("T")
Wanted = Sequence[QuerySet[Any, Any] | Prepared[Any]]
Reads = Generator[Wanted, None, T]


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


def listed(rows: QuerySet[Any, T] | Prepared[T]) -> Reads[list[T]]:
    yield [rows]
    return list(rows)


def begun(part: T | Reads[T]) -> Reads[T]:
    """A part that may be its own answer, where there is nothing that it reads."""
    return (yield from part) if isinstance(part, Generator) else part


def side_by_side(parts: Iterable[Reads[T]]) -> Reads[list[T]]:
    """All of them in the same rounds; their answers in the order given."""
    going = dict(enumerate(parts))
    answers: dict[int, T] = {}
    while going:
        wanted: list[QuerySet[Any, Any] | Prepared[Any]] = []
        for place, reads in list(going.items()):
            try:
                wanted += next(reads)
            except StopIteration as end:
                answers[place] = end.value
                del going[place]
        if wanted:
            yield wanted
    return [answers[place] for place in sorted(answers)]


def fetch_together(wanted: Wanted) -> None:
    """Each is as if it had been gone through; one that has been already is left as it is."""
    ask(each for each in map(_asked_of, wanted) if each is not None)


def _asked_of(wanted: "QuerySet[Any, Any] | Prepared[Any]") -> Asked | None:
    """None of what has been read."""
    if isinstance(wanted, Prepared):
        return wanted.asked
    if wanted._result_cache is not None:
        return None
    statement = Statement(wanted)

    def answer(rows: Rows) -> None:
        found = statement.made_of(rows) if rows else []
        vars(wanted).update(_result_cache=found, _prefetch_done=True)

    return Asked(Question(statement), (), answer)


def keep_below(parents: Iterable[Model], name: str, rows: Iterable[Any]) -> None:
    """Give each parent those of `rows` that are its own, as `prefetch_related(name)` does; each row has its parent."""
    by_id = {parent.pk: parent for parent in parents}
    if not by_id:
        return
    field = getattr(type(next(iter(by_id.values()))), name).field
    below: dict[Any, list[Any]] = {pk: [] for pk in by_id}
    for row in rows:
        parent = by_id.get(getattr(row, field.attname))
        if parent is not None:
            field.set_cached_value(row, parent)
            below[parent.pk].append(row)
    for pk, parent in by_id.items():
        own = getattr(parent, name).all()
        own._result_cache = below[pk]
        own._prefetch_done = True
        vars(parent).setdefault("_prefetched_objects_cache", {})[name] = own
