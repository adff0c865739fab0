"""Which actions of a plan are an organisation's own, and whether one says the same as before."""

from datetime import date, timedelta
from uuid import UUID

from actionplans.annex import Document, GroupRow
from actionplans.annex.periods import Period
from actionplans.annex.rows import rows_for

ACTIONS, OWNER, ENDS = "actions", "owner", "ends"
ASKED = ("what", "starts", ENDS)  # the cells to which its owner says yes or no


def actions_of(organisation_id: UUID, document: Document) -> dict[UUID, GroupRow]:
    """Of what the organisation reads those that it owns and that are still to be done, by their ids."""
    template = document.template
    rows = rows_for(template, document.rows, organisation_id)
    own = {
        str(row.id)
        for group in template.groups
        if group.are_parties
        for row in rows.get(group.name, ())
        if row.cells["organisation"] == str(organisation_id)
    }
    actions = template.group(ACTIONS)
    return {
        row.id: row
        for row in rows.get(ACTIONS, ())
        if row.cells[OWNER] in own and not row.is_finished(actions)
    }


def action_in(document: Document, row_id: UUID) -> GroupRow | None:
    return next((row for row in document.rows.get(ACTIONS, ()) if row.id == row_id), None)


def due_on(row: GroupRow) -> date | None:
    """The last day of the year, quarter or month by the end of which it is to be done; of no time, none."""
    try:
        return Period.read(row.cells[ENDS]).ends_before - timedelta(days=1)
    except ValueError:
        return None


def asks_the_same(one: GroupRow | None, other: GroupRow) -> bool:
    return one is not None and all(one.cells[name] == other.cells[name] for name in ASKED)
