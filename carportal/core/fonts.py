"""Fonts for PDF, out of a wheel: those that a text needs, as static files made once and kept.

The wheel's fonts are variable; set from those, every page takes seconds and no two files are the same. It
covers Latin, Cyrillic, Greek and most scripts of South and South-East Asia, the Caucasus and the Middle East.
Chinese, Japanese and Korean are set in what the machine has.
"""

import os
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from threading import get_ident
from typing import NamedTuple

import manimgx_fonts
from django.conf import settings
from fontTools.ttLib import TTFont

WEIGHTS = (400, 700)
BASE = "NotoSans"
LAST = ("NotoSansSymbols", "NotoEmoji")  # what every other font has, they draw otherwise


class Face(NamedTuple):
    """One static font file and what CSS calls it."""

    family: str
    weight: int
    path: Path


def faces_for(text: str) -> list[Face]:
    """The faces that can set this text, the base font's first; made now if they are not there yet.

    A new installation waits some seconds for the base font, once.
    """
    return [Face(name, weight, _static(name, weight)) for name in _needed(text) for weight in WEIGHTS]


def _needed(text: str) -> Iterator[str]:
    yield BASE
    missing = {ord(character) for character in text} - _characters(BASE)
    for name in _others():
        if not missing:
            return
        if missing & _characters(name):
            missing -= _characters(name)
            yield name


def _others() -> Iterable[str]:
    names = (path.name.partition("[")[0] for path in _folder().glob("*.ttf"))
    rest = sorted(name for name in names if name not in {BASE, *LAST} and "Italic" not in name)
    return (*rest, *LAST)


def _folder() -> Path:
    return Path(manimgx_fonts.__file__).parent


def _variable(name: str) -> Path:
    return _folder() / f"{name}[wght].ttf"


@cache
def _characters(name: str) -> frozenset[int]:
    with TTFont(_variable(name), lazy=True) as font:
        return frozenset(font.getBestCmap())


def _static(name: str, weight: int) -> Path:
    """The font at this weight; a newer wheel's files replace nothing, since their size is in the name."""
    source = _variable(name)
    path = settings.DATA_DIR / "fonts" / f"{name}-{weight}-{source.stat().st_size}.ttf"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Not at the top: it is needed once in an installation, and a quarter of what every start would load.
        from fontTools.varLib import instancer

        # Several threads and processes may do this at once: each writes its own file, and the last one stays.
        unfinished = path.with_suffix(f".{os.getpid()}-{get_ident()}")
        with TTFont(source, recalcTimestamp=False) as font:
            instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
            font.save(unfinished)
        unfinished.replace(path)
    return path
