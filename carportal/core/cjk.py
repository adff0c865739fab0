"""Chinese, Japanese and Korean for PDF: a font of just the characters that a text has, at one weight.

The wheel's collection is variable and has 45,000 characters; made static as a whole, each of its fonts would
take minutes and 16 MB. The few hundred that a document has are drawn anew in a second or two.
"""

import io
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import manimgx_fonts_cjk
from fontTools.ttLib import TTFont

FAMILY = "NotoSansCJK"
HAN = re.compile(
    r"[\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
KANA = re.compile(r"[\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9d]")
HANGUL = re.compile(r"[\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7fb]")
JAPANESE, KOREAN, CHINESE = range(3)  # their places in the collection


def variant_of(text: str) -> int | None:
    """Whose shapes the characters are drawn in, which Unicode does not tell; None where there are none."""
    if KANA.search(text):
        return JAPANESE
    if HANGUL.search(text):
        return KOREAN
    return CHINESE if HAN.search(text) else None


@cache
def characters(variant: int) -> frozenset[int]:
    with _opened(variant) as font:
        return frozenset(font.getBestCmap())


def cut_font(variant: int, weight: int, wanted: Iterable[int]) -> bytes:
    """A static OpenType font of these characters, as far as the collection has them; the same for the same ones."""
    # Not at the top: most processes never need it.
    from fontTools.fontBuilder import FontBuilder

    with _opened(variant) as font:
        names = font.getBestCmap()
        cmap = {code: names[code] for code in sorted(wanted) if code in names}
        order = [".notdef", *sorted(set(cmap.values()))]
        outlines, metrics = _drawn(font, weight, order)
        builder = FontBuilder(font["head"].unitsPerEm, isTTF=False)
        builder.setupGlyphOrder(order)
        builder.setupCharacterMap(cmap)
        builder.setupCFF(f"{FAMILY}-{weight}", {}, outlines, {})
        builder.setupHorizontalMetrics(metrics)
        builder.setupHorizontalHeader(ascent=font["hhea"].ascent, descent=font["hhea"].descent)
        builder.setupNameTable({"familyName": FAMILY, "styleName": str(weight)})
        builder.setupOS2(usWeightClass=weight)
        builder.setupPost(keepGlyphNames=False)
        builder.font["head"].created = builder.font["head"].modified = font["head"].created
        done = io.BytesIO()
        builder.save(done)
    return done.getvalue()


def _drawn(font: TTFont, weight: int, order: list[str]) -> tuple[dict[str, Any], dict[str, tuple[int, int]]]:
    from fontTools.pens.t2CharStringPen import T2CharStringPen

    glyphs = font.getGlyphSet(location={"wght": weight})
    outlines, metrics = {}, {}
    for name in order:
        glyph = glyphs[name]
        pen = T2CharStringPen(round(glyph.width), glyphs)
        glyph.draw(pen)
        outlines[name] = pen.getCharString()
        metrics[name] = (round(glyph.width), 0)
    return outlines, metrics


def _opened(variant: int) -> TTFont:
    path = Path(manimgx_fonts_cjk.__file__).parent / "NotoSansCJK-VF.otf.ttc"
    return TTFont(path, fontNumber=variant, lazy=True)
