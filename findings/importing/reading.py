"""From the bytes of a file to its table and the header in it."""

from dataclasses import dataclass

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from findings.importing.columns import OPTIONAL, SEARCHED, Column, Header, find_header
from findings.importing.tables import Table, Unreadable, column_letter, is_empty
from findings.importing.texts import DELIMITERS, decode, first_rows, read_text
from findings.importing.workbooks import protected, read_workbook

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old .xls, and every workbook with a password
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


NO_HEADER = gettext_lazy(
    "No row with the names of the columns was found. It has to name, among others, the site reference, the audit "
    "reference and the finding type. The template shows all of them."
)


@dataclass(frozen=True, slots=True)
class Spreadsheet:
    """The table that is read, its header, and the names of the sheets that are not."""

    table: Table
    header: Header
    other_sheets: tuple[str, ...] = ()


def read_spreadsheet(content: bytes) -> Spreadsheet:
    """Unreadable, with a sentence that says what to do, for every file that cannot be taken as a whole."""
    if not content.strip(b"\0 \r\n\t"):
        raise Unreadable(_("This file is empty."))
    tables = _tables(content)
    found = [(table, header) for table in tables if (header := find_header(table)) is not None]
    if not found:
        raise Unreadable(NO_HEADER)
    table, header = found[0]
    _check(header)
    if not _has_rows(table, header):
        raise Unreadable(_("There are no rows under the names of the columns."))
    return Spreadsheet(table, header, tuple(each.name for each, _header in found[1:]))


def _has_rows(table: Table, header: Header) -> bool:
    """Whether anything stands under the header, be it a formula."""
    return any(not is_empty(value) for row in table.rows[header.row :] for value in row) or any(
        place.row > header.row for place in (*table.formulas, *table.faulty)
    )


def _tables(content: bytes) -> list[Table]:
    if content.startswith((ZIP, EMPTY_ZIP)):
        return read_workbook(content)
    if content.startswith(OLE):
        if ENCRYPTED in content:
            raise protected()
        raise Unreadable(_("This is a workbook of an old kind (.xls). Save it as .xlsx and upload that."))
    text = decode(content)
    return [read_text(text, _delimiter_of(text))]


def _delimiter_of(text: str) -> str:
    """What divides the text such that a row names the most columns."""
    named = {}
    for delimiter in DELIMITERS:
        header = find_header(Table(first_rows(text, delimiter, SEARCHED)))
        named[delimiter] = len(header.columns) if header is not None else 0
    best = max(DELIMITERS, key=lambda delimiter: named[delimiter])
    if not named[best]:
        raise Unreadable(NO_HEADER)
    return best


def _check(header: Header) -> None:
    """All columns that are needed are there, each once."""
    missing = [column for column in Column if column not in header.columns and column not in OPTIONAL]
    if missing:
        raise Unreadable(
            _("Row %(row)s names the columns, but these are missing: %(missing)s.")
            % {"row": header.row, "missing": get_text_list([str(each.label) for each in missing], _("and"))}
        )
    for column, first, second in header.twice:
        raise Unreadable(
            _("Columns %(first)s and %(second)s both stand for “%(column)s”. Delete or rename one of them.")
            % {"first": column_letter(first), "second": column_letter(second), "column": column.label}
        )
