"""A time as people suggest it for years ahead: a year, a quarter or a month, kept as `2027`, `2027-Q2`, `2027-03`."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

# As people write them; the part that is not the year tells month or quarter.
_SPELLINGS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<year>\d{4})",
        r"(?P<year>\d{4})[\s./-]*Q(?P<quarter>[1-4])",
        r"Q(?P<quarter>[1-4])[\s./-]*(?P<year>\d{4})",
        r"(?P<year>\d{4})[\s./-](?P<month>\d{1,2})",
        r"(?P<month>\d{1,2})[\s./-](?P<year>\d{4})",
    )
]
FIRST_YEAR, LAST_YEAR = 2000, 2099


@dataclass(frozen=True, slots=True)
class Period:
    year: int
    quarter: int = 0
    month: int = 0

    @classmethod
    def read(cls, text: str) -> Self:
        """ValueError for what is no year, quarter or month of this century."""
        for spelling in _SPELLINGS:
            if met := spelling.fullmatch(text.strip()):
                period = cls(**{name: int(digits) for name, digits in met.groupdict().items()})
                if FIRST_YEAR <= period.year <= LAST_YEAR and _is_month(met.groupdict().get("month")):
                    return period
        raise ValueError(text)

    def __str__(self) -> str:
        if self.month:
            return f"{self.year}-{self.month:02}"
        return f"{self.year}-Q{self.quarter}" if self.quarter else str(self.year)

    @property
    def label(self) -> str:
        if self.month:
            return f"{MONTHS[self.month]} {self.year}"
        return (
            _("Q%(n)s %(year)s") % {"n": self.quarter, "year": self.year} if self.quarter else str(self.year)
        )

    @property
    def first_month(self) -> int:
        return self.month or 3 * (self.quarter or 1) - 2

    @property
    def begins(self) -> date:
        return date(self.year, self.first_month, 1)

    @property
    def ends_before(self) -> date:
        """The day after its last."""
        after = self.first_month + (1 if self.month else 3 if self.quarter else 12)
        return date(self.year + (after > 12), (after - 1) % 12 + 1, 1)


def _is_month(digits: str | None) -> bool:
    return digits is None or 1 <= int(digits) <= 12
