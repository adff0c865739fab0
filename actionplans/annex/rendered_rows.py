"""The rows beside a section's text, as a reader gets them: in words, and without who else reads what."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from actionplans.annex.definition import SITE, WRITTEN, Column, FieldKind, Group, Look, Template
from actionplans.annex.passages import TOMBSTONE, readable
from actionplans.annex.rows import GroupRow, Rows
from actionplans.annex.timeline import Timeline, draw_timeline
from actionplans.annex.wording import is_right_to_left, shown_value

_LABEL_LENGTH = 80  # characters of a row's heading
_OF_THE_TABLE = frozenset({"what", "owner", "starts", "ends", "state"})


class RenderedCell(NamedTuple):
    """Made a thousand times for a long plan, which is what a tuple is good at."""

    name: str
    label: str
    text: str
    is_link: bool
    value: str  # as it is kept: what `text` says in words

    @property
    def direction(self) -> str:
        """For `dir`; the PDF knows no "auto"."""
        return "rtl" if is_right_to_left(self.text) else "ltr"


@dataclass(frozen=True, slots=True)
class RenderedRow:
    """`cells` are those in which something stands, the first one the row's heading; `below` belong to it.

    By its id a row is known again in another version; it says nothing to a reader.
    """

    cells: Mapping[str, RenderedCell]
    below: tuple["RenderedRow", ...]
    id: UUID = field(compare=False, repr=False)

    @property
    def heading(self) -> RenderedCell | None:
        return next(iter(self.cells.values()), None)

    @property
    def lines(self) -> list[str]:
        """All of it as plain text."""
        own = [f"{cell.label}: {cell.text}" for cell in self.cells.values()]
        return [*own, *(line for row in self.below for line in row.lines)]

    @property
    def others(self) -> list[RenderedCell]:
        return list(self.cells.values())[1:]

    @property
    def details(self) -> list[RenderedCell]:
        """Of an action: what the columns of the table of actions do not have."""
        return [cell for name, cell in self.cells.items() if name not in _OF_THE_TABLE]

    @property
    def span(self) -> str:
        """Of an action: when, in words."""
        starts, ends = self.cells.get("starts"), self.cells.get("ends")
        if starts and ends:
            return _("%(starts)s to %(ends)s") % {"starts": starts.text, "ends": ends.text}
        if ends:
            return _("By the end of %(ends)s") % {"ends": ends.text}
        return _("From %(starts)s") % {"starts": starts.text} if starts else ""


@dataclass(frozen=True, slots=True)
class RenderedGroup:
    name: str
    label: str
    one: str
    look: Look
    rows: tuple[RenderedRow, ...]
    timeline: Timeline | None  # None where no row has a time

    @property
    def lines(self) -> list[str]:
        """All of it as plain text."""
        return [self.label, *(line for row in self.rows for line in row.lines)]

    def label_of(self, row: RenderedRow) -> str:
        """Of one row where it stands alone: what it is, and how what is written in it begins."""
        if row.heading is None:
            return self.one
        begins = Truncator(" ".join(row.heading.text.split())).chars(_LABEL_LENGTH)
        return _("%(row)s: %(heading)s") % {"row": self.one, "heading": begins}


def render_groups(
    template: Template, field: str, rows: Rows, *, tells_shown: bool
) -> tuple[RenderedGroup, ...]:
    """Those of a section in which the reader gets a row; `rows` are the reader's (`rows_for`).

    To whom each party is shown is the site's to know: to others "everyone" would say that there are more.
    """
    rendering = _Rendering(template, rows, tells_shown=tells_shown)
    return tuple(rendering.group(group) for group in template.groups_of(field) if rows.get(group.name))


class _Rendering:
    """Words and what belongs to a row are looked up once, not in every row: a plan may have hundreds."""

    def __init__(self, template: Template, rows: Rows, *, tells_shown: bool) -> None:
        self.template, self.rows, self.tells_shown = template, rows, tells_shown
        self.columns: dict[str, list[_ColumnInWords]] = {}
        self.said: dict[tuple[FieldKind, str], str] = {}
        self.within: dict[str, Mapping[UUID | None, list[GroupRow]]] = {}
        self.parties = {SITE: _("The site")} | {
            str(row.id): readable(row.cells["name"])
            for group in template.groups
            if group.are_parties
            for row in rows.get(group.name, ())
        }

    def group(self, group: Group) -> RenderedGroup:
        rows = tuple(self._row(group, row) for row in self.rows[group.name])
        timeline = draw_timeline(self.rows[group.name], rows) if group.look == Look.TIMELINE else None
        return RenderedGroup(group.name, str(group.label), str(group.one), group.look, rows, timeline)

    def _row(self, group: Group, row: GroupRow) -> RenderedRow:
        cells = {
            column.name: RenderedCell(
                column.name,
                column.label,
                self._text(column, value),
                is_link=column.is_link and TOMBSTONE not in value,
                value=value,
            )
            for column in self._columns(group)
            if (value := row.cells[column.name])
        }
        return RenderedRow(cells, self._below(group, row.id), row.id)

    def _columns(self, group: Group) -> list["_ColumnInWords"]:
        """Those of which the reader is told."""
        if group.name not in self.columns:
            told = [column for column in group.columns if self._is_told(group, column)]
            self.columns[group.name] = [_ColumnInWords.of(column) for column in told]
        return self.columns[group.name]

    def _below(self, group: Group, parent: UUID) -> tuple[RenderedRow, ...]:
        return tuple(
            self._row(below, row)
            for below in self.template.groups_within(group)
            for row in self._by_parent(below).get(parent, ())
        )

    def _by_parent(self, group: Group) -> Mapping[UUID | None, list[GroupRow]]:
        if group.name not in self.within:
            rows: dict[UUID | None, list[GroupRow]] = defaultdict(list)
            for row in self.rows.get(group.name, ()):
                rows[row.parent].append(row)
            self.within[group.name] = rows
        return self.within[group.name]

    def _is_told(self, group: Group, column: Column) -> bool:
        if column.kind == FieldKind.ORGANISATION:
            return False
        return self.tells_shown or not (group.are_parties and column.name == "shown")

    def _text(self, column: "_ColumnInWords", value: str) -> str:
        if column.is_party:
            return self.parties.get(value) or _("No longer among the stakeholders")
        if column.choices:
            return column.choices[value]
        if column.definition.kind in WRITTEN:
            return shown_value(column.definition, value)
        said = (column.definition.kind, value)
        if said not in self.said:
            self.said[said] = shown_value(column.definition, value)
        return self.said[said]


@dataclass(frozen=True, slots=True)
class _ColumnInWords:
    """In the language that is active."""

    definition: Column
    name: str
    label: str
    choices: Mapping[str, str]
    is_party: bool
    is_link: bool

    @classmethod
    def of(cls, column: Column) -> "_ColumnInWords":
        return cls(
            column,
            column.name,
            str(column.label),
            {key: str(label) for key, label in column.choices},
            is_party=column.kind == FieldKind.PARTY,
            is_link=column.kind == FieldKind.LINK,
        )
