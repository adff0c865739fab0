"""What is done to rows as a whole: adding, putting back, moving, removing."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from django.utils.translation import gettext as _

from actionplans.plans.drafts import Change
from actionplans.plans.rows import RowPlace, Step, StepKind, Table
from carportal.core.errors import InvalidInput


def take_steps(
    table: Table, steps: Iterable[Step], changes: Mapping[str, Change], texts: Mapping[str, str]
) -> list[RowPlace]:
    """The rows that were not removed, since somebody else had changed them; `texts` has what is put back.

    InvalidInput where a group is full. A row that is gone, or whose place is, moves nowhere.
    """
    stayed = []
    for step in steps:
        match step.kind:
            case StepKind.ADD:
                _add(table, step.place)
            case StepKind.PUT_BACK:
                _add(table, step.place, texts)
            case StepKind.UP:
                table.move(step.place, by=-1)
            case StepKind.DOWN:
                table.move(step.place, by=1)
            case StepKind.REMOVE if table.was_changed(step, changes):
                stayed.append(step.place)
            case StepKind.REMOVE:
                table.remove(step.place.id)
    return stayed


def _add(table: Table, place: RowPlace, texts: Mapping[str, str] = MappingProxyType({})) -> None:
    group = table.template.group(place.group)
    addresses = {column.name: f"{place.id}.{column.name}" for column in group.columns}
    cells = {name: texts[address] for name, address in addresses.items() if address in texts}
    if not table.add(place, cells) and len(table.groups[place.group]) >= group.most:
        raise InvalidInput(
            _("“%(label)s” has %(most)s rows, which is the most. Remove one before you add another.")
            % {"label": group.label, "most": group.most}
        )
