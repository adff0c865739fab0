"""The Annex, the template of an action plan: its definition by version, a filled-in document, its reading."""

from actionplans.annex.definition import Ask, Field, FieldKind, Template
from actionplans.annex.document import Document, clean_value, plain_text, value_digest
from actionplans.annex.rendering import Audience, RenderedAnnex, render
from actionplans.annex.versions import CURRENT, template_of

__all__ = [
    "CURRENT",
    "Ask",
    "Audience",
    "Document",
    "Field",
    "FieldKind",
    "RenderedAnnex",
    "Template",
    "clean_value",
    "plain_text",
    "render",
    "template_of",
    "value_digest",
]
