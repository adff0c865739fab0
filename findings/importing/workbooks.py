"""Reading .xlsx: a zip of XML from a stranger, so nothing is unpacked before its size is known to be bearable.

The reader of workbooks is given a zip made anew from the parts that were unpacked under that limit. It
tells a formula by its last result, or as an empty cell; so the sheet's XML is looked into as well.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from typing import NamedTuple
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

import defusedxml.sax
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from findings.importing.tables import MAX_COLUMNS, MAX_ROWS, Place, Table, Unreadable

MAX_UNPACKED = 200 * 1024 * 1024  # bytes, of all parts that are read
MAX_RATIO = 200  # a sheet of the same cell throughout packs to about a hundredth
SMALL = 100_000  # bytes; below that the ratio is that of a file of so many
MAX_CELLS = 2_000_000
CHUNK = 1024 * 1024

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
PARTS = ("[Content_Types].xml", "_rels/.rels", "xl/sharedStrings.xml", "xl/styles.xml", WORKBOOK, RELATIONS)
SHEETS = "xl/worksheets/"


def read_workbook(content: bytes) -> list[Table]:
    """The sheets that can be seen, in their order; Unreadable for what is no workbook or too big a one."""
    parts = _unpack(content)
    if WORKBOOK not in parts:
        raise Unreadable(_("This file is no workbook. Save it as .xlsx or .csv and upload that."))
    book = _Book()
    _parse(parts[WORKBOOK], book)
    targets = _Relations()
    if RELATIONS in parts:
        _parse(parts[RELATIONS], targets)
    looks = {}
    for sheet in book.visible:
        part = targets.part_of(sheet.relation)
        if part in parts:
            looks[sheet.name] = look = _Look()
            _parse(parts[part], look)
            look.check(sheet.name)
    if not looks:
        raise Unreadable(_("This workbook has no sheet with cells that can be seen."))
    return _tables(_repack(parts), looks, starts_in_1904=book.starts_in_1904)


def _tables(file: io.BytesIO, looks: Mapping[str, "_Look"], *, starts_in_1904: bool) -> list[Table]:
    try:
        workbook = CalamineWorkbook.from_filelike(file)
        return [
            Table(
                rows=workbook.get_sheet_by_name(name).to_python(skip_empty_area=False),
                name=name,
                formulas=frozenset(look.formulas),
                faulty=look.faulty,
                starts_in_1904=starts_in_1904,
            )
            for name, look in looks.items()
        ]
    except PasswordError as error:
        raise protected() from error
    except (CalamineError, ValueError, OSError) as error:
        raise _damaged() from error
    except BaseException as error:
        # How a library written in Rust tells that it met what it never expected.
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged() from error


def protected() -> Unreadable:
    return Unreadable(
        _("This workbook is protected by a password. Save a copy without the password and upload that.")
    )


def _damaged() -> Unreadable:
    return Unreadable(
        _("This workbook is damaged or incomplete. Open it, save it again as .xlsx, and upload that.")
    )


def _too_big() -> Unreadable:
    return Unreadable(
        _("This workbook unpacks to far more than a list of audits needs. Copy the rows into a new workbook.")
    )


# --- The zip --------------------------------------------------------------------------------------


def _unpack(content: bytes) -> dict[str, bytes]:
    """The parts that are needed, by name."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            needed = [
                info
                for info in archive.infolist()
                if info.filename in PARTS
                or (info.filename.startswith(SHEETS) and info.filename.endswith(".xml"))
            ]
            if any(info.flag_bits & 1 for info in needed):
                raise protected()
            sizes = sum(info.file_size for info in needed)
            if sizes > MAX_UNPACKED or sizes > MAX_RATIO * max(len(content), SMALL):
                raise _too_big()
            return _read_all(archive, needed)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise _damaged() from error


