"""A dashboard as an Excel workbook: what it is about on the first sheet, then a sheet for each table."""

import re
from io import BytesIO

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from carportal.web.dashboard.tables import Table
from carportal.web.dashboard.telling import About
from findings.exporting.excel import created_on, write_cell

LONGEST_NAME = 31  # characters, of a sheet
NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]|^'|'$")
WIDTHS = (44, 20)  # characters, of the first column and of each of the others


def workbook_of(about: About, tables: list[Table]) -> BytesIO:
    """Whole and in memory, for its rows are few; the same figures of the same day are the same file."""
    file = BytesIO()
    with Workbook(file, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": created_on(about.day), "title": about.title})
        first = workbook.add_worksheet(_sheet_name(_("About"), 0))
        _widen(first, 2)
        bold = workbook.add_format({"bold": True, "text_wrap": True})
        date = workbook.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        for place, (label, value) in enumerate(about.lines):
            first.write_string(place, 0, label, bold)
            write_cell(first, place, 1, value, date)
        for number, table in enumerate(tables, start=1):
            sheet = workbook.add_worksheet(_sheet_name(table.title, number))
            sheet.freeze_panes(1, 1)
            _widen(sheet, len(table.header))
            for place, label in enumerate(table.header):
                sheet.write_string(0, place, label, bold)
            for line, row in enumerate(table.rows, start=1):
                for place, value in enumerate(row):
                    write_cell(sheet, line, place, value, date)
    file.seek(0)
    return file


def _widen(sheet: Worksheet, columns: int) -> None:
    sheet.set_column(0, 0, WIDTHS[0])
    sheet.set_column(1, max(columns - 1, 1), WIDTHS[1])


def _sheet_name(title: str, number: int) -> str:
    """As Excel takes it, in any language; a number keeps apart what is cut to the same."""
    return f"{number} {NOT_IN_A_NAME.sub(' ', title)}"[:LONGEST_NAME].strip()
