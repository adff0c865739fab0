"""What is under way follows when other steps hold."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

from stakeholders.reminding.steps import Step

M = TypeVar("M", bound=Model)


def look_anew(rows: QuerySet[M], steps: Sequence[Step], *, about: str, site: str, order: str = "pk") -> int:
    """Have the next sweep look at the rows by these steps, from today at their sites on; how many they are.

    What lies before today was told by the steps that held then, or passed over, and stays so; a row that a
    sweep has still to deal with keeps its earlier day. `about` is the field of the date, `site` the way to the
    site. The rows are locked first, in the order in which other writes lock several of them.
    """
    if not steps:
        return 0  # nothing to look for; the next look finds that out for itself
    first, last = (timedelta(days=steps[end].days) for end in (0, -1))
    later = rows.filter(Q(remind_on=None) | Q(remind_on__gt=F(about) + first))
    list(later.select_for_update(no_key=True, of=("self",)).order_by(order).values_list("pk", flat=True))
    zones = later.order_by().values_list(f"{site}__time_zone", flat=True).distinct()
    return sum(
        later.filter(
            Q(remind_on=None) | Q(remind_on__gt=today),
            **{f"{site}__time_zone__in": there, f"{about}__gte": today - last},
        ).update(remind_on=today)
        for today, there in _by_day(zones).items()
    )


def _by_day(zones: QuerySet[M, str]) -> dict[date, list[str]]:
    """Time zones by the date that it is there now; at no moment are there more than three."""
    now = timezone.now()
    found: dict[date, list[str]] = defaultdict(list)
    for zone in zones:
        found[now.astimezone(ZoneInfo(zone)).date()].append(zone)
    return found
