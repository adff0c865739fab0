"""Whether a file is what its name says, by what is in it; and the file as it may be kept.

Each kind's check reads a file that can be sought in and raises InvalidInput for the field `file`, with a
sentence that says what to do. Nothing of a file is run, rendered or unpacked to disk.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from django.conf import settings
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from actionplans.evidence.checking.images import write_without_metadata
from actionplans.evidence.checking.office import check_ooxml, check_open_document
from actionplans.evidence.checking.pdfs import check_pdf
from actionplans.evidence.checking.refusing import refused
from actionplans.evidence.checking.texts import check_text
from actionplans.evidence.kinds import EXTENSIONS, Content, FileKind, kind_of_name
from actionplans.evidence.naming import safe_name

CHECKS = {
    Content.PDF: check_pdf,
    Content.OOXML: check_ooxml,
    Content.OPEN_DOCUMENT: check_open_document,
    Content.TEXT: check_text,
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that can be kept: `content` is what goes to the store, and `size` and `sha256` are of that."""

    kind: FileKind
    name: str
    content: BinaryIO
    size: int
    sha256: str


@contextmanager
def checked(content: BinaryIO, name: str) -> Iterator[Checked]:
    """The file as it may be kept, for as long as the block lasts.

    InvalidInput where the kind is not taken, the content is another, or it is too large; OSError where
    there is no room to clean an image in.
    """
    kind = kind_of_name(name)
    if kind is None:
        raise refused(
            _("Files of this kind are not taken. Choose a file whose name ends with %(extensions)s.")
            % {"extensions": get_text_list([f".{each}" for each in EXTENSIONS], _("or"))}
        )
    _check_size(content)
    if kind.content == Content.IMAGE:
        with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as cleaned:
            write_without_metadata(content, kind, into=cast("BinaryIO", cleaned))
            yield _as_kept(cast("BinaryIO", cleaned), kind, name)
    else:
        CHECKS[kind.content](content, kind)
        yield _as_kept(content, kind, name)


def _check_size(content: BinaryIO) -> None:
    size = content.seek(0, 2)
    if size == 0:
        raise refused(_("The file is empty. Choose another one."))
    if size > settings.EVIDENCE_FILE_MB * 1024**2:
        raise refused(
            _("The file is larger than %(megabytes)s MB. Choose a smaller one, or split it.")
            % {"megabytes": settings.EVIDENCE_FILE_MB}
        )


def _as_kept(content: BinaryIO, kind: FileKind, name: str) -> Checked:
    size = content.seek(0, 2)
    content.seek(0)
    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]  # reads, whatever its class
    content.seek(0)
    return Checked(kind, safe_name(name, kind), content, size, digest)
