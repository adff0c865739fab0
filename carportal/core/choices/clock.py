"""When a digest comes: an hour on its reader's own clock, told in moments; no database, and no look at the time."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import NamedTuple
from zoneinfo import ZoneInfo

from carportal.core.choices.groups import Pace

PERIODS = {Pace.DAILY: timedelta(days=1), Pace.WEEKLY: timedelta(days=7)}
# By how much two digests may be closer than their period: summer time, and a journey of a few zones. A longer one
# would bring two of them on one day, so that there the next is left out.
SLACK = timedelta(hours=4)


class Hours(NamedTuple):
    """When one person has digests: at this hour there, the weekly one on this weekday (0 is Monday)."""

    hour: int
    weekday: int
    zone: ZoneInfo


def at_hour(day: date, hours: Hours) -> datetime:
    """The moment of the hour on that day, in UTC: the first where the clock shows it twice.

    Where the clock leaves it out, the moment to which it goes on.
    """
    return datetime.combine(day, time(hours.hour), tzinfo=hours.zone).astimezone(UTC)


def next_digest(pace: Pace, hours: Hours, *, after: datetime, last: datetime | None = None) -> datetime:
    """The first moment of a digest after `after`, and not in the same period as `last`.

    So it is at most a period and an hour after `after`, or after the period of `last` where that goes on longer. A
    `last` that lies far ahead, told by a clock that went wrong, holds nothing up.
    """
    weekday = hours.weekday if pace == Pace.WEEKLY else None
    today = after.astimezone(hours.zone).date()
    # From the day before: a skipped hour of that day may come on this one.
    for days in count(-1):
        day = today + timedelta(days=days)
        moment = at_hour(day, hours)
        if moment > after and weekday in {None, day.weekday()} and not is_same_period(pace, moment, last):
            return moment
    raise AssertionError("every week has every weekday")


def is_same_period(pace: Pace, moment: datetime, last: datetime | None) -> bool:
    """Whether a digest at `moment` would be a second one beside that of `last`."""
    return last is not None and abs(moment - last) < PERIODS[pace] - SLACK
