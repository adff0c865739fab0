"""Texts as a search compares them: in small letters, without accents, and where in the text itself that stood.

The database has the same in `search_folded`, by which it finds; this shows in a text what was found.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

# Scripts that put no blanks between words: Thai to Khmer, and those of China and Japan.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff\U00020000-\U0003ffff"
_NOT_SEEN = re.compile(
    "[\u00ad\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"
)
_OTHER_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t"}
    | {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
)
_WORD = re.compile(rf"[{UNSPACED}]+|(?:(?![_{UNSPACED}])[\w\u0300-\u036f\u0900-\u0dff])+")
_ENDS = re.compile(r"[.!?。！？।\n]\s*")


class Run(NamedTuple):
    """A piece of an excerpt, and whether it is what was looked for."""

    text: str
    found: bool


def folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    small = unicodedata.normalize("NFKD", text).lower().translate(_OTHER_LETTERS)
    return unicodedata.normalize("NFC", _NOT_SEEN.sub("", small))


def words_in(text: str) -> list[str]:
    """The words of it, folded, in their order; a run of a script without blanks is one."""
    return _WORD.findall(folded(text))


def is_unspaced(word: str) -> bool:
    return bool(re.match(f"[{UNSPACED}]", word))


def marked(text: str, words: list[str]) -> list[Run]:
    """The whole text, with each place at which a word begins, or in a script without blanks stands, marked."""
    runs, position = [], 0
    for start, end in _places(text, words):
        if start > position:
            runs.append(Run(text[position:start], found=False))
        runs.append(Run(text[start:end], found=True))
        position = end
    if position < len(text):
        runs.append(Run(text[position:], found=False))
    return runs


def excerpt(text: str, words: list[str], *, length: int = 240) -> list[Run]:
    """A part of the text about the first place that was found, marked; its beginning where none is."""
    text = " ".join(text.split())
    first = next(_places(text, words), (0, 0))[0]
    start = _begin_before(text, first, most=length // 3)
    end = min(start + length, len(text))
    if end < len(text):
        blank = text.rfind(" ", start + length // 2, end)
        end = blank if blank > 0 else end
    cut = text[start:end]
    return marked(("…" if start else "") + cut + ("…" if end < len(text) else ""), words)


def _begin_before(text: str, place: int, *, most: int) -> int:
    """Where the sentence begins, or at least a word."""
    if place <= most:
        return 0
    before = text[place - most : place]
    if ends := list(_ENDS.finditer(before)):
        return place - most + ends[-1].end()
    blank = before.find(" ")
    return place - most + blank + 1


def _places(text: str, words: list[str]) -> Iterator[tuple[int, int]]:
    """From where to where, of the text as it is written, none within another."""
    looked_for = sorted({word for word in words if word}, key=len, reverse=True)
    if not looked_for:
        return
    spelt, origins = _with_origins(text)
    pattern = re.compile(
        "|".join(
            re.escape(word) if is_unspaced(word) else rf"(?<!\w){re.escape(word)}" for word in looked_for
        )
    )
    for match in pattern.finditer(spelt):
        yield origins[match.start()], origins[match.end() - 1] + 1


def _with_origins(text: str) -> tuple[str, list[int]]:
    """The text folded, and for each letter of that the place of the one in the text that it comes from."""
    if text.isascii():
        return text.lower(), list(range(len(text)))
    letters, origins = [], []
    for place, letter in enumerate(text):
        for each in folded(letter):
            letters.append(each)
            origins.append(place)
    return "".join(letters), origins
