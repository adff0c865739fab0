"""A filled-in template: its values, its one spelling as JSON, and the digests that tell versions apart."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.annex.definition import WRITTEN, Column, Field, FieldKind, Template
from actionplans.annex.periods import Period
from actionplans.annex.rows import GroupRow, Rows, missing_cells, rows_for, written_rows
from actionplans.annex.versions import template_of
from carportal.core.errors import InvalidInput

# Control characters are in no text that a person wrote; PostgreSQL holds no NUL, UTF-8 no surrogate.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Word processors paste their own line and page breaks.
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")


_is_web_address = URLValidator(schemes=["http", "https"])


def plain_text(field: Field | Column, raw: str) -> str:
    """One kind of line end, nothing unprintable, no blank edges; a second time it changes nothing."""
    text = _UNWRITABLE.sub("", _LINE_ENDS.sub("\n", raw))
    if field.kind != FieldKind.TEXT:
        return " ".join(text.split())
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def clean_value(field: Field | Column, raw: str, *, name: str = "") -> str:
    """The value as it is kept, as plain text.

    InvalidInput, with the sentence under `name`, else the field's own, for what is too long or no value
    of its kind.
    """
    text = plain_text(field, raw)
    sentence = _too_long(field, text) if len(text) > field.max_length else ""
    if text and not sentence:
        try:
            return _value_of_kind(field, text)
        except ValueError as error:
            sentence = str(error)
    if sentence:
        raise InvalidInput(sentence, fields={name or field.name: [sentence]})
    return text


def _too_long(field: Field | Column, text: str) -> str:
    return _("%(label)s has %(count)s characters; the most is %(most)s.") % {
        "label": field.label,
        "count": f"{len(text):,}",
        "most": f"{field.max_length:,}",
    }


def _value_of_kind(field: Field | Column, text: str) -> str:
    """ValueError with the sentence."""
    try:
        match field.kind:
            case FieldKind.DATE:
                return date.fromisoformat(text).isoformat()
            case FieldKind.PERIOD:
                return str(Period.read(text))
            case FieldKind.LINK:
                _is_web_address(text)
            case FieldKind.CHOICE if isinstance(field, Column):
                dict(field.choices)[text]
    except (ValueError, KeyError, ValidationError) as error:
        raise ValueError(_SENTENCES[field.kind]) from error
    return text


# What may name somebody: words, and the id of an organisation, however its name is spelt beside it.
_TELLING = WRITTEN | {FieldKind.ORGANISATION}
_SENTENCES = {
    FieldKind.DATE: gettext_lazy("Enter a real date, such as 2026-03-14."),
    FieldKind.PERIOD: gettext_lazy("Enter a month, a quarter or a year, such as 2027-03, 2027 Q2 or 2027."),
    FieldKind.LINK: gettext_lazy("Enter a web address that begins with http:// or https://."),
    FieldKind.CHOICE: gettext_lazy("Choose one of the answers."),
}


def value_digest(value: str) -> str:
    """What a save names as the text it was based on: SHA-256 in hex."""
    return hashlib.sha256(value.encode()).hexdigest()


def document_digest(data: Mapping[str, Any]) -> str:
    """SHA-256 in hex of a document as JSON, whatever is in it."""
    return hashlib.sha256(_canonical(data)).hexdigest()


def _canonical(data: Mapping[str, Any]) -> bytes:
    return json.dumps(
        data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def row_digest(rows: Iterable[GroupRow]) -> str:
    """SHA-256 in hex of what a row and those that belong to it say, in their order."""
    return document_digest({"rows": [row.to_json() for row in rows]})


class Missing(NamedTuple):
    """What is still to be written; `name` is the field's, or the address of a cell (`cell_address`)."""

    name: str
    label: str | Promise

    @property
    def place(self) -> str:
        """What leads to it, behind the address of the page on which the plan is written."""
        row, dot, _column = self.name.partition(".")
        return f"?open={row}#id_{self.name}" if dot else f"#id_{self.name}"


