"""When an update is due, and who is reminded of it on which day: plain dates, no database.

Agreed dates are calendar dates at the site. Those of one agreement are counted from its first one, so that
every 6 months from 31 August is the last day of February and 31 August again.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

# From so long before its date on an update counts for it: since the first reminder has gone out.
COUNTS_FROM = timedelta(days=14)


class Told(StrEnum):
    """Who hears of a step."""

    SITE = "site"
    PARTY = "party"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Step:
    """A reminder, so many days after the date it is about; before it where `days` is negative."""

    name: str
    days: int
    told: Told

    def day(self, about: date) -> date:
        return about + timedelta(days=self.days)


# In the order of their days; a step holds until the next one does.
UPDATE_STEPS = (
    Step("two-weeks-before", -14, Told.SITE),
    Step("day-before", -1, Told.SITE),
    Step("on-the-day", 0, Told.SITE),
    Step("week-after", 7, Told.SITE),
    Step("two-weeks-after", 14, Told.SITE),
    Step("three-weeks-after", 21, Told.SITE),
    Step("four-weeks-after", 28, Told.SITE),
    Step("operator", 35, Told.OPERATOR),
)
# After the newest sending that asks for a reply.
REPLY_STEPS = (
    Step("two-weeks-after", 14, Told.PARTY),
    Step("four-weeks-after", 28, Told.PARTY),
)


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


def step_on(about: date, on: date, steps: Sequence[Step] = UPDATE_STEPS) -> Step | None:
    """The step that holds on a day: the newest whose day has come.

    Those before it are passed over: who was not reminded in time hears once of what is still true, and
    never twice of one date.
    """
    return next((step for step in reversed(steps) if step.day(about) <= on), None)


def later_than(step: Step, steps: Sequence[Step] = UPDATE_STEPS) -> Sequence[Step]:
    return steps[steps.index(step) + 1 :]


def first_look(due: date) -> date:
    """The day from which on there is something to remind of."""
    return UPDATE_STEPS[0].day(due)


def look_after(step: Step, due: date) -> date | None:
    """The day of the step after this one; None after the last."""
    later = later_than(step)
    return later[0].day(due) if later else None


def period_of(due: date, step: Step) -> str:
    """What makes a reminder of one date one of a kind; `due_of` and `step_of` read it again."""
    return f"{due.isoformat()} {step.name}"


def due_of(period: str) -> date:
    return date.fromisoformat(period.partition(" ")[0])


def step_of(period: str, steps: Sequence[Step] = UPDATE_STEPS) -> Step:
    """Of a period, or of a step's bare name."""
    name = period.rpartition(" ")[2]
    return next(step for step in steps if step.name == name)
