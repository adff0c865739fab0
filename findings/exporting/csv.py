"""A list as CSV, as spreadsheets open it: UTF-8 with its mark, CRLF, no cell that is taken for a formula."""

import csv
import datetime
from collections.abc import Iterator

from findings.exporting.columns import Value
from findings.exporting.listing import Listing

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
# What makes a spreadsheet take a cell for a formula, in the wide forms of East Asian keyboards too.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class _Line:
    """Where the csv module writes; gives back what it is given."""

    def write(self, text: str) -> str:
        return text


def lines_of(listing: Listing) -> Iterator[str]:
    writer = csv.writer(_Line(), dialect="excel")
    yield BYTE_ORDER_MARK + writer.writerow(map(as_cell, listing.header))
    for row in listing.rows():
        yield writer.writerow(map(as_cell, row))


def as_cell(value: Value) -> str:
    """Dates as 2026-03-02; before text that would be taken for a formula stands an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, int):
        return str(value)
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value
