"""A filled-in template: its values, its one spelling as JSON, and the digests that tell versions apart."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from actionplans.annex.definition import Field, FieldKind, Template
from actionplans.annex.versions import template_of
from carportal.core.errors import InvalidInput

# Control characters are in no text that a person wrote; PostgreSQL holds no NUL, UTF-8 no surrogate.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Word processors paste their own line and page breaks.
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def plain_text(field: Field, raw: str) -> str:
    """One kind of line end, nothing unprintable, no blank edges; a second time it changes nothing."""
    text = _UNWRITABLE.sub("", _LINE_ENDS.sub("\n", raw))
    if field.kind == FieldKind.LINE:
        return " ".join(text.split())
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def clean_value(field: Field, raw: str) -> str:
    """The value as it is kept, as plain text.

    InvalidInput, with the sentence under the field's name, for what is too long or no date.
    """
    text = plain_text(field, raw)
    if len(text) > field.max_length:
        raise _refused(
            field,
            _("%(label)s has %(count)s characters; the most is %(most)s.")
            % {"label": field.label, "count": f"{len(text):,}", "most": f"{field.max_length:,}"},
        )
    if field.kind == FieldKind.DATE and text:
        try:
            text = date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise _refused(field, _("Enter a real date, such as 2026-03-14.")) from error
    return text


def _refused(field: Field, sentence: str) -> InvalidInput:
    return InvalidInput(sentence, fields={field.name: [sentence]})


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


@dataclass(frozen=True)
class Document:
    """The values of one template, every field of it, empty where nothing was written."""

    template: Template
    values: Mapping[str, str]

    @classmethod
    def of(cls, template: Template, values: Mapping[str, str]) -> "Document":
        """KeyError for a value that the template has no field for."""
        for name in values:
            template.field(name)
        filled = {name: values.get(name, "") for name in template.field_names}
        return cls(template, MappingProxyType(filled))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Document":
        return cls.of(template_of(data["template"]), data["fields"])

    def to_json(self) -> dict[str, Any]:
        return {"template": self.template.version, "fields": dict(self.values)}

    def canonical(self) -> bytes:
        """UTF-8 JSON with one possible spelling: sorted keys, no spaces, no escapes that need not be."""
        return _canonical(self.to_json())

    @property
    def sha256(self) -> str:
        return document_digest(self.to_json())

    def missing_to_share(self) -> list[Field]:
        return [
            field for field in self.template.fields if field.needed_to_share and not self.values[field.name]
        ]

    def missing_to_publish(self) -> list[Field]:
        return [
            field for field in self.template.fields if field.needed_to_publish and not self.values[field.name]
        ]
