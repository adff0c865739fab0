"""The one way from a revision to what a reader gets: page, PDF, export, mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.utils import translation
from django.utils.functional import Promise

from actionplans.annex.definition import FieldKind
from actionplans.annex.document import Document, document_digest
from actionplans.annex.passages import readable
from actionplans.annex.rendered_rows import RenderedGroup, render_groups
from actionplans.annex.rows import rows_for
from actionplans.annex.wording import is_right_to_left, shown_value


class Frozen(Protocol):
    """What can be rendered: a revision, or a draft on its way to be one."""

    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom: the organisation, the asks put to that reader alone, and when the text came to it.

    The time a revision was frozen is the site's: to a party it would tell that another one had it before.
    """

    organisation_id: UUID | None = None  # whose own entries it reads besides what is shown to everyone
    typed_in_as: UUID | None = None  # the party it is in older texts, since linked to it
    is_site: bool = False  # which reads all of it, and to whom each party is shown
    asks: Mapping[str, bool] | None = None  # None: this reader is asked nothing, the last row stays blank
    note: str = ""
    since: datetime | None = None
    since_label: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    label: str
    text: str
    is_long: bool
    groups: tuple[RenderedGroup, ...] = ()

    @property
    def right_to_left(self) -> bool:
        return is_right_to_left(self.text)


@dataclass(frozen=True, slots=True)
class AskRow:
    key: str
    label: str
    short: str
    answer: bool | None  # None: not answered, which is not "No"


@dataclass(frozen=True, slots=True)
class RenderedAnnex:
    """Everything of a revision that its reader gets, in the reader's language; nothing of other parties.

    `digest` (SHA-256, hex) tells this reading from any other: the site's own is the revision's, a party's is
    of what it reads alone, so that it says nothing of rows that others have.
    """

    locale: str
    title: str
    rows: tuple[Row, ...]
    asks_label: str
    asks: tuple[AskRow, ...]
    note: str
    since: datetime | None
    since_label: str
    digest: str

    @property
    def asked(self) -> list[AskRow]:
        """What this reader is asked for."""
        return [ask for ask in self.asks if ask.answer]


def render(revision: Frozen, audience: Audience, locale: str) -> RenderedAnnex:
    """The revision as the audience reads it; the same input gives the same output."""
    return render_document(Document.from_json(revision.document), audience, locale)


def render_document(document: Document, audience: Audience, locale: str) -> RenderedAnnex:
    """The same of a text that is not frozen yet."""
    template = document.template
    answers = audience.asks or {}
    reader = (audience.organisation_id, audience.typed_in_as)
    rows = document.rows if audience.is_site else rows_for(template, document.rows, *reader)
    with translation.override(locale):
        shown = tuple(
            Row(
                name=field.name,
                label=str(field.label),
                text=shown_value(field, document.values[field.name]),
                is_long=field.kind == FieldKind.TEXT,
                groups=render_groups(template, field.name, rows, tells_shown=audience.is_site),
            )
            for field in template.fields
        )
        return RenderedAnnex(
            locale=locale,
            title=str(template.title),
            rows=shown,
            asks_label=str(template.asks_label),
            asks=tuple(
                AskRow(ask.key, str(ask.label), str(ask.short), answers.get(ask.key)) for ask in template.asks
            ),
            note=readable(audience.note),
            since=audience.since,
            since_label=str(audience.since_label),
            digest=document.sha256 if audience.is_site else document_digest({"rows": [*map(_said, shown)]}),
        )


def _said(row: Row) -> list[Any]:
    return [row.name, row.text, *(group.lines for group in row.groups)]
