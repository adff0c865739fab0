"""On which days people are reminded of a date: plain dates, no database.

A step is known by how far from its date it lies, so that what was owed by it can be read when nobody has
chosen it any more.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

ON_THE_DAY = "on-the-day"
NAME = re.compile(r"^(?P<days>\d+)-(?P<side>before|after)$")


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """A reminder so many days after the date that it is about; before it where `days` is negative."""

    days: int

    @property
    def name(self) -> str:
        if not self.days:
            return ON_THE_DAY
        return f"{abs(self.days)}-{'before' if self.days < 0 else 'after'}"

    def day(self, about: date) -> date:
        return about + timedelta(days=self.days)


class Look(NamedTuple):
    """What one look at a date has found: the step that is to be told, and the day of the next look, if any."""

    step: Step | None
    again_on: date | None


def date_in(time_zone: str, now: datetime) -> date:
    return now.astimezone(ZoneInfo(time_zone)).date()


def first_look(made_on: date) -> date:
    """The day from which on a date is looked at that was agreed or asked for on a day.

    The next one: whoever has just done so needs no reminder of it the same day.
    """
    return made_on + timedelta(days=1)


def steps_of(days: Iterable[int]) -> tuple[Step, ...]:
    """In the order of their days, as everything here takes them."""
    return tuple(Step(each) for each in sorted(set(days)))


def look_at(about: date, steps: Sequence[Step], *, since: date, on: date) -> Look:
    """What is to be told on a day, where all before the day `since` has been dealt with.

    The newest step whose day has come; those before it are passed over. So who was not reminded in time hears
    once of what is still true, and of nothing that lay before the steps that hold now were chosen. On a day
    before `since`, when the clock was put back or the site's time zone corrected, there is nothing to tell.
    """
    if on < since:
        return Look(None, since)
    first, last = (since - about).days, (on - about).days
    come = [step for step in steps if first <= step.days <= last]
    to_come = next((step.day(about) for step in steps if step.days > last), None)
    return Look(come[-1] if come else None, to_come)


def period_of(about: date, step: Step) -> str:
    """What makes a reminder of one date one of a kind; `about_of` and `step_of` read it again."""
    return f"{about.isoformat()} {step.name}"


def about_of(period: str) -> date:
    return date.fromisoformat(period.partition(" ")[0])


def step_of(period: str) -> Step:
    name = period.rpartition(" ")[2]
    if name == ON_THE_DAY:
        return Step(0)
    read = NAME.match(name)
    if read is None:
        raise ValueError(f"{period!r} names no step")
    days = int(read["days"])
    return Step(-days if read["side"] == "before" else days)
