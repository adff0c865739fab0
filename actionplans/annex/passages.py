"""Taking words out of a text for good, with a mark where they stood."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from actionplans.annex.definition import WRITTEN, Column, Field
from actionplans.annex.scripts import is_mark, is_unspaced
from actionplans.annex.versions import template_of
from carportal.core.marks import TOMBSTONE as TOMBSTONE
from carportal.core.marks import readable as readable


class Excerpt(NamedTuple):
    """One place where the words stand, with a little of what is around them."""

    before: str
    words: str
    after: str


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


def black_out_value(field: Field | Column, value: str, words: str) -> str:
    """The same for what stands in a field or a cell, where people write; what is chosen there names nobody."""
    return black_out(value, words) if field.kind in WRITTEN else value


def black_out_document(document: Mapping[str, Any], words: str) -> dict[str, Any]:
    """The same in all that people wrote in a document as JSON, in the text boxes and in the rows beside them."""
    template = template_of(document["template"])
    fields = {
        name: black_out_value(template.field(name), value, words)
        for name, value in document["fields"].items()
    }
    rows = {
        name: [
            row
            | {
                "cells": {
                    cell: black_out_value(template.group(name).column(cell), value, words)
                    for cell, value in row["cells"].items()
                }
            }
            for row in group_rows
        ]
        for name, group_rows in document.get("rows", {}).items()
    }
    return {**document, "fields": fields} | ({"rows": rows} if rows else {})


def excerpts_of_document(document: Mapping[str, Any], words: str) -> list[Excerpt]:
    """Every place that `black_out_document` would put a mark in."""
    return [each for text in _written_in(document) for each in excerpts(text, words)]


def _written_in(document: Mapping[str, Any]) -> Iterator[str]:
    template = template_of(document["template"])
    for name, value in document["fields"].items():
        if template.field(name).kind in WRITTEN:
            yield value
    for name, group_rows in document.get("rows", {}).items():
        for row in group_rows:
            for cell, value in row["cells"].items():
                if template.group(name).column(cell).kind in WRITTEN:
                    yield value


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
