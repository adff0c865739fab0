"""The kinds of file that can be evidence: what each is called, and what it is sent as. Nothing else is taken."""

from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OOXML = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"


class Content(Enum):
    """What has to be looked at to know that a file is what its name says."""

    PDF = "pdf"
    IMAGE = "image"
    OOXML = "ooxml"
    OPEN_DOCUMENT = "open document"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind; the first of `extensions` is the one that a kept file ends with."""

    name: str
    label: str | Promise
    content: Content
    content_type: str
    extensions: tuple[str, ...]


# Pictures that are drawn (SVG) and pages (HTML) can hold scripts; formats from before 2007 can hide macros.
KINDS = {
    kind.name: kind
    for kind in (
        FileKind("pdf", _("PDF"), Content.PDF, "application/pdf", ("pdf",)),
        FileKind("jpeg", _("JPEG image"), Content.IMAGE, "image/jpeg", ("jpg", "jpeg")),
        FileKind("png", _("PNG image"), Content.IMAGE, "image/png", ("png",)),
        FileKind("webp", _("WebP image"), Content.IMAGE, "image/webp", ("webp",)),
        FileKind("docx", _("Word document"), Content.OOXML, f"{OOXML}.wordprocessingml.document", ("docx",)),
        FileKind("xlsx", _("Excel workbook"), Content.OOXML, f"{OOXML}.spreadsheetml.sheet", ("xlsx",)),
        FileKind(
            "pptx",
            _("PowerPoint presentation"),
            Content.OOXML,
            f"{OOXML}.presentationml.presentation",
            ("pptx",),
        ),
        FileKind("odt", _("OpenDocument text"), Content.OPEN_DOCUMENT, f"{OPEN_DOCUMENT}.text", ("odt",)),
        FileKind(
            "ods",
            _("OpenDocument spreadsheet"),
            Content.OPEN_DOCUMENT,
            f"{OPEN_DOCUMENT}.spreadsheet",
            ("ods",),
        ),
        FileKind("txt", _("text"), Content.TEXT, "text/plain", ("txt",)),
        FileKind("csv", _("CSV text"), Content.TEXT, "text/plain", ("csv",)),
    )
}
EXTENSIONS = {extension: kind for kind in KINDS.values() for extension in kind.extensions}


def kind_of_name(name: str) -> FileKind | None:
    """The kind that a file's name claims by what stands behind its last dot."""
    stem, dot, extension = name.strip().rpartition(".")
    return EXTENSIONS.get(extension.casefold()) if stem and dot else None
