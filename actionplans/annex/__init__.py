"""The Annex, the template of an action plan: its definition by version, a filled-in document, its reading."""

from actionplans.annex.comparing import Change, Unit, compare, units_of
from actionplans.annex.definition import EVERYONE, SITE, Ask, Column, Field, FieldKind, Group, Template
from actionplans.annex.document import (
    Document,
    Missing,
    cell_address,
    clean_value,
    document_digest,
    plain_text,
    row_digest,
    value_digest,
)
from actionplans.annex.passages import readable
from actionplans.annex.rendering import Audience, RenderedAnnex, render, render_document
from actionplans.annex.rows import GroupRow, Rows
from actionplans.annex.versions import CURRENT, template_of

__all__ = [
    "CURRENT",
    "EVERYONE",
    "SITE",
    "Ask",
    "Audience",
    "Change",
    "Column",
    "Document",
    "Field",
    "FieldKind",
    "Group",
    "GroupRow",
    "Missing",
    "RenderedAnnex",
    "Rows",
    "Template",
    "Unit",
    "cell_address",
    "clean_value",
    "compare",
    "document_digest",
    "plain_text",
    "readable",
    "render",
    "render_document",
    "row_digest",
    "template_of",
    "units_of",
    "value_digest",
]
