"""The figures of a dashboard as plain tables, one after the other."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from carportal.web.dashboard.figures import Dashboard
from carportal.web.outstanding import Outstanding
from carportal.web.quarterly import SERIES
from findings.exporting.columns import Value


@dataclass(frozen=True, slots=True)
class Table:
    """The first column names what the others count; all of its text is in its reader's language."""

    title: str
    header: list[str]
    rows: list[list[Value]]


def tables_of(board: Dashboard, outstanding: list[Outstanding]) -> list[Table]:
    return [
        Table(
            _("At a glance"),
            [_("Figure"), _("CARs")],
            [[str(figure.label), figure.count] for figure in board.figures],
        ),
        *(
            Table(
                str(breakdown.heading),
                [str(breakdown.column), _("CARs")],
                [[str(bar.label), bar.count] for bar in breakdown.bars],
            )
            for breakdown in board.breakdowns
        ),
        Table(
            _("Raised and ended"),
            [_("Quarter"), _("First day"), *(str(label) for label in SERIES.values())],
            [
                [row.label, row.quarter.first_day, *(cell.count for cell in row.cells)]
                for row in board.quarters
            ],
        ),
        Table(
            _("Outstanding"),
            [_("Customer or other party"), _("CARs with a reply awaited"), _("CARs with actions to do")],
            [[each.party, each.replies.count, each.actions.count] for each in outstanding],
        ),
    ]