def _read_all(archive: zipfile.ZipFile, needed: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """No more than the limit, whatever sizes the archive claims."""
    parts, left = {}, MAX_UNPACKED
    for info in needed:
        pieces = []
        with archive.open(info) as part:
            while piece := part.read(CHUNK):
                left -= len(piece)
                if left < 0:
                    raise _too_big()
                pieces.append(piece)
        parts[info.filename] = b"".join(pieces)
    return parts


def _repack(parts: Mapping[str, bytes]) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    file.seek(0)
    return file


# --- The XML --------------------------------------------------------------------------------------


def _parse(xml: bytes, handler: ContentHandler) -> None:
    try:
        defusedxml.sax.parseString(xml, handler, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Unreadable(
            _("This workbook holds instructions that no spreadsheet needs, so it was not opened.")
        ) from error
    except (SAXException, ValueError) as error:
        raise _damaged() from error


class Sheet(NamedTuple):
    name: str
    relation: str


def _local(name: str) -> str:
    """A tag without the prefix of its namespace."""
    return name.rpartition(":")[2]


class _Book(ContentHandler):
    """Which sheets a workbook has, and how it counts days."""

    def __init__(self) -> None:
        super().__init__()
        self.visible: list[Sheet] = []
        self.starts_in_1904 = False

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - as it is called
        if _local(name) == "workbookPr":
            self.starts_in_1904 = attrs.get("date1904", "0") in {"1", "true"}
        elif _local(name) == "sheet" and attrs.get("state", "visible") == "visible":
            relation = next((value for key, value in attrs.items() if _local(key) == "id"), "")
            self.visible.append(Sheet(attrs.get("name", ""), relation))


class _Relations(ContentHandler):
    """In which part of the zip each sheet is."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, str] = {}

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        if _local(name) == "Relationship":
            self.targets[attrs.get("Id", "")] = attrs.get("Target", "")

    def part_of(self, relation: str) -> str:
        """Targets are relative to the workbook, or start at the root of the zip."""
        return posixpath.normpath(posixpath.join("/xl", self.targets.get(relation, ""))).lstrip("/")


class _Look(ContentHandler):
    """How far a sheet reaches, and where it has formulas and errors."""

    def __init__(self) -> None:
        super().__init__()
        self.formulas: set[Place] = set()
        self.faulty: dict[Place, str] = {}
        self.rows = self.columns = 0
        self._row, self._column = 0, -1
        self._is_faulty = False
        self._shown: list[str] | None = None

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        tag = _local(name)
        if tag == "c":
            self._row, self._column = self._place(attrs.get("r", ""))
            self._is_faulty = attrs.get("t") == "e"
        elif tag == "row":
            self._row, self._column = _number(attrs.get("r", ""), self._row + 1), -1
        elif tag in {"v", "is"}:
            self.rows, self.columns = max(self.rows, self._row), max(self.columns, self._column + 1)
            self._shown = [] if self._is_faulty else None
        elif tag == "f":
            self.formulas.add(Place(self._row, self._column))

    def characters(self, content: str) -> None:
        if self._shown is not None:
            self._shown.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        if _local(name) == "v" and self._shown is not None:
            self.faulty[Place(self._row, self._column)] = "".join(self._shown)
            self._shown = None

    def _place(self, reference: str) -> tuple[int, int]:
        """Of "C12"; a cell that does not say where it is comes after the one before."""
        letters = reference.rstrip("0123456789")
        if not letters.isascii() or not letters.isalpha() or len(letters) > 3:
            return self._row, self._column + 1
        column = 0
        for letter in letters.upper():
            column = column * 26 + ord(letter) - ord("A") + 1
        return _number(reference[len(letters) :], self._row), column - 1

    def check(self, name: str) -> None:
        """Before the reader lays out a grid that reaches to the last cell."""
        too_many = self.rows > MAX_ROWS or self.columns > MAX_COLUMNS
        if too_many or self.rows * self.columns > MAX_CELLS:
            raise Unreadable(
                _(
                    "The sheet “%(sheet)s” reaches to row %(rows)s and column %(columns)s. Up to %(most)s rows and "
                    "%(wide)s columns can be read at once: delete what is not needed, or divide the file."
                )
                % {
                    "sheet": name,
                    "rows": self.rows,
                    "columns": self.columns,
                    "most": MAX_ROWS,
                    "wide": MAX_COLUMNS,
                }
            )


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise
