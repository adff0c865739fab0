"""The rows of a document's groups, and which of them a reader gets."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from actionplans.annex.definition import EVERYONE, SITE, Column, FieldKind, Group, Template

Rows = Mapping[str, tuple["GroupRow", ...]]  # by the name of their group, in order


@dataclass(frozen=True)
class GroupRow:
    """One row, with every cell of its group's columns; `parent` is the row to which it belongs."""

    id: UUID
    cells: Mapping[str, str]
    parent: UUID | None = None

    @classmethod
    def of(
        cls, group: Group, row_id: UUID, cells: Mapping[str, str], parent: UUID | None = None
    ) -> "GroupRow":
        """KeyError for a cell that the group has no column for."""
        filled = {column.name: cells.get(column.name, "") for column in group.columns}
        if unknown := cells.keys() - filled.keys():
            raise KeyError(min(unknown))
        return cls(row_id, filled, parent)

    @classmethod
    def new(cls, group: Group, row_id: UUID, parent: UUID | None = None) -> "GroupRow":
        return cls.of(group, row_id, {column.name: column.default for column in group.columns}, parent)

    def is_blank(self, group: Group) -> bool:
        """Nothing was written in it yet."""
        return all(self.cells[column.name] in {"", column.default} for column in group.columns)

    def is_finished(self, group: Group) -> bool:
        """Whether nothing is left to be done about it; of most groups no row ever is."""
        if group.finished_when is None:
            return False
        column, ends = group.finished_when
        return self.cells[column] in ends

    def to_json(self) -> dict[str, Any]:
        written = {name: text for name, text in self.cells.items() if text}
        return {"id": str(self.id), "cells": written} | ({"of": str(self.parent)} if self.parent else {})

    @classmethod
    def from_json(cls, group: Group, data: Mapping[str, Any]) -> "GroupRow":
        parent = UUID(data["of"]) if "of" in data else None
        return cls.of(group, UUID(data["id"]), data["cells"], parent)


def written_rows(
    template: Template, rows: Mapping[str, Iterable[GroupRow]]
) -> dict[str, tuple[GroupRow, ...]]:
    """Without those in which, and below which, nothing is written; KeyError for a group that there is not."""
    for name in rows:
        template.group(name)
    kept: dict[str, tuple[GroupRow, ...]] = {}
    for group in reversed(template.groups):  # what belongs to a row comes behind it
        with_rows_below = {
            row.parent for below in template.groups_within(group) for row in kept.get(below.name, ())
        }
        left = tuple(
            row for row in rows.get(group.name, ()) if row.id in with_rows_below or not row.is_blank(group)
        )
        if left:
            kept[group.name] = left
    return kept


def missing_cells(group: Group, row: GroupRow) -> Iterator[Column]:
    """What a row of which something is written must have besides."""
    for column in group.columns:
        if row.cells[column.name]:
            continue
        when = column.needed_when
        if column.needed or (when is not None and row.cells[when[0]] == when[1]):
            yield column


def rows_for(
    template: Template, rows: Rows, reader_id: UUID | None, typed_in_as: UUID | None = None
) -> dict[str, tuple[GroupRow, ...]]:
    """What somebody of the organisation `reader_id` gets, None being a reader who is no party.

    `typed_in_as` is the party as which it stands in what was frozen before the two were linked.

    A party that is shown only to itself is left out for all others, and so is every row that is tied to
    it, with what belongs to that. What is tied to a party that is no longer there, only the site gets:
    the text was not written for others.
    """
    readers = {str(each) for each in (reader_id, typed_in_as) if each is not None}
    hidden = set(_hidden_from(readers, template, rows))
    known = {row.id for group in template.groups if group.are_parties for row in rows.get(group.name, ())}
    visible = {str(each) for each in known - hidden} | {SITE, ""}
    for group in template.groups:
        for row in rows.get(group.name, ()):
            if row.parent in hidden or not _is_tied_to(visible, group, row):
                hidden.add(row.id)
    left = {
        name: tuple(row for row in group_rows if row.id not in hidden) for name, group_rows in rows.items()
    }
    return {name: group_rows for name, group_rows in left.items() if group_rows}


def readers_of_rows(template: Template, rows: Rows) -> Iterator[tuple[UUID, UUID | None]]:
    """Each row that files can belong to, with who gets it: None for everybody, or an organisation that gets
    it besides; by `rows_for`, so that what follows a row goes to nobody else."""

    def read_by(reader_id: UUID | None) -> set[UUID]:
        groups = rows_for(template, rows, reader_id)
        return {row.id for group in template.groups if group.have_files for row in groups.get(group.name, ())}

    everybodys = read_by(None)
    yield from ((row_id, None) for row_id in everybodys)
    for reader_id in organisations_in(template, rows):
        yield from ((row_id, reader_id) for row_id in read_by(reader_id) - everybodys)


def organisations_in(template: Template, rows: Rows) -> set[UUID]:
    """Those that a row stands for: to any other a document says what it says to everybody."""
    parties = [row for group in template.groups if group.are_parties for row in rows.get(group.name, ())]
    return {UUID(chosen) for row in parties if (chosen := row.cells["organisation"])}


def _hidden_from(readers: Collection[str], template: Template, rows: Rows) -> Iterator[UUID]:
    for group in template.groups:
        for row in rows.get(group.name, ()) if group.are_parties else ():
            if row.cells["organisation"] not in readers and row.cells["shown"] != EVERYONE:
                yield row.id


def _is_tied_to(parties: Collection[str], group: Group, row: GroupRow) -> bool:
    """Whether each party that the row names is among these."""
    named = (row.cells[column.name] for column in group.columns if column.kind == FieldKind.PARTY)
    return all(each in parties for each in named)
