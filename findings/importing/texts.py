"""Reading .csv as spreadsheets save it: commas, semicolons or tabs, in the encodings that Excel uses."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from django.utils.translation import gettext as _

from findings.importing.tables import MAX_COLUMNS, MAX_ROWS, Table, Unreadable

DELIMITERS = (",", ";", "\t")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What a text has none of, or at the most a stray few, whichever its language.
_CONTROL = re.compile("[\x01-\x08\x0e-\x1f]")


def decode(content: bytes) -> str:
    """The text; Unreadable for what is none."""
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and len(_CONTROL.findall(text)) <= len(text) // 100:
            return text
    raise Unreadable(
        _("This file is neither a workbook nor a text. Save it as .xlsx or .csv and upload that.")
    )


def _encodings(content: bytes) -> Iterator[str]:
    for mark, encoding in MARKS:
        if content.startswith(mark):
            yield encoding
            return
    sample = content[:2000]
    # Western text in two bytes a character has a zero in every other place.
    if sample.count(0) > len(sample) // 4:
        yield "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
        return
    yield from ("utf-8", "cp1252")


def first_rows(text: str, delimiter: str, count: int) -> list[list[str]]:
    """As far as they can be read; to see whether the header is among them."""
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    with suppress(csv.Error):
        rows.extend(row[:MAX_COLUMNS] for row in islice(reader, count))
    return rows


def read_text(text: str, delimiter: str) -> Table:
    """All rows; Unreadable, with the row, where a quotation does not end."""
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            rows.append(row[:MAX_COLUMNS])
            if len(rows) > MAX_ROWS:
                raise Unreadable(
                    _("This file has more than %(most)s rows. Divide it into several and upload each.")
                    % {"most": MAX_ROWS}
                )
    except csv.Error as error:
        raise Unreadable(
            _(
                "Row %(row)s cannot be read: a quotation mark is opened or closed in the wrong place, or a cell is too long."
            )
            % {"row": len(rows) + 1}
        ) from error
    return Table(rows)
