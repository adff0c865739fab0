"""Quarters of a year, by which dashboards count what was raised and what ended."""

import datetime
from dataclasses import dataclass

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """`number` is 1 to 4; as text it is "2026-Q1"."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @classmethod
    def of(cls, day: datetime.date) -> "Quarter":
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first_day(self) -> datetime.date:
        return datetime.date(self.year, 3 * self.number - 2, 1)

    @property
    def in_words(self) -> str:
        return _("%(first)s to %(last)s %(year)s") % {
            "first": MONTHS[3 * self.number - 2],
            "last": MONTHS[3 * self.number],
            "year": self.year,
        }

    def shifted(self, quarters: int) -> "Quarter":
        """So many quarters later, or earlier."""
        year, number = divmod(self.year * 4 + self.number - 1 + quarters, 4)
        return Quarter(year, number + 1)


def quarters_until(day: datetime.date, *, count: int) -> list[Quarter]:
    """The one that the day lies in and those before it, the oldest first."""
    last = Quarter.of(day)
    return [last.shifted(-back) for back in range(count - 1, -1, -1)]
