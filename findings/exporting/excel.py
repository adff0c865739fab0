"""A list as an Excel workbook: text stays text, dates are dates, one row after the other through a file."""

import datetime
import re
from tempfile import TemporaryFile
from typing import IO

from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from findings.exporting.columns import Value
from findings.exporting.listing import Listing

LONGEST_TEXT = 32_767  # characters, what a cell of Excel holds
MOST_ROWS = 1_048_576  # what a sheet of Excel holds, its header included
NOT_IN_XML = re.compile("[\ufffe\uffff]")


def workbook_of(listing: Listing) -> IO[bytes]:
    """The workbook in a file that goes when it is closed, to be read from its beginning."""
    file = TemporaryFile()  # noqa: SIM115  (the response closes it)
    write_workbook(file, listing)
    file.seek(0)
    return file


def write_workbook(file: IO[bytes], listing: Listing) -> None:
    """What one sheet does not hold goes on in the next, under the same header."""
    # Each row is written out as the next one begins, so that memory does not grow with the list.
    with Workbook(file, {"constant_memory": True, "use_zip64": True}) as workbook:
        workbook.set_properties({"created": created_on(timezone.localdate())})
        date = workbook.add_format({"num_format": "yyyy-mm-dd"})
        sheet = _sheet(workbook, listing)
        last = 0
        for row in listing.rows():
            if last + 1 == MOST_ROWS:
                _end(sheet, last, listing)
                sheet, last = _sheet(workbook, listing), 0
            last += 1
            for place, value in enumerate(row):
                write_cell(sheet, last, place, value, date)
        _end(sheet, last, listing)


def _sheet(workbook: Workbook, listing: Listing) -> Worksheet:
    number = len(workbook.worksheets()) + 1
    sheet = workbook.add_worksheet(_("CARs") if number == 1 else _("CARs (%(n)s)") % {"n": number})
    sheet.freeze_panes(1, 1)
    bold = workbook.add_format({"bold": True, "text_wrap": True})
    for place, (column, label) in enumerate(zip(listing.columns, listing.header, strict=True)):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, label, bold)
    return sheet


def _end(sheet: Worksheet, last: int, listing: Listing) -> None:
    sheet.autofilter(0, 0, last, len(listing.columns) - 1)


def created_on(day: datetime.date) -> datetime.datetime:
    """By the day, as in the file's name: the same list is the same file, byte for byte."""
    return datetime.datetime.combine(day, datetime.time())


def write_cell(sheet: Worksheet, row: int, place: int, value: Value, date: Format) -> None:
    """By its type alone: what a text looks like (a formula, a link, a number) says nothing."""
    if isinstance(value, datetime.date):
        sheet.write_datetime(row, place, value, date)
    elif isinstance(value, int):
        sheet.write_number(row, place, value)
    elif value:
        sheet.write_string(row, place, NOT_IN_XML.sub("\ufffd", value)[:LONGEST_TEXT])
