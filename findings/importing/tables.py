"""What a spreadsheet holds, whichever kind of file it came in."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from carportal.core.errors import InvalidInput

Value = (
    str | int | float | bool | datetime.date | datetime.datetime | datetime.time | datetime.timedelta | None
)
Row = Sequence[Value]

# More than any export of audits, and few enough to be held in memory.
MAX_ROWS = 50_000
MAX_COLUMNS = 250


class Unreadable(InvalidInput):
    """The file as a whole cannot be taken; the message says why and what to do."""


class Place(NamedTuple):
    """A cell as spreadsheets number it: rows from 1, columns from 0 (A)."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet from its very first row on, so that the row at index 0 is the person's row 1."""

    rows: Sequence[Row]
    name: str = ""  # of the sheet; empty where a file has but one table
    formulas: frozenset[Place] = frozenset()
    faulty: Mapping[Place, str] = field(default_factory=dict)  # cells that show an error, as #REF!
    starts_in_1904: bool = False  # what day number 0 is, in workbooks of old Macintoshes


def column_letter(column: int) -> str:
    """0 is A, 26 is AA."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def is_empty(value: Value) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
