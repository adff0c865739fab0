"""Long lists a page at a time: as quick on the last page as on the first."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from findings.ordering import Order

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


def page_of(rows: QuerySet[Any], query: QueryDict, order: Order) -> Page:
    """The page that the query asks for, the first one where that makes no sense or is empty."""
    after, before = order.read(query.get(AFTER, "")), order.read(query.get(BEFORE, ""))
    if before is not None:
        back = order.backwards()
        found = _first(rows.filter(back.after(before)), back)
        if found:
            shown = found[:PAGE_SIZE][::-1]
            return _page(shown, query, order, previous=len(found) > PAGE_SIZE, following=True)
    elif after is not None:
        found = _first(rows.filter(order.after(after)), order)
        if found:
            return _page(found[:PAGE_SIZE], query, order, previous=True, following=len(found) > PAGE_SIZE)
    found = _first(rows, order)
    return _page(found[:PAGE_SIZE], query, order, previous=False, following=len(found) > PAGE_SIZE)


def _first(rows: QuerySet[Any], order: Order) -> list[Any]:
    """A page, and one row more where there are more."""
    return list(rows.order_by(*order.expressions)[: PAGE_SIZE + 1])


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
