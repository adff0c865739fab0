"""Plain text: characters that people type, in one of the encodings that their machines write."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from actionplans.evidence.checking.refusing import not_what_it_says
from actionplans.evidence.kinds import FileKind

_CHUNK = 256 * 1024
# No text that people write has controls other than tabs, ends of lines and of pages.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
# What begins so is another kind of file under a borrowed name, or something that a program would run.
_NO_TEXT = re.compile(
    r"\s*(?:<(?:!doctype|html|head|body|script|svg|iframe|\?xml|\?php|\?=|%)|#!|%PDF-|%!PS|\{\\rtf|MZ|PK\x03|GIF8|BEGIN:V)",
    re.IGNORECASE,
)


def check_text(content: BinaryIO, kind: FileKind) -> None:
    content.seek(0)
    encodings = (
        ("utf-16",)
        if content.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
        else ("utf-8-sig", "cp1252")
    )
    if not any(_is_text(content, encoding) for encoding in encodings):
        raise not_what_it_says(kind)


def _is_text(content: BinaryIO, encoding: str) -> bool:
    """Read a piece at a time: as one string it would take four times the memory."""
    try:
        for number, text in enumerate(_decoded(content, encoding)):
            if _CONTROLS.search(text) or (number == 0 and _NO_TEXT.match(text)):
                return False
    except UnicodeError:
        return False
    return True


def _decoded(content: BinaryIO, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    content.seek(0)
    while chunk := content.read(_CHUNK):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)
