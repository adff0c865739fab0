"""Files as people have them, small; and those that somebody has made to do harm."""

import io
import struct
import zipfile
from collections.abc import Mapping
from typing import Any

from PIL import Image

PDF = (
    b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"
    b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \n"
    b"trailer\n<</Size 3/Root 1 0 R>>\nstartxref\n101\n%%EOF\n"
)
TEXT = b"Receipts of fees that were paid back.\r\n\tSpring: 40, autumn: 31.\r\n"
CSV = "month;paid back\nMarch;€ 4.200\nApril;€ 3.900\n".encode("cp1252")
# What a camera tells of a photo beside the photo.
MAKER, OWNER, PLACE = "Cameraworks 7", "Ana Lopez", 52.1
OFFICE = {
    "docx": ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": (
        "ppt/presentation.xml",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
}
OPEN_DOCUMENT = {
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def image(kind: str = "JPEG", size: tuple[int, int] = (24, 16), mode: str = "RGB", **options: Any) -> bytes:
    """Left half red, right half blue."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, *size))
    written = io.BytesIO()
    picture.convert(mode).save(written, kind, **options)
    return written.getvalue()


def photo(kind: str = "JPEG", *, orientation: int = 1) -> bytes:
    """With all that rides along: maker, owner, place, a preview's comment, XMP."""
    exif = Image.Exif()
    exif[0x010F], exif[0x013B], exif[0x0112] = MAKER, OWNER, orientation
    exif.get_ifd(0x8825).update({1: "N", 2: (PLACE, 0.0, 0.0)})
    options: dict[str, Any] = {"exif": exif, "xmp": f"<x:xmpmeta>{OWNER}</x:xmpmeta>".encode()}
    if kind == "JPEG":
        options["comment"] = OWNER.encode()
    if kind == "PNG":
        from PIL.PngImagePlugin import PngInfo

        text = PngInfo()
        text.add_text("Author", OWNER)
        text.add_itxt("XML:com.adobe.xmp", OWNER)
        options = {"exif": exif, "pnginfo": text}
    return image(kind, **options)


def archive(entries: Mapping[str, bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            how = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            packed.writestr(name, content, how)
    return written.getvalue()


def content_types(part: str, kind: str, suffix: str = ".main+xml") -> bytes:
    return (
        f'<?xml version="1.0"?><Types xmlns="{CONTENT_TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{part}" ContentType="{kind}{suffix}"/></Types>'
    ).encode()


def ooxml(extension: str = "docx", more: Mapping[str, bytes] | None = None, **changed: bytes) -> bytes:
    """A document with one part; `changed["index"]` is another list of parts, `more` are further entries."""
    part, kind = OFFICE[extension]
    index = changed.get("index", content_types(part, kind))
    return archive({"[Content_Types].xml": index, part: b"<document>Paid back.</document>", **(more or {})})


def open_document(extension: str = "odt", more: Mapping[str, bytes] | None = None) -> bytes:
    entries = {
        "mimetype": OPEN_DOCUMENT[extension].encode(),
        "content.xml": b"<office:document-content/>",
        "META-INF/manifest.xml": b"<manifest:manifest/>",
        **(more or {}),
    }
    return archive(entries, stored=("mimetype",))


GOOD = {
    "report.pdf": PDF,
    "photo.jpg": image(),
    "photo.JPEG": photo(),
    "plan.png": image("PNG"),
    "gate.webp": image("WEBP"),
    "letter.docx": ooxml("docx"),
    "wages.xlsx": ooxml("xlsx"),
    "training.pptx": ooxml("pptx"),
    "minutes.odt": open_document("odt"),
    "hours.ods": open_document("ods"),
    "notes.txt": TEXT,
    "repaid.csv": CSV,
    "notes16.txt": TEXT.decode().encode("utf-16"),
    "notes8.txt": b"\xef\xbb\xbf" + TEXT,
}


def with_wrong_size(content: bytes, entry: str, size: int) -> bytes:
    """The archive with another unpacked size in its directory and in the entry's own header."""
    changed = bytearray(content)
    name = entry.encode()
    for mark, name_at, size_at in ((b"PK\x01\x02", 46, 24), (b"PK\x03\x04", 30, 22)):
        place = next(
            at
            for at in range(len(content))
            if content[at : at + 4] == mark and content[at + name_at : at + name_at + len(name)] == name
        )
        changed[place + size_at : place + size_at + 4] = struct.pack("<L", size)
    return bytes(changed)


def overlapping(entries: int = 50) -> bytes:
    """Entries of a directory that all point to the same packed bytes."""
    whole = bytearray(ooxml(more={"word/a.xml": bytes(1_000_000)}))
    begin = whole.index(b"PK\x01\x02")
    end = whole.index(b"PK\x05\x06")
    directory = bytes(whole[begin:end])
    last = directory[directory.rindex(b"PK\x01\x02") :]
    copies = b"".join(last.replace(b"word/a.xml", b"word/%c.xml" % (98 + n % 24)) for n in range(entries))
    return _with_directory(bytes(whole[:begin]), directory + copies, 3 + entries)


def _with_directory(front: bytes, directory: bytes, count: int) -> bytes:
    return (
        front
        + directory
        + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(front), 0)
    )


def bomb(megabytes: int = 30) -> bytes:
    return ooxml(more={"word/media/a.bin": bytes(megabytes * 1024**2)})


def png_of(width: int, height: int) -> bytes:
    """That says it is so large, and has next to nothing in it."""
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    header = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + chunk(b"IEND", b"")
    )


_LOCAL_FILE = ooxml()
_INDEX_OF_DOCX = content_types(*OFFICE["docx"])

# Each must be refused: what it is, under which name it comes, and what it holds.
BAD: dict[str, tuple[str, bytes]] = {
    # Kinds that are not taken, whatever is in them
    **{
        f"a .{extension}": (f"file.{extension}", PDF)
        for extension in (
            "exe", "com", "bat", "cmd", "scr", "msi", "js", "vbs", "ps1", "sh", "jar", "php", "py", "html", "htm",
            "xhtml", "svg", "xml", "swf", "hta", "lnk", "iso", "zip", "rar", "7z", "gz", "tar", "doc", "xls", "ppt",
            "docm", "xlsm", "pptm", "dotm", "xlsb", "rtf", "gif", "tif", "tiff", "bmp", "heic", "avif", "ico", "eml",
            "msg", "md", "json", "pdf.exe", "pdf ", "pdf.", "pdf/..", "pdf::$DATA", "pdf\u202e", "ｐｄｆ", "pdf;.jpg~",
        )
        if extension != "pdf "
    },
    "no extension": ("report", PDF),
    "only an extension": (".pdf", PDF),
    "no name": ("", PDF),
    # Nothing, or not all of it
    **{f"empty {name}": (name, b"") for name in GOOD},
    **{f"half of {name}": (name, content[: len(content) // 2]) for name, content in GOOD.items() if not name.endswith(("txt", "csv"))},
    **{f"only the first bytes of {name}": (name, content[:8]) for name, content in GOOD.items() if not name.endswith(("txt", "csv"))},
    # Another kind of file under a borrowed name
    "a program as PDF": ("report.pdf", b"MZ\x90\0" + PDF),
    "an ELF program as image": ("photo.png", b"\x7fELF" + image("PNG")),
    "a PDF as image": ("photo.jpg", PDF),
    "a PNG as JPEG": ("photo.jpg", image("PNG")),
    "a GIF as PNG": ("photo.png", image("GIF", mode="P")),
    "an SVG as PNG": ("photo.png", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    "a page as image": ("photo.webp", b"<html><script>alert(1)</script></html>"),
    "a page as text": ("notes.txt", b"  <!DOCTYPE html><script>alert(1)</script>"),
    "an SVG as text": ("notes.txt", b"<svg onload=alert(1)>"),
    "PHP as text": ("notes.txt", b"<?php system($_GET['c']); ?>"),
    "a shell script as text": ("notes.txt", b"#!/bin/sh\nrm -rf /\n"),
    "a PDF as text": ("notes.csv", PDF),
    "a program as text": ("notes.txt", b"MZ\x90\0\x03\0\0\0"),
    "an archive as text": ("notes.txt", _LOCAL_FILE),
    "RTF as text": ("notes.txt", b"{\\rtf1 {\\object}}"),
    "text with a NUL": ("notes.txt", b"paid\0back"),
    "text with controls": ("notes.txt", b"paid \x1b[2J back"),
    "bytes as text": ("notes.txt", bytes(range(128, 256))),
    "half a character of UTF-16": ("notes.txt", TEXT.decode().encode("utf-16")[:-1]),
    "a Word file as Excel": ("wages.xlsx", ooxml("docx")),
    "an Excel file as Word": ("letter.docx", ooxml("xlsx")),
    "an archive as Word": ("letter.docx", archive({"a.txt": b"a"})),
    "OpenDocument as Word": ("letter.docx", open_document("odt")),
    "Word as OpenDocument": ("minutes.odt", ooxml("docx")),
    "a spreadsheet as OpenDocument text": ("minutes.odt", open_document("ods")),
    "old Word as new": ("letter.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    "text as PDF": ("report.pdf", TEXT),
    # Two kinds at once
    "a PDF behind something": ("report.pdf", b"GIF89a;" + PDF),
    "a PDF with an archive behind it": ("report.pdf", PDF + ooxml()),
    "a PDF with a page behind it": ("report.pdf", PDF + b"<script>alert(1)</script>"),
    "a PDF without its end": ("report.pdf", PDF.replace(b"%%EOF", b"")),
    "an archive behind an image": ("letter.docx", image() + ooxml()),
    "an archive with something behind it": ("letter.docx", ooxml() + b"<?php ?>"),
    "an archive with a comment": ("letter.docx", ooxml()[:-2] + struct.pack("<H", 9) + b"<?php ?>\n"),
    # Programs in documents
    "Word with macros": ("letter.docx", ooxml(more={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"})),
    "Excel with macros": ("wages.xlsx", ooxml("xlsx", more={"xl/VBAPROJECT.BIN": b"x"})),
    "Excel with old macros": ("wages.xlsx", ooxml("xlsx", more={"xl/macrosheets/sheet1.xml": b"<x/>"})),
    "PowerPoint with ActiveX": ("a.pptx", ooxml("pptx", more={"ppt/activeX/activeX1.bin": b"x"})),
    "Word that says it has macros": (
        "letter.docx",
        ooxml(index=content_types("word/document.xml", "application/vnd.ms-word.document.macroEnabled")),
    ),
    "macros in another alphabet": (
        "letter.docx",
        ooxml(index=content_types("word/document.xml", "application/vnd.ms-word.document.macroEnabled").decode().replace("<?xml version=\"1.0\"?>", "").encode("utf-16")),
    ),
    "OpenDocument with macros": ("minutes.odt", open_document(more={"Basic/Standard/Module1.xml": b"<x/>"})),
    "OpenDocument with scripts": ("minutes.odt", open_document(more={"Scripts/python/a.py": b"x"})),
    "OpenDocument with a password": (
        "minutes.odt",
        open_document(more={"META-INF/manifest.xml": b"<manifest:encryption-data/>"}),
    ),
    # Archives that are no documents
    "a list of parts that is no XML": ("letter.docx", ooxml(index=b"<Types")),
    "entities in the list of parts": (
        "letter.docx",
        ooxml(index=b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + _INDEX_OF_DOCX.partition(b"?>")[2]),
    ),
    "a part that is not there": ("letter.docx", archive({"[Content_Types].xml": _INDEX_OF_DOCX})),
    "two main parts": (
        "letter.docx",
        ooxml(index=_INDEX_OF_DOCX.replace(b"</Types>", _INDEX_OF_DOCX[_INDEX_OF_DOCX.index(b"<Override") :])),
    ),
    "a path out of the archive": ("letter.docx", ooxml(more={"../../etc/cron.d/x": b"x"})),
    "a path from the root": ("letter.docx", ooxml(more={"/etc/cron.d/x": b"x"})),
    "a path of Windows": ("letter.docx", ooxml(more={"word\\..\\x": b"x"})),
    "a list of parts without end": ("letter.docx", ooxml(index=_INDEX_OF_DOCX + b" " * 5_000_000)),
    # What unpacks to more than it says, or than anybody needs
    "a bomb": ("letter.docx", bomb()),
    "a bomb in an OpenDocument": ("hours.ods", open_document("ods", more={"a.xml": bytes(30 * 1024**2)})),
    "more than it says": (
        "letter.docx",
        with_wrong_size(ooxml(more={"word/a.xml": bytes(2_000_000)}), "word/a.xml", 10),
    ),
    "less than it says": ("letter.docx", with_wrong_size(ooxml(more={"word/a.xml": b"a" * 99}), "word/a.xml", 9_000)),
    "the same bytes again and again": ("letter.docx", overlapping()),
    "a broken checksum": ("letter.docx", ooxml(more={"word/a.txt": b"q" * 40}).replace(b"PK\x03\x04", b"PK\x03\x04", 1)[:-60] + bytes(60)),
    "more entries than a document has": ("letter.docx", ooxml(more={f"word/{n}.xml": b"" for n in range(5_001)})),
    # Images that are not to be drawn
    "a film": (
        "gate.webp",
        image("WEBP", save_all=True, append_images=[Image.new("RGB", (24, 16), "green")], duration=100),
    ),
    "a moving PNG": (
        "plan.png",
        image("PNG", save_all=True, append_images=[Image.new("RGB", (24, 16), "green")], duration=100),
    ),
    "an image of 400 million pixels": ("plan.png", png_of(20_000, 20_000)),
    "an image of 60 million pixels": ("plan.png", png_of(10_000, 6_000)),
    "an image larger than Pillow knows": ("plan.png", png_of(2**31 - 1, 2**31 - 1)),
    "an image without pixels": ("plan.png", png_of(0, 0)),
    "an image whose pixels are missing": ("plan.png", png_of(300, 300)),
}  # fmt: skip
