"""The rows of a draft as several people add, move and remove them at once; pure, the lock is the caller's."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from actionplans.annex import GroupRow, Rows, Template, cell_address, row_digest, value_digest
from actionplans.plans.drafts import Change, Draft, FieldConflict


@dataclass(frozen=True, slots=True)
class RowPlace:
    """A row by its id, and where it stands; forms spell it `group:id` or `group:id:parent`."""

    id: UUID
    group: str
    parent: UUID | None = None

    def __str__(self) -> str:
        return ":".join(filter(None, [self.group, str(self.id), str(self.parent or "")]))

    @classmethod
    def read(cls, spelt: str, template: Template) -> "RowPlace | None":
        """None for what names no place in this template."""
        name, _colon, ids = spelt.partition(":")
        try:
            group = template.group(name)
            row_id, *parent = [UUID(each) for each in ids.split(":")]
        except (KeyError, ValueError):
            return None
        if len(parent) != bool(group.of):
            return None
        return cls(row_id, name, parent[0] if parent else None)


class StepKind(StrEnum):
    ADD = "add"
    PUT_BACK = "put-back"  # what somebody else removed meanwhile
    UP = "up"
    DOWN = "down"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody does to a row as a whole; `seen` is the digest of what it said, where its cells were not shown."""

    kind: StepKind
    place: RowPlace
    seen: str = ""


@dataclass(frozen=True, slots=True)
class GoneRow:
    """Somebody removed a row in which its writer changed something: that is handed back, all of it."""

    place: RowPlace
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SaveResult:
    """What a save wrote, and what it could not without losing another person's text.

    `written` has the names of fields, the addresses of cells and the ids of rows; `stayed` are the rows that
    were to be removed but had been changed by somebody else. `draft` is what the draft says now.
    """

    draft: Draft = field(compare=False, repr=False)
    written: frozenset[str] = frozenset()
    conflicts: tuple[FieldConflict, ...] = ()
    gone: tuple[GoneRow, ...] = ()
    stayed: tuple[RowPlace, ...] = ()

    @property
    def is_whole(self) -> bool:
        return not (self.conflicts or self.gone or self.stayed)


class Table:
    """The rows of a draft, to be worked on."""

    def __init__(self, template: Template, rows: Rows) -> None:
        self.template = template
        self.groups = {group.name: list(rows.get(group.name, ())) for group in template.groups}

    @property
    def rows(self) -> Rows:
        return {name: tuple(rows) for name, rows in self.groups.items()}

    def has(self, row_id: UUID | None) -> bool:
        return any(row.id == row_id for rows in self.groups.values() for row in rows)

    def write(self, texts: Mapping[str, str]) -> None:
        """By the address of the cell; fields are none of it."""
        for name, rows in self.groups.items():
            columns = self.template.group(name).columns
            for number, row in enumerate(rows):
                written = {
                    column.name: texts[address]
                    for column in columns
                    if (address := cell_address(row, column)) in texts
                }
                if written:
                    rows[number] = replace(row, cells={**row.cells, **written})

    def add(self, place: RowPlace, cells: Mapping[str, str] | None = None) -> bool:
        """At the end; False where there is no room left, or nothing that it could belong to. Twice is once."""
        if self.has(place.id):
            return True
        group = self.template.group(place.group)
        rows = self.groups[place.group]
        if len(rows) >= group.most or (group.of and not self._has_parent(place)):
            return False
        row = GroupRow.new(group, place.id, place.parent)
        rows.append(replace(row, cells={**row.cells, **(cells or {})}))
        return True

    def _has_parent(self, place: RowPlace) -> bool:
        parents = self.groups[self.template.group(place.group).of]
        return any(row.id == place.parent for row in parents)

    def move(self, place: RowPlace, *, by: int) -> None:
        """Past the next of those that it stands with; at an end, or gone, it stays."""
        rows = self.groups[place.group]
        beside = [n for n, row in enumerate(rows) if row.parent == place.parent]
        here = next((n for n, index in enumerate(beside) if rows[index].id == place.id), None)
        if here is None or not 0 <= here + by < len(beside):
            return
        one, other = beside[here], beside[here + by]
        rows[one], rows[other] = rows[other], rows[one]

    def remove(self, row_id: UUID) -> None:
        """With what belongs to it."""
        gone = {row.id for row in self._with_those_below(row_id)}
        for name, rows in self.groups.items():
            self.groups[name] = [row for row in rows if row.id not in gone]

    def was_changed(self, step: Step, changes: Mapping[str, Change]) -> bool:
        """Whether the row, or one that belongs to it, is not what the step and the changes are based on."""
        rows = self._with_those_below(step.place.id)
        if step.seen:
            return bool(rows) and row_digest(rows) != step.seen
        return any(
            change is None or value_digest(text) not in {change.based_on, value_digest(change.value)}
            for row in rows
            for name, text in row.cells.items()
            for change in [changes.get(f"{row.id}.{name}")]
        )

    def _with_those_below(self, row_id: UUID) -> list[GroupRow]:
        return [row for rows in self.groups.values() for row in rows if row_id in {row.id, row.parent}]


def gone_rows(
    table: Table, shown: Iterable[RowPlace], changes: Mapping[str, Change], settled: Collection[UUID]
) -> list[GoneRow]:
    """The rows on somebody's screen that are gone, with what stands there, if any of it was changed there.

    With a row come those that belong to it. `settled` are the rows that were decided about.
    """
    gone = [place for place in shown if not table.has(place.id) and place.id not in settled]
    changed = {place.id for place in gone if _is_changed(table.template, place, changes)}
    changed |= {place.parent for place in gone if place.id in changed and place.parent is not None}
    return [
        GoneRow(place, _cells(table.template, place, changes))
        for place in gone
        if place.id in changed or place.parent in changed
    ]


def _is_changed(template: Template, place: RowPlace, changes: Mapping[str, Change]) -> bool:
    return any(
        value_digest(change.value) != change.based_on
        for column in template.group(place.group).columns
        if (change := changes.get(f"{place.id}.{column.name}")) is not None
    )


def _cells(template: Template, place: RowPlace, changes: Mapping[str, Change]) -> dict[str, str]:
    return {
        column.name: change.value
        for column in template.group(place.group).columns
        if (change := changes.get(f"{place.id}.{column.name}")) is not None
    }


def changed_rows(before: Rows, after: Rows) -> list[str]:
    """The ids of those that were added or removed, or stand elsewhere among the others now."""
    return [
        row_id
        for name in after
        for row_id in _moved(
            [str(row.id) for row in before.get(name, ())], [str(row.id) for row in after[name]]
        )
    ]


def _moved(before: list[str], after: list[str]) -> list[str]:
    stayed = [row_id for row_id in before if row_id in after]
    moved = [
        one
        for one, other in zip(stayed, (each for each in after if each in before), strict=True)
        if one != other
    ]
    return [*moved, *sorted(set(before) ^ set(after))]
