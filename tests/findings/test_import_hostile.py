"""A hundred files that mean harm, or came to harm: each gets a sentence, none breaks anything."""

import io
import random
import struct
import time
import zipfile
from collections.abc import Callable, Iterator

import pytest
import xlsxwriter

from findings.importing import workbooks
from findings.importing.plans import ImportPlan
from findings.importing.tables import Unreadable
from tests.findings.spreadsheets import HEADER, csv_of, planned, row, xlsx_of

File = Callable[[], bytes]
NOISE = bytes(range(256)) * 20


def repacked(change: Callable[[dict[str, bytes]], None], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A good workbook, its parts changed."""
    with zipfile.ZipFile(io.BytesIO(xlsx_of())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
START = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = b"</sheetData></worksheet>"


def sheet(content: bytes) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        parts[SHEET] = content

    return repacked(change)


def bomb() -> bytes:
    """Thirty megabytes of spaces in thirty kilobytes."""
    return sheet(START + b" " * (30 * 1024 * 1024) + END)


def lying_bomb() -> bytes:
    """The same, and the archive says that it is small."""
    content = bytearray(sheet(START + b" " * (30 * 1024 * 1024) + END))
    size = struct.pack("<I", 30 * 1024 * 1024 + len(START) + len(END))
    return bytes(content.replace(size, struct.pack("<I", 1000)))


def entities() -> bytes:
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    return sheet(b'<!DOCTYPE w [<!ENTITY l0 "ha">' + laughs + b"]>" + START + b"&l9;" + END)


def far_cell(reference: bytes) -> bytes:
    return sheet(START + b'<row r="1"><c r="' + reference + b'"><v>1</v></c></row>' + END)


def external_entity() -> bytes:
    return sheet(b'<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + START + b"&e;" + END)


def without(part: str) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        del parts[part]

    return repacked(change)


def encrypted() -> bytes:
    """As Excel saves a workbook with a password: a file within an OLE container."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(1024)
        + "EncryptedPackage".encode("utf-16-le")
        + bytes(512)
    )


def encrypted_zip() -> bytes:
    """Each entry marked as encrypted, in both of its headers."""
    content = bytearray(xlsx_of())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = content.find(mark)
        while position >= 0:
            content[position + at] |= 1
            position = content.find(mark, position + 4)
    return bytes(content)


def two_sheets_of_one_name() -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b'name="Export"', b'name="../../etc"')

    return repacked(change)


def hidden_only() -> bytes:
    file = io.BytesIO()
    workbook = xlsxwriter.Workbook(file, {"in_memory": True})
    workbook.add_worksheet().write_string(0, 0, "Shown")
    hidden = workbook.add_worksheet()
    for number, name in enumerate(HEADER.values()):
        hidden.write_string(0, number, name)
    hidden.hide()
    workbook.close()
    return file.getvalue()


# Each with a part of the sentence that whoever uploaded it reads.
REFUSED: dict[str, tuple[File, str]] = {
    "nothing": (lambda: b"", "is empty"),
    "blank lines": (lambda: b"\r\n \r\n\t\r\n", "is empty"),
    "zeros": (lambda: bytes(5000), "is empty"),
    "a byte order mark": (lambda: b"\xef\xbb\xbf", "No row with the names"),
    "a picture": (
        lambda: b"\x89PNG\r\n\x1a\n" + NOISE,
        "neither a workbook nor a text",
    ),
    "a program": (lambda: b"\x7fELF" + NOISE, "neither a workbook nor a text"),
    "a PDF": (lambda: b"%PDF-1.7\n" + NOISE, "neither a workbook nor a text"),
    "a letter": (
        lambda: b"Dear colleague,\nplease find attached the list of audits.\n",
        "No row with the names",
    ),
    "a web page": (lambda: b"<html><body><table><tr><td>Site</td></tr></table></body></html>", "No row with"),
    "an old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), r"\.xls\)"),
    "a password": (encrypted, "protected by a password"),
    "a password on the zip": (encrypted_zip, "protected by a password"),
    "a zip of no workbook": (lambda: _zip({"readme.txt": b"hello"}), "no workbook"),
    "an empty zip": (lambda: _zip({}), "no workbook"),
    "a document": (
        lambda: _zip({"word/document.xml": b"<w/>", "[Content_Types].xml": b"<t/>"}),
        "no workbook",
    ),
    "a bomb": (bomb, "unpacks to far more"),
    "a bomb that lies": (lying_bomb, "damaged|unpacks|No row"),
    "entities": (entities, "instructions that no spreadsheet needs"),
    "an entity of a file": (external_entity, "instructions that no spreadsheet needs"),
    "a cell in the last column": (lambda: far_cell(b"XFD1"), "reaches to row 1 and column 16384"),
    "a cell in the last row": (lambda: far_cell(b"A1048576"), "reaches to row 1048576"),
    "a cell beyond the last": (lambda: far_cell(b"A999999999"), "reaches to row"),
    "a sheet that is no XML": (lambda: sheet(b"<worksheet><sheetData>"), "damaged"),
    "a sheet of nothing": (lambda: sheet(b""), "damaged"),
    "a sheet of zeros": (lambda: sheet(bytes(100)), "damaged"),
    "no sheet": (lambda: without(SHEET), "no sheet"),
    "no relations": (lambda: without("xl/_rels/workbook.xml.rels"), "no sheet"),
    "no workbook": (lambda: without("xl/workbook.xml"), "no workbook"),
    "a header on a hidden sheet": (hidden_only, "No row with the names"),
    "columns without names": (lambda: csv_of(header=dict(enumerate("abcd"))), "No row with the names"),  # type: ignore[arg-type]
    "too many rows": (lambda: csv_of([]) + b"x\n" * 50_001, "more than 50000 rows"),
    "a quotation without an end": (lambda: csv_of() + b'"' + b"x" * 200_000, "Row 3 cannot be read"),
}


