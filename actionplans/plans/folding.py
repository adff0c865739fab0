"""Which rows are folded on the page on which a plan is written, and what stands there of each.

A form with eighty actions all open would take long to load, and longer to find one's way in.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.utils.text import Truncator

from actionplans.annex import FieldKind, Group, GroupRow, row_digest
from actionplans.annex.rendered_rows import RenderedRow, render_groups
from actionplans.annex.rows import missing_cells
from actionplans.plans.drafts import Draft
from actionplans.plans.rows import RowPlace

LONGEST_OPEN = 5  # rows of a group; of a longer one, those alone are open that their writer opened
_HEADING_LENGTH = 160  # characters
_LONG = frozenset({FieldKind.TEXT, FieldKind.LINK})


@dataclass(frozen=True, slots=True)
class Folded:
    """A row in short: how it begins, what was chosen or noted in a few words, what belongs to it.

    `places` are its own and those of the rows below it, `digest` is that of all they say.
    """

    heading: str
    facts: str
    below: tuple[str, ...]
    is_unfinished: bool
    places: tuple[RowPlace, ...]
    digest: str


def open_places(places: Collection[RowPlace], wanted: Collection[UUID]) -> set[UUID]:
    """The ids of the open rows: all of short groups, those wanted, and whatever stands within an open one."""
    lengths = Counter(place.group for place in places)
    above = {place.parent for place in places if place.id in wanted}
    on_top = {
        place.id
        for place in places
        if place.parent is None
        and (lengths[place.group] <= LONGEST_OPEN or place.id in wanted or place.id in above)
    }
    return on_top | {place.id for place in places if place.parent in on_top}


def folded_rows(draft: Draft, section: str, is_open: Collection[UUID]) -> dict[UUID, Folded]:
    """Those beside one section's text box, by their ids, in words as the site reads them."""
    groups = [group for group in draft.template.groups_of(section) if draft.groups.get(group.name)]
    if all(row.id in is_open for group in groups for row in draft.groups[group.name]):
        return {}
    rendered = render_groups(draft.template, section, draft.groups, tells_shown=True)
    return {
        row.id: _folded(draft, group, row, shown)
        for group, part in zip(groups, rendered, strict=True)
        for row, shown in zip(draft.groups[group.name], part.rows, strict=True)
        if row.id not in is_open
    }


def _folded(draft: Draft, group: Group, row: GroupRow, shown: RenderedRow) -> Folded:
    below = [
        (each_group, each)
        for each_group in draft.template.groups_within(group)
        for each in draft.groups.get(each_group.name, ())
        if each.parent == row.id
    ]
    rows = [(group, row), *below]
    brief = [
        cell.text
        for name, cell in shown.cells.items()
        if not group.column(name).needed and group.column(name).kind not in _LONG
    ]
    return Folded(
        heading=_heading(group, shown),
        facts=" · ".join(brief),
        below=tuple(_heading(of, each) for (of, _row), each in zip(below, shown.below, strict=True)),
        is_unfinished=any(_is_unfinished(of, each) for of, each in rows),
        places=tuple(RowPlace(each.id, of.name, each.parent) for of, each in rows),
        digest=row_digest(each for _group, each in rows),
    )


def _heading(group: Group, row: RenderedRow) -> str:
    """What a row must have says which one it is."""
    first = next((cell.text for name, cell in row.cells.items() if group.column(name).needed), "")
    return Truncator(" ".join(first.split())).chars(_HEADING_LENGTH)


def _is_unfinished(group: Group, row: GroupRow) -> bool:
    return not row.is_blank(group) and any(missing_cells(group, row))
