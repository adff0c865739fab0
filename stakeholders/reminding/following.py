"""What is under way follows when other steps hold."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

from stakeholders.reminding.steps import Step, date_in

M = TypeVar("M", bound=Model)


def look_anew(
    rows: QuerySet[M], steps: Sequence[Step], *, about: str, site: str, order: Sequence[str] = ("pk",)
) -> int:
    """Have the next sweep look at the rows by these steps, from today at their sites on; how many they are.

    What lies before today was told by the steps that held then, or passed over, and stays so; a row that a
    sweep has still to deal with keeps its earlier day, and one that it comes to in time anyway keeps its own.
    `about` is the field of the date, `site` the way to the site, `order` that in which other writes lock several
    of the rows.
    """
    if not steps:
        return 0  # nothing to look for; the next look finds that out for itself
    first, last = (timedelta(days=steps[end].days) for end in (0, -1))
    missed = Q(remind_on=None) | Q(remind_on__gt=F(about) + first)
    _wait_for_sweeps(rows, missed, order)
    missing = rows.filter(missed)
    zones = missing.order_by().values_list(f"{site}__time_zone", flat=True).distinct()
    return sum(
        missing.filter(
            Q(remind_on=None) | Q(remind_on__gt=today),
            **{f"{site}__time_zone__in": there, f"{about}__gte": today - last},
        ).update(remind_on=today)
        for today, there in _by_day(zones).items()
    )


def _wait_for_sweeps(rows: QuerySet[M], missed: Q, order: Sequence[str]) -> None:
    """Lock what is to be set anew, and what a sweep may have read by the earlier steps without having said so yet."""
    swept_now = Q(remind_on__lte=(timezone.now() + timedelta(days=1)).date())
    waiting = rows.filter(missed | swept_now).order_by(*order)
    list(waiting.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))


def _by_day(zones: QuerySet[M, str]) -> dict[date, list[str]]:
    """Time zones by the date that it is there now; at no moment are there more than three."""
    now = timezone.now()
    found: dict[date, list[str]] = defaultdict(list)
    for zone in zones:
        found[date_in(zone, now)].append(zone)
    return found
