"""Taking words out of a text for good, with a mark where they stood."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from actionplans.annex.scripts import is_mark, is_unspaced

# Stands for what was removed, in the text itself, as on paper that was blacked out; in any language.
TOMBSTONE = "\u2588\u2588\u2588"
# What no person wrote: the version of the template, and the ids of rows.
_NOT_WRITTEN = frozenset({"template", "id"})


class Excerpt(NamedTuple):
    """One place where the words stand, with a little of what is around them."""

    before: str
    words: str
    after: str


def readable(text: str) -> str:
    """The text with its marks in the reader's language."""
    return text.replace(TOMBSTONE, _("[removed]"))


def places(text: str, words: str) -> Iterator[tuple[int, int]]:
    """Where the words stand as words of their own, however capitalised, spaced or composed.

    In a script without blanks, anywhere.
    """
    pattern = _pattern(words)
    position = 0
    while match := pattern.search(text, position):
        if _stands_alone(text, match.start(), match.end()):
            yield match.span()
            position = match.end()
        else:
            position = match.start() + 1


def excerpts(text: str, words: str, *, around: int = 60) -> list[Excerpt]:
    return [
        Excerpt(
            ("…" if start > around else "") + text[max(0, start - around) : start],
            text[start:end],
            text[end : end + around] + ("…" if end + around < len(text) else ""),
        )
        for start, end in places(text, words)
    ]


def black_out(text: str, words: str) -> str:
    """The text with the mark in every place of the words, and otherwise as it was."""
    kept, position = [], 0
    for start, end in places(text, words):
        kept += [text[position:start], TOMBSTONE]
        position = end
    return "".join([*kept, text[position:]])


def black_out_document(document: Any, words: str) -> Any:
    """The same in every text that people wrote in a document as JSON, but for its dates, which name nobody."""
    if isinstance(document, str):
        return document if _is_date(document) else black_out(document, words)
    if isinstance(document, list):
        return [black_out_document(each, words) for each in document]
    if isinstance(document, dict):
        return {
            name: value if name in _NOT_WRITTEN else black_out_document(value, words)
            for name, value in document.items()
        }
    return document


def excerpts_of_document(document: Any, words: str) -> list[Excerpt]:
    """Every place that `black_out_document` would put a mark in."""
    if isinstance(document, str):
        return [] if _is_date(document) else excerpts(document, words)
    if isinstance(document, dict):
        document = [value for name, value in document.items() if name not in _NOT_WRITTEN]
    if isinstance(document, list):
        return [each for value in document for each in excerpts_of_document(value, words)]
    return []


def _pattern(words: str) -> re.Pattern[str]:
    """For the words as they were entered, and for either way of composing their accents."""
    spellings = {unicodedata.normalize(form, words) for form in ("NFC", "NFD")} | {words}
    either = (r"\s+".join(re.escape(word) for word in spelling.split()) for spelling in sorted(spellings))
    return re.compile("|".join(either), re.IGNORECASE)


def _stands_alone(text: str, start: int, end: int) -> bool:
    before_is_joined = start > 0 and _joined(text[start - 1], text[start])
    after_is_joined = end < len(text) and _joined(text[end - 1], text[end])
    return not (before_is_joined or after_is_joined)


def _joined(letter: str, next_letter: str) -> bool:
    """Whether no word ends between the two."""
    if is_mark(next_letter):
        return True
    if is_unspaced(letter) or is_unspaced(next_letter):
        return False
    return (letter.isalnum() or is_mark(letter)) and next_letter.isalnum()


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
