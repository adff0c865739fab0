"""How an address stands after all that was heard of it; pure, and the same in whatever order it was heard."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from carportal.core.bounces.models import Source, Trouble

# A mailbox that is full today may not be tomorrow: it counts on so many days within so long.
FULL_DAYS = 3
FULL_WITHIN = timedelta(days=7)


class Heard(NamedTuple):
    trouble: str
    at: datetime
    source: str


class Good(NamedTuple):
    """When mail last arrived: the service said so, the server took it again, a person said so."""

    delivered_at: datetime | None = None
    taken_at: datetime | None = None
    said_to_work_at: datetime | None = None


class Standing(NamedTuple):
    trouble: Trouble
    since: datetime


def judge(heard: Iterable[Heard], good: Good) -> Standing | None:
    """None where mail arrives, as far as anybody knows."""
    still = [each for each in heard if not is_over(each, good)]
    times = {trouble: sorted(each.at for each in still if each.trouble == trouble) for trouble in Trouble}
    for trouble in (Trouble.GONE, Trouble.UNWANTED):
        if times[trouble]:
            return Standing(trouble, times[trouble][0])
    since = _full_since(times[Trouble.FULL])
    return Standing(Trouble.FULL, since) if since else None


def is_over(each: Heard, good: Good) -> bool:
    """Whether something better was heard later.

    That a server takes mail undoes what the same server had said; where a service sends for us it takes all, and
    only what it reports counts. Who called our mail unwanted gets it delivered, and wants it no more for that.
    """
    better = [good.said_to_work_at]
    if each.trouble != Trouble.UNWANTED:
        better.append(good.delivered_at)
        if each.source == Source.SENDING:
            better.append(good.taken_at)
    return any(at is not None and at >= each.at for at in better)


def _full_since(times: list[datetime]) -> datetime | None:
    """The first of those days that lie close enough together."""
    first_of_day = list({at.date(): at for at in reversed(times)}.values())[::-1]
    for first, last in zip(first_of_day, first_of_day[FULL_DAYS - 1 :], strict=False):
        if last - first <= FULL_WITHIN:
            return first
    return None
