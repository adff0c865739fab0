"""Fonts for PDF, out of wheels: those that a text needs, as static files made once and kept.

The wheels' fonts are variable; set from those, every page takes seconds and no two files are the same. They
cover Latin, Cyrillic, Greek and most scripts of South and South-East Asia, the Caucasus and the Middle East;
Chinese, Japanese and Korean are cut to the text (`core.cjk`). What none of them has is for `core.scripts`.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import manimgx_fonts
from django.conf import settings
from fontTools.ttLib import TTFont

from carportal.core import cjk

WEIGHTS = (400, 700)
BASE = "NotoSans"
LAST = ("NotoSansSymbols", "NotoEmoji")  # what every other font has, they draw otherwise
VERSION = " ".join(f"{name} {version(name)}" for name in ("manimgx-fonts", "manimgx-fonts-cjk"))


@dataclass(frozen=True, slots=True)
class Face:
    """One static font, what CSS calls it, and its bytes or the file that holds them."""

    family: str
    weight: int
    source: Path | bytes

    @property
    def url(self) -> str:
        return f"font:{self.family}-{self.weight}"

    def read(self) -> bytes:
        return self.source if isinstance(self.source, bytes) else self.source.read_bytes()


class _Needs(NamedTuple):
    """The fonts that a text needs, the base font first; what is cut out of which of `core.cjk`; what none has."""

    names: list[str]
    variant: int
    of_cjk: frozenset[int]
    missing: frozenset[int]


def faces_for(text: str) -> list[Face]:
    """The faces that can set this text, the base font's first; made now if they are not there yet.

    A new installation waits some seconds for the base font, once.
    """
    needs = _needs(text)
    faces = [Face(name, weight, _static(name, weight)) for name in needs.names for weight in WEIGHTS]
    if needs.of_cjk:
        # A blank is set in the font of the letter before it.
        wanted = needs.of_cjk | {0x20, 0xA0}
        cut = [Face(cjk.FAMILY, weight, cjk.cut_font(needs.variant, weight, wanted)) for weight in WEIGHTS]
        faces[len(WEIGHTS) : len(WEIGHTS)] = cut
    return faces


def missing_from(text: str) -> frozenset[int]:
    """The characters of this text that no font has."""
    return _needs(text).missing


def is_prepared(text: str) -> bool:
    """Whether the static files that this text needs are there."""
    return all(_path(name, weight).exists() for name in _needs(text).names for weight in WEIGHTS)


def prepare(text: str) -> None:
    """Make those that are not, for whoever must not wait for them later."""
    for name in _needs(text).names:
        for weight in WEIGHTS:
            _static(name, weight)


def prepare_all() -> Iterator[Path]:
    """Make every static file there is, one after the other."""
    for name in (BASE, *_others()):
        for weight in WEIGHTS:
            yield _static(name, weight)


def _needs(text: str) -> _Needs:
    missing = frozenset(map(ord, set(text))) - _characters(BASE)
    variant = cjk.variant_of(text)
    of_cjk = missing & cjk.characters(variant) if variant is not None else frozenset[int]()
    missing -= of_cjk
    names = [BASE]
    for name in _others():
        if not missing:
            break
        if missing & _characters(name):
            missing -= _characters(name)
            names.append(name)
    if missing and variant is None:  # ticks and other signs that only those fonts have
        variant = cjk.CHINESE
        of_cjk = missing & cjk.characters(variant)
        missing -= of_cjk
    return _Needs(names, variant or 0, of_cjk, missing)


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


def _path(name: str, weight: int) -> Path:
    """A newer wheel's files replace nothing, since their size is in the name."""
    return settings.DATA_DIR / "fonts" / f"{name}-{weight}-{_variable(name).stat().st_size}.ttf"


def _static(name: str, weight: int) -> Path:
    """The font at this weight."""
    path = _path(name, weight)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Whoever comes second to a font waits for the first, and finds it made.
        with path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                _make_static(_variable(name), weight, path)
    return path


def _make_static(source: Path, weight: int, path: Path) -> None:
    # Not at the top: it is needed once in an installation, and a quarter of what every start would load.
    from fontTools.varLib import instancer

    unfinished = path.with_suffix(f".{os.getpid()}")
    with TTFont(source, recalcTimestamp=False) as font:
        instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
        font.save(unfinished)
    unfinished.replace(path)
