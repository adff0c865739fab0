"""A PDF begins as one and ends as one, so that nothing else is before or behind it."""

import re
from typing import BinaryIO

from actionplans.evidence.checking.refusing import not_what_it_says
from actionplans.evidence.kinds import FileKind

_BEGIN = re.compile(rb"%PDF-[12]\.\d[\r\n \t%]")
_END = re.compile(rb"startxref\s+\d+\s+%%EOF[\s\0]*\Z")
_TAIL = 2048  # bytes within which the end is looked for


def check_pdf(content: BinaryIO, kind: FileKind) -> None:
    size = content.seek(0, 2)
    content.seek(0)
    begin = content.read(16)
    content.seek(max(0, size - _TAIL))
    if not _BEGIN.match(begin) or not _END.search(content.read()):
        raise not_what_it_says(kind)