def _zip(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize("name", REFUSED)
def test_file_is_refused_with_a_sentence(name: str) -> None:
    make, sentence = REFUSED[name]
    with pytest.raises(Unreadable, match=sentence):
        planned(make())


def damaged() -> Iterator[tuple[str, bytes]]:
    """Files cut short and files with bytes changed, of either kind."""
    dice = random.Random(7)  # noqa: S311 - of the test's own
    for kind, content in (
        ("workbook", xlsx_of([row()] * 20)),
        ("text", csv_of([row()] * 20, encoding="utf-16")),
    ):
        for number in range(10):
            yield f"{kind} cut short {number}", content[: dice.randrange(1, len(content))]
        for number in range(25):
            changed = bytearray(content)
            for _ in range(dice.choice([1, 3, 30])):
                changed[dice.randrange(len(changed))] = dice.randrange(256)
            yield f"{kind} changed {number}", bytes(changed)


DAMAGED = dict(damaged())


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_file_is_refused_or_read_and_breaks_nothing(name: str) -> None:
    """A changed letter may still be a letter; whatever it is, it is no other exception, and takes no time."""
    began = time.monotonic()
    said = outcome(lambda: planned(DAMAGED[name]))
    if isinstance(said, Unreadable):
        assert str(said.message).endswith(".")
    else:
        assert isinstance(said, ImportPlan)
        assert all(problem.reason and problem.row > 1 for problem in said.problems)
    assert time.monotonic() - began < 10


def outcome(call: Callable[[], ImportPlan]) -> ImportPlan | Unreadable:
    try:
        return call()
    except Unreadable as error:
        return error


def test_there_are_a_hundred() -> None:
    assert len(REFUSED) + len(DAMAGED) >= 100


NASTY = [
    "<script>alert(1)</script>",
    "'; DROP TABLE x; --",
    "{{ 7*7 }}",
    "=cmd|' /C calc'!A0",
    "\u202etxt.exe",
    "a\x0bb\x1fc",
]


@pytest.mark.parametrize("text", NASTY)
def test_nasty_text_is_text_and_control_characters_fall_away(text: str) -> None:
    plan = planned(csv_of([row(issue_title=text, details=text)]))
    (entry,) = plan.audits[0].entries.values()
    kept = "".join(letter for letter in text if letter >= " ")
    assert (entry.title, entry.details) == (kept, kept)


def test_what_the_archive_says_of_its_size_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under a limit that the headers keep to and the content does not."""
    content = xlsx_of([row(details="x" * 20_000, audit_reference=f"ZAA{n}") for n in range(20)])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sizes = sum(archive.getinfo(name).file_size for name in archive.namelist())
    monkeypatch.setattr(workbooks, "MAX_UNPACKED", sizes // 2)
    monkeypatch.setattr(
        zipfile.ZipInfo, "file_size", property(lambda _self: 1, lambda _self, _size: None), raising=False
    )
    with pytest.raises(Unreadable):
        planned(content)


def test_error_of_the_spreadsheet_in_a_cell_is_told() -> None:
    content = sheet(
        START
        + b'<row r="1">'
        + b"".join(
            b'<c r="%s1" t="inlineStr"><is><t>%s</t></is></c>' % (chr(65 + n).encode(), name.encode())
            for n, name in enumerate(HEADER.values())
        )
        + b'</row><row r="2"><c r="B2" t="e"><v>#REF!</v></c></row>'
        + END
    )
    problems = {each.column: each.reason for each in planned(content).problems}
    assert "shows an error of the spreadsheet: #REF!" in problems["B: Supplier name"]
    assert problems["A: Supplier reference"] == "This is missing."
