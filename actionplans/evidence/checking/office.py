"""Office files: archives whose parts say what they are, and none of which is a program."""

import re
from collections.abc import Iterable
from typing import BinaryIO
from zipfile import ZIP_STORED

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from actionplans.evidence.checking.archives import Archive, BadArchive
from actionplans.evidence.checking.refusing import not_what_it_says, with_macros
from actionplans.evidence.kinds import FileKind

CONTENT_TYPES = "[Content_Types].xml"
LONGEST_INDEX = 4 * 1024**2  # bytes of a list of parts
_MACROS = re.compile(r"(?i)vbaproject|vbadata|macrosheets?/|(?:^|/)activex/|^basic/|^scripts/")
_MACRO_TYPES = re.compile(r"(?i)macroenabled|vbaproject|ms-excel\.(?:intl)?macrosheet")


def check_ooxml(content: BinaryIO, kind: FileKind) -> None:
    """Of Word, Excel or PowerPoint since 2007: by the type that it gives its main part."""
    try:
        archive = Archive(content)
        index = list(fromstring(archive.read(CONTENT_TYPES, at_most=LONGEST_INDEX)).iter())
        _check_no_macros(archive.names)
        if any(_MACRO_TYPES.search(each.get("ContentType", "")) for each in index):
            raise with_macros()
        main_type = f"{kind.content_type}.main+xml"
        main = [each.get("PartName", "") for each in index if each.get("ContentType") == main_type]
        if len(main) != 1 or main[0].removeprefix("/") not in archive.names:
            raise not_what_it_says(kind)
        archive.check_unpacked()
    except (BadArchive, ParseError, DefusedXmlException, ValueError) as error:
        raise not_what_it_says(kind) from error


def check_open_document(content: BinaryIO, kind: FileKind) -> None:
    """Of LibreOffice and others: its first entry is its type, not packed."""
    try:
        archive = Archive(content)
        first = archive.entries[0]
        if (first.filename, first.compress_type, first.header_offset) != ("mimetype", ZIP_STORED, 0):
            raise not_what_it_says(kind)
        if archive.read("mimetype", at_most=200) != kind.content_type.encode():
            raise not_what_it_says(kind)
        _check_no_macros(archive.names)
        manifest = archive.read("META-INF/manifest.xml", at_most=LONGEST_INDEX)
        if "content.xml" not in archive.names or b"encryption-data" in manifest:
            raise not_what_it_says(kind)
        archive.check_unpacked()
    except BadArchive as error:
        raise not_what_it_says(kind) from error


def _check_no_macros(names: Iterable[str]) -> None:
    if any(_MACROS.search(name) for name in names):
        raise with_macros()
