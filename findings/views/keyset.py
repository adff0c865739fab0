"""Long lists, newest first, a page at a time: as quick on the last page as on the first."""

import datetime
import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.http import QueryDict

PAGE_SIZE = 25
OLDER, NEWER = "older_than", "newer_than"


class Key(NamedTuple):
    """Where a row stands: by its date, then by its reference, which is unique."""

    on: datetime.date
    reference: str

    def __str__(self) -> str:
        return f"{self.on.isoformat()}_{self.reference}"


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Any]
    newer_url: str = ""
    older_url: str = ""


def filters_of(query: QueryDict) -> QueryDict:
    """The query without the place in the list."""
    filters = query.copy()
    for name in (OLDER, NEWER):
        filters.pop(name, None)
    return filters


def page_of(rows: QuerySet[Any], query: QueryDict, *, date_field: str) -> Page:
    """The page that the query asks for, the first one where that makes no sense or is empty."""
    order = (f"-{date_field}", "-reference")
    older, newer = _read(query.get(OLDER, "")), _read(query.get(NEWER, ""))
    if newer is not None:
        upwards = rows.filter(_after(date_field, newer)).order_by(date_field, "reference")
        found = list(upwards[: PAGE_SIZE + 1])
        if found:
            return _page(found[:PAGE_SIZE][::-1], query, date_field, newer=len(found) > PAGE_SIZE, older=True)
    elif older is not None:
        found = list(rows.filter(_before(date_field, older)).order_by(*order)[: PAGE_SIZE + 1])
        if found:
            return _page(found[:PAGE_SIZE], query, date_field, newer=True, older=len(found) > PAGE_SIZE)
    found = list(rows.order_by(*order)[: PAGE_SIZE + 1])
    return _page(found[:PAGE_SIZE], query, date_field, newer=False, older=len(found) > PAGE_SIZE)


def _page(rows: list[Any], query: QueryDict, date_field: str, *, newer: bool, older: bool) -> Page:
    return Page(
        rows,
        newer_url=_url(query, NEWER, _key(rows[0], date_field)) if newer else "",
        older_url=_url(query, OLDER, _key(rows[-1], date_field)) if older else "",
    )


def _key(row: Any, date_field: str) -> Key:
    return Key(getattr(row, date_field), row.reference)


def _url(query: QueryDict, name: str, key: Key) -> str:
    there = filters_of(query)
    there[name] = str(key)
    return f"?{there.urlencode()}"


def _read(text: str) -> Key | None:
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)_([^\x00]{1,40})", text)
    if match is None:
        return None
    try:
        return Key(datetime.date.fromisoformat(match[1]), match[2])
    except ValueError:
        return None


# The condition on the date alone, implied by the whole, is the one that an index serves.
def _before(date_field: str, key: Key) -> Q:
    same_day = Q(**{date_field: key.on}, reference__gte=key.reference)
    return Q(**{f"{date_field}__lte": key.on}) & ~same_day


def _after(date_field: str, key: Key) -> Q:
    same_day = Q(**{date_field: key.on}, reference__lte=key.reference)
    return Q(**{f"{date_field}__gte": key.on}) & ~same_day
