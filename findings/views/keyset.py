"""Long lists a page at a time: as quick on the last page as on the first."""

from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet
from django.http import QueryDict

from findings.ordering import CombinedExpression, Order

PAGE_SIZE = 25
AFTER, BEFORE = "after", "before"


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Any]
    previous_url: str = ""
    next_url: str = ""


def filters_of(query: QueryDict) -> QueryDict:
    """The query without the place in the list."""
    filters = query.copy()
    for name in (AFTER, BEFORE):
        filters.pop(name, None)
    return filters


class Source(Protocol):
    """What knows the first rows in an order, or the first ones after a place."""

    def first(self, count: int, order: Order, after: CombinedExpression | None = None) -> list[Any]: ...


@dataclass(frozen=True, slots=True)
class Rows:
    """Those of a query."""

    query: QuerySet[Any]

    def first(self, count: int, order: Order, after: CombinedExpression | None = None) -> list[Any]:
        rows = self.query if after is None else self.query.filter(after)
        return list(rows.order_by(*order.expressions)[:count])


def page_of(rows: QuerySet[Any], query: QueryDict, order: Order) -> Page:
    return page_from(Rows(rows), query, order)


def page_from(rows: Source, query: QueryDict, order: Order) -> Page:
    """The page that the query asks for, the first one where that makes no sense or is empty."""
    after, before = order.read(query.get(AFTER, "")), order.read(query.get(BEFORE, ""))
    if before is not None:
        back = order.backwards()
        found = rows.first(PAGE_SIZE + 1, back, back.after(before))
        if found:
            shown = found[:PAGE_SIZE][::-1]
            return _page(shown, query, order, previous=len(found) > PAGE_SIZE, following=True)
    elif after is not None:
        found = rows.first(PAGE_SIZE + 1, order, order.after(after))
        if found:
            return _page(found[:PAGE_SIZE], query, order, previous=True, following=len(found) > PAGE_SIZE)
    found = rows.first(PAGE_SIZE + 1, order)
    return _page(found[:PAGE_SIZE], query, order, previous=False, following=len(found) > PAGE_SIZE)


def _page(rows: list[Any], query: QueryDict, order: Order, *, previous: bool, following: bool) -> Page:
    return Page(
        rows,
        previous_url=_url(query, BEFORE, order.place_of(rows[0])) if previous else "",
        next_url=_url(query, AFTER, order.place_of(rows[-1])) if following else "",
    )


def _url(query: QueryDict, name: str, place: str) -> str:
    there = filters_of(query)
    there[name] = place
    return f"?{there.urlencode()}"