def cell_address(row: GroupRow, column: Column) -> str:
    """Under which name forms and saves know the cell of a row."""
    return f"{row.id}.{column.name}"


@dataclass(frozen=True)
class Document:
    """The values of one template, every field of it, empty where nothing was written, and the rows beside them."""

    template: Template
    values: Mapping[str, str]
    rows: Rows

    @classmethod
    def of(
        cls,
        template: Template,
        values: Mapping[str, str],
        rows: Mapping[str, Iterable[GroupRow]] | None = None,
    ) -> "Document":
        """KeyError for a value that the template has no field for, and a row it has no group for."""
        for name in values:
            template.field(name)
        filled = {name: values.get(name, "") for name in template.field_names}
        return cls(template, MappingProxyType(filled), MappingProxyType(written_rows(template, rows or {})))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Document":
        template = template_of(data["template"])
        rows = {
            name: [GroupRow.from_json(template.group(name), each) for each in group_rows]
            for name, group_rows in data.get("rows", {}).items()
        }
        return cls.of(template, data["fields"], rows)

    def to_json(self) -> dict[str, Any]:
        """Without rows it is spelt as before there were any: frozen revisions keep their digest."""
        rows = {name: [row.to_json() for row in group_rows] for name, group_rows in self.rows.items()}
        fields = {"template": self.template.version, "fields": dict(self.values)}
        return fields | ({"rows": rows} if rows else {})

    def canonical(self) -> bytes:
        """UTF-8 JSON with one possible spelling: sorted keys, no spaces, no escapes that need not be."""
        return _canonical(self.to_json())

    @property
    def sha256(self) -> str:
        return document_digest(self.to_json())

    @property
    def rows_digest(self) -> str:
        """Of the rows alone, in their order: what bringing a version back names as those it was based on."""
        return document_digest(self.to_json().get("rows", {}))

    def is_written(self, name: str) -> bool:
        """Whether a section says anything, be it as text or in rows beside it."""
        return bool(self.values[name]) or any(
            self.rows.get(group.name) for group in self.template.groups_of(name)
        )

    def missing_to_share(self) -> list[Missing]:
        return self._missing([field for field in self.template.fields if field.needed_to_share])

    def missing_to_publish(self) -> list[Missing]:
        return self._missing([field for field in self.template.fields if field.needed_to_publish])

    def _missing(self, needed: list[Field]) -> list[Missing]:
        """In the order of the template: the sections, and what a row that was begun must have."""
        missing = []
        for field in self.template.fields:
            if field in needed and not self.is_written(field.name):
                missing.append(Missing(field.name, field.label))
            missing += self.missing_in_rows(field.name)
        return missing

    def missing_in_rows(self, name: str) -> list[Missing]:
        """Of the rows beside the section's text box."""
        return [
            Missing(
                cell_address(row, column),
                _("%(section)s: %(row)s, %(cell)s")
                % {"section": self.template.field(name).label, "row": group.one, "cell": column.label},
            )
            for group in self.template.groups
            if group.field == name
            for row in self.rows.get(group.name, ())
            for column in missing_cells(group, row)
        ]

    def read_by(self, reader_id: UUID | None) -> "Document":
        """With the rows that somebody of that organisation gets (see `rows_for`)."""
        return Document.of(self.template, self.values, rows_for(self.template, self.rows, reader_id))

    @property
    def hides_rows(self) -> bool:
        """Whether there are rows that not every reader gets."""
        return rows_for(self.template, self.rows, None) != dict(self.rows)

    def texts_for(self, reader_id: UUID | None) -> dict[str, list[str]]:
        """What somebody of that organisation would read, by section (see `rows_for`)."""
        texts = {name: [value] for name, value in self.values.items()}
        for name, group_rows in rows_for(self.template, self.rows, reader_id).items():
            group = self.template.group(name)
            texts[group.field] += [
                row.cells[column.name]
                for row in group_rows
                for column in group.columns
                if column.kind in _TELLING
            ]
        return texts
