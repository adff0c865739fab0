"""A row of the spreadsheet as what it says; each cell that cannot be taken is a problem of its own."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from django.utils.translation import gettext as _

from findings.importing.columns import Column, Header
from findings.importing.dates import DayOrder, NoDate, read_date
from findings.importing.known import Companies, KnownOrganisation
from findings.importing.reading import Spreadsheet
from findings.importing.tables import Place, Table, Value, is_empty
from findings.importing.values import (
    NOTHING_FOUND,
    Bad,
    addresses_of,
    as_line,
    as_lines,
    as_text,
    audit_type_of,
    company_of,
    country_of,
    finding_type_of,
    reference_of,
    requirement_of,
    scope_of,
)
from findings.models import AuditType, EntryType
from findings.publishing.situation import normalised
from findings.requirements import Requirement

T = TypeVar("T")

LONGEST_NAME = 200
LONGEST_REFERENCE = 40
LONGEST_TITLE = 500
LONGEST_DETAILS = 20_000


class Problem(NamedTuple):
    """Why a row cannot be taken: its column as the person finds it, and the value as it stands there."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """A finding; only a CAR has title and details."""

    type: EntryType
    code: str
    requirement: Requirement
    title: str = ""
    details: str = ""

    @property
    def is_car(self) -> bool:
        return self.type == EntryType.CAR


@dataclass(frozen=True, slots=True)
class Line:
    """What one row says; `found` is None where the audit found nothing, `scope` where none is given."""

    row: int
    supplier_reference: str
    supplier_name: str
    site_reference: str
    site_name: str
    country: str
    audit_reference: str
    type: AuditType
    date: datetime.date
    company: KnownOrganisation
    scope: tuple[str, ...] | None = None
    found: Found | None = None
    contacts: tuple[str, ...] = ()
    lost_text: bool = False  # it has a text that only a CAR is recorded with


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the rows of one spreadsheet; `on` is today, which no audit comes after."""

    spreadsheet: Spreadsheet
    order: DayOrder
    on: datetime.date
    companies: Companies

    @property
    def header(self) -> Header:
        return self.spreadsheet.header

    @property
    def numbers(self) -> range:
        """The rows under the header."""
        return range(self.header.row + 1, len(self.spreadsheet.table.rows) + 1)

    def read(self, row: int) -> Line | list[Problem] | None:
        """The line, or everything that is wrong with it; None for a row with nothing in the columns that count."""
        cells = _Cells(self.spreadsheet.table, self.header, row)
        if cells.are_empty:
            return None
        line = _line(cells, self)
        return cells.problems or line

    def lines(self) -> Iterator[Line | list[Problem]]:
        for row in self.numbers:
            if (line := self.read(row)) is not None:
                yield line


class _Cells:
    """The cells of one row, by column, and what is wrong with them so far."""

    def __init__(self, table: Table, header: Header, row: int) -> None:
        self.table = table
        self.header = header
        self.row = row
        self.problems: list[Problem] = []

    @property
    def are_empty(self) -> bool:
        return all(
            is_empty(self.value(column))
            and Place(self.row, number) not in self.table.faulty
            and Place(self.row, number) not in self.table.formulas
            for column, number in self.header.columns.items()
        )

    def value(self, column: Column) -> Value:
        number = self.header.columns.get(column)
        values = self.table.rows[self.row - 1]
        return values[number] if number is not None and number < len(values) else None

    def take(self, column: Column, read: Callable[[Value], T], *, needed: bool = True) -> T | None:
        """The cell as `read` has it; None where that is a problem."""
        value = self.value(column)
        try:
            self._refuse_what_is_no_value(column)
            if needed and is_empty(value):
                raise Bad(_("This is missing."))
            return read(value)
        except (Bad, NoDate) as error:
            self.object_to(column, str(error))
            return None

    def _refuse_what_is_no_value(self, column: Column) -> None:
        number = self.header.columns.get(column)
        if number is None:
            return
        place = Place(self.row, number)
        if place in self.table.formulas:
            raise Bad(
                _("This cell is a formula. Put its result in its place: copy it, then paste the value.")
            )
        if place in self.table.faulty:
            raise Bad(
                _("This cell shows an error of the spreadsheet: %(error)s")
                % {"error": self.table.faulty[place]}
            )

    def object_to(self, column: Column, reason: str) -> None:
        value = as_text(self.value(column))[:200]
        self.problems.append(Problem(self.row, self.header.shown(column), value, reason))


def _line(cells: _Cells, reader: Reader) -> Line | None:
    values = {
        "supplier_reference": cells.take(Column.SUPPLIER_REFERENCE, lambda value: reference_of(value, "ZC")),
        "supplier_name": cells.take(Column.SUPPLIER_NAME, lambda value: as_line(value, LONGEST_NAME)),
        "site_reference": cells.take(Column.SITE_REFERENCE, lambda value: reference_of(value, "ZS")),
        "site_name": cells.take(Column.SITE_NAME, lambda value: as_line(value, LONGEST_NAME)),
        "country": cells.take(Column.COUNTRY, country_of),
        "audit_reference": cells.take(
            Column.AUDIT_REFERENCE, lambda value: as_line(value, LONGEST_REFERENCE)
        ),
        "type": cells.take(Column.AUDIT_TYPE, audit_type_of),
        "date": cells.take(Column.AUDIT_DATE, lambda value: _held_on(value, reader)),
        "company": cells.take(Column.AUDIT_COMPANY, lambda value: company_of(value, reader.companies)),
        "scope": cells.take(Column.SCOPE, scope_of, needed=False),
        "contacts": cells.take(Column.CONTACT, addresses_of, needed=False),
    }
    found = _found(cells)
    if cells.problems:
        return None
    lost = found is not None and not found.is_car and _has_text(cells)
    return Line(row=cells.row, found=found, lost_text=lost, **values)  # type: ignore[arg-type]


def _held_on(value: Value, reader: Reader) -> datetime.date:
    day = read_date(value, reader.order, starts_in_1904=reader.spreadsheet.table.starts_in_1904)
    if day > reader.on:
        raise Bad(_("This date is in the future. An audit is recorded once it was held."))
    if day.year < 1990:
        raise Bad(_("This date is too long ago for a social audit. Check the year."))
    return day


def _found(cells: _Cells) -> Found | None:
    """The finding of the row; nothing at all in its columns is a clean audit."""
    before = len(cells.problems)
    kind = cells.take(Column.FINDING_TYPE, finding_type_of, needed=False)
    if len(cells.problems) > before:
        return None
    if kind is None:
        if _says_something(cells.value(Column.REQUIREMENT)) or _has_text(cells):
            cells.object_to(
                Column.FINDING_TYPE,
                _("The row has a finding, but not of which type. Write the type, or empty the rest."),
            )
        return None
    code = cells.take(Column.REQUIREMENT, requirement_of)
    is_car = kind == EntryType.CAR
    title = cells.take(Column.ISSUE_TITLE, lambda value: as_line(value, LONGEST_TITLE), needed=is_car)
    details = cells.take(Column.DETAILS, lambda value: as_lines(value, LONGEST_DETAILS), needed=False)
    if code is None or title is None or details is None:
        return None
    return Found(kind, *code, title, details) if is_car else Found(kind, *code)


def _has_text(cells: _Cells) -> bool:
    return any(_says_something(cells.value(column)) for column in (Column.ISSUE_TITLE, Column.DETAILS))


def _says_something(value: Value) -> bool:
    """Neither empty nor "none" or "n/a", as clean audits have it."""
    return normalised(as_text(value)) not in NOTHING_FOUND
