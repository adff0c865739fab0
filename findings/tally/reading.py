"""Where a question about CARs is answered from: from tallies where one has all that it asks about, else from the CARs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Count, F, Q, QuerySet, Sum

from findings.filters import Filters
from findings.models import Tally
from findings.tally.cuts import DIMENSIONS
from findings.tally.querysets import cuts_for

_KNOWN = {"status", *DIMENSIONS}


@dataclass(frozen=True, slots=True)
class Countable:
    """Rows that have the fields asked about, and what is to be aggregated of them to know how many CARs they are."""

    rows: QuerySet[Any]
    number: Aggregate
    is_kept: bool


def countable(filters: Filters, *asked: Any) -> Countable:
    """What the filters leave, to be counted by or narrowed further by `asked`: conditions (Q) and expressions."""
    kept = kept_for(filters, *asked)
    if kept is None:
        return Countable(filters.findings.order_by(), Count("*"), is_kept=False)
    return Countable(kept, Sum("number"), is_kept=True)


def kept_for(filters: Filters, *asked: Any) -> QuerySet[Any] | None:
    """The tallies that hold the answer; None where a filter is about something that they do not tell apart.

    Conditions on CARs hold for tallies as they are, by the names of the fields.
    """
    conditions = filters.conditions
    about = {field for each in (*conditions, *asked) for field in _fields_in(each)}
    if not about <= _KNOWN:
        return None
    actor = filters.view.actor
    cut = next((cut for cut in cuts_for(actor) if about <= {"status", *cut}), None)
    if cut is None:
        return None
    return Tally.objects.visible_to(actor).of_cut(cut).filter(*conditions)


def _fields_in(asked: Any) -> Iterator[str]:
    """The fields that a condition or an expression looks at; an empty name for what is not a field of the row."""
    if isinstance(asked, Q):
        for child in asked.children:
            if isinstance(child, tuple):
                yield child[0].partition("__")[0]
                yield from _fields_in(child[1])
            else:
                yield from _fields_in(child)
    elif isinstance(asked, F):
        yield asked.name.partition("__")[0]
    elif isinstance(asked, QuerySet) or getattr(asked, "subquery", False):
        yield ""
    elif hasattr(asked, "get_source_expressions"):
        for part in asked.get_source_expressions():
            yield from _fields_in(part)
