"""What stands in a PDF's fonts: whether a reader sees letters, or the boxes of letters that no font has."""

import io
from typing import Any

from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdf.generic import ContentStream


def fonts_of(reader: PdfReader) -> dict[str, Any]:
    """The embedded fonts by name, without the mark of a subset."""
    found = {}
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].get_object().values():
            font = font.get_object()
            found[str(font["/BaseFont"]).lstrip("/").rpartition("+")[2]] = font
    return found


def families_of(reader: PdfReader) -> set[str]:
    """Without the weight."""
    names = (name.replace("-", "") for name in fonts_of(reader))
    return {name.removesuffix("Regular").removesuffix("Bold") for name in names}


def file_of(font: Any) -> TTFont:
    descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
    stream = next(descriptor[name] for name in ("/FontFile2", "/FontFile3") if name in descriptor)
    return TTFont(io.BytesIO(stream.get_object().get_data()))


def boxes_in(reader: PdfReader) -> list[str]:
    """The fonts from which a page sets a box: glyph 0, or one that the embedded font has not got."""
    found = []
    for page in reader.pages:
        resources: Any = page["/Resources"]
        fonts = {name: font.get_object() for name, font in resources["/Font"].get_object().items()}
        counts = {name: len(file_of(font).getGlyphOrder()) for name, font in fonts.items()}
        current = ""
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator == b"Tf":
                current = str(operands[0])
            elif operator == b"TJ":
                set_here = [glyph for text in operands[0] for glyph in glyphs(text)]
                if not all(0 < glyph < counts[current] for glyph in set_here):
                    found.append(str(fonts[current]["/BaseFont"]))
    return found


def glyphs(text: object) -> list[int]:
    """Two bytes each, as in every font that is embedded with all of Unicode; none in a number, which moves on."""
    content = getattr(text, "original_bytes", b"")
    return [int.from_bytes(content[place : place + 2], "big") for place in range(0, len(content), 2)]
