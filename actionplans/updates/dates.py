"""When an update is due: plain dates, no database.

Agreed dates are calendar dates at the site. Those of one agreement are counted from its first one, so that
every 6 months from 31 August is the last day of February and 31 August again.
"""

import calendar
from datetime import date, timedelta

# From so long before its date on an update counts for it, whenever people are reminded of it.
COUNTS_FROM = timedelta(days=14)


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the last one of a month that is too short for it."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def due_after(first: date, months: int, day: date) -> date:
    """The first of the agreed dates (`first`, and every so many months from it) that is later than `day`."""
    passed = (day.year - first.year) * 12 + day.month - first.month
    times = max(passed // months, 0)
    while (due := add_months(first, times * months)) <= day:
        times += 1
    return due


def due_after_update(first: date, months: int, due: date, *, posted_on: date) -> date:
    """The agreed date that comes next once an update is posted, where `due` came next before.

    An update counts for the dates that have passed, and for the one that is at most `COUNTS_FROM` away: a
    little early is in time, and a late one does not leave the next to be written in the same fortnight. One
    posted earlier than that is an update more; the agreed date stays.
    """
    return max(due, due_after(first, months, posted_on + COUNTS_FROM))
