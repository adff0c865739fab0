"""Spreadsheets of audits, as the tests want them: rows by column, written in whichever kind of file."""

import csv
import datetime
import io
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import xlsxwriter

from findings.importing.columns import LABELS, Column
from findings.importing.dates import DayOrder
from findings.importing.known import Known, KnownOrganisation
from findings.importing.lines import Reader
from findings.importing.planning import plan_import
from findings.importing.plans import ImportPlan
from findings.importing.reading import read_spreadsheet
from findings.publishing.situation import normalised

TODAY = datetime.date(2026, 11, 25)
COMPANY = "Clearsight Audits"
Cell = str | float | datetime.date | None
Row = Mapping[Column, Cell]

HEADER = {column: str(label) for column, label in LABELS.items()}
GOOD: dict[Column, Cell] = {
    Column.SUPPLIER_REFERENCE: "ZC7000001",
    Column.SUPPLIER_NAME: "Ribera Produce",
    Column.SITE_REFERENCE: "ZS7000001",
    Column.SITE_NAME: "Ribera Packhouse",
    Column.COUNTRY: "Spain",
    Column.AUDIT_REFERENCE: "ZAA700001",
    Column.AUDIT_TYPE: "Periodic",
    Column.AUDIT_DATE: "2026-03-27",
    Column.AUDIT_COMPANY: COMPANY,
    Column.SCOPE: "four pillars",
    Column.FINDING_TYPE: "CAR",
    Column.REQUIREMENT: "5A.B",
    Column.ISSUE_TITLE: "Wages do not reach a living wage",
    Column.DETAILS: "The lowest grade earns four fifths of it.",
    Column.CONTACT: "",
}
NO_FINDING: dict[Column, Cell] = dict.fromkeys(
    [Column.FINDING_TYPE, Column.REQUIREMENT, Column.ISSUE_TITLE, Column.DETAILS], ""
)


def row(**changes: Cell) -> dict[Column, Cell]:
    """A good row but for what is said otherwise: `row(country="France")`."""
    return GOOD | {Column(name): value for name, value in changes.items()}


def clean(**changes: Cell) -> dict[Column, Cell]:
    return row() | NO_FINDING | {Column(name): value for name, value in changes.items()}


def table_of(rows: Iterable[Row], header: Mapping[Column, str] = HEADER) -> list[list[Cell]]:
    """The header, its columns in its order, and the rows under it."""
    return [list(header.values()), *([each.get(column, "") for column in header] for each in rows)]


def csv_of(
    rows: Iterable[Row] = (GOOD,),
    header: Mapping[Column, str] = HEADER,
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
    titles: Sequence[Sequence[Cell]] = (),
) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows([*titles, *table_of(rows, header)])
    return file.getvalue().encode(encoding)


def xlsx_of(
    rows: Iterable[Row] = (GOOD,),
    header: Mapping[Column, str] = HEADER,
    *,
    titles: Sequence[Sequence[Cell]] = (),
) -> bytes:
    file = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    day = workbook.add_format({"num_format": "dd/mm/yyyy"})
    sheet = workbook.add_worksheet("Export")
    for number, cells in enumerate([*titles, *table_of(rows, header)]):
        for column, value in enumerate(cells):
            if isinstance(value, datetime.date):
                sheet.write_datetime(number, column, value, day)
            elif isinstance(value, str) and value:
                sheet.write_string(number, column, value)
            elif value not in (None, ""):
                sheet.write_number(number, column, value)
    workbook.close()
    return file.getvalue()


def company(name: str = COMPANY, reference: str = "ZC7000009") -> KnownOrganisation:
    return KnownOrganisation(UUID(int=9), reference, name, is_supplier=False)


def planned(content: bytes, here: Known | None = None, order: DayOrder = DayOrder.UNKNOWN) -> ImportPlan:
    """What importing the file would do; nothing is here but the audit company, unless it is said."""
    spreadsheet = read_spreadsheet(content)
    each = company()
    companies = {each.reference: (each,), normalised(each.name): (each,)}
    reader = Reader(spreadsheet, order, TODAY, companies)
    return plan_import(reader.lines(), spreadsheet.header, here or Known())


def reasons(plan: ImportPlan) -> list[str]:
    return [problem.reason for problem in plan.problems]
