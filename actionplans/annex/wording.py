"""What stands in a field or cell, in words for a reader."""

import unicodedata
from datetime import date

from django.utils.formats import date_format

from actionplans.annex.definition import Column, Field, FieldKind
from actionplans.annex.passages import readable
from actionplans.annex.periods import Period


def shown_value(field: Field | Column, value: str) -> str:
    if not value:
        return ""
    match field.kind:
        case FieldKind.DATE:
            return date_format(date.fromisoformat(value), "j F Y")
        case FieldKind.PERIOD:
            return Period.read(value).label
        case FieldKind.CHOICE if isinstance(field, Column):
            return str(dict(field.choices)[value])
    return readable(value)


def is_right_to_left(text: str) -> bool:
    """By the first letter that has a direction, as browsers tell it (`dir="auto"`)."""
    if text.isascii():
        return False
    directions = (unicodedata.bidirectional(letter) for letter in text)
    return next((each for each in directions if each in {"L", "R", "AL"}), "L") != "L"
