"""Long lists in the order of names, a page at a time: what has a name and a key."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict

PAGE_SIZE = 50
AFTER = "after"


@dataclass(frozen=True, slots=True)
class NamePage:
    """`next_url` leads on; `first_url` back to the beginning."""

    rows: list[Any]
    first_url: str = ""
    next_url: str = ""


def page_by_name(rows: QuerySet[Any], query: QueryDict) -> NamePage:
    """The page after the name and key that the query gives; the first one where that makes no sense."""
    after = _read(query.get(AFTER, ""))
    there = rows.order_by("name", "pk")
    if after is not None:
        name, key = after
        there = there.filter(Q(name__gte=name)).exclude(name=name, pk__lte=key)
    found = list(there[: PAGE_SIZE + 1])
    more = len(found) > PAGE_SIZE
    last = found[PAGE_SIZE - 1] if more else None
    return NamePage(
        found[:PAGE_SIZE],
        first_url=_url(query, "") if after is not None else "",
        next_url=_url(query, f"{last.pk}_{last.name}") if last is not None else "",
    )


def _read(text: str) -> tuple[str, UUID] | None:
    match = re.fullmatch(r"([0-9a-f-]{36})_([^\x00]{1,300})", text)
    if match is None:
        return None
    try:
        return match[2], UUID(match[1])
    except ValueError:
        return None


def _url(query: QueryDict, after: str) -> str:
    there = query.copy()
    there.pop(AFTER, None)
    if after:
        there[AFTER] = after
    return f"?{there.urlencode()}"
