"""The Annex, the template of an action plan: its definition by version, a filled-in document, its reading."""

from actionplans.annex.comparing import Change, Unit, compare, units_of
from actionplans.annex.definition import Ask, Field, FieldKind, Template
from actionplans.annex.document import Document, clean_value, document_digest, plain_text, value_digest
from actionplans.annex.passages import readable
from actionplans.annex.rendering import Audience, RenderedAnnex, render
from actionplans.annex.versions import CURRENT, template_of

__all__ = [
    "CURRENT",
    "Ask",
    "Audience",
    "Change",
    "Document",
    "Field",
    "FieldKind",
    "RenderedAnnex",
    "Template",
    "Unit",
    "clean_value",
    "compare",
    "document_digest",
    "plain_text",
    "readable",
    "render",
    "template_of",
    "units_of",
    "value_digest",
]
