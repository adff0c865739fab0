"""What was raised and what ended, quarter by quarter, as figures and as a chart drawn from them."""

import datetime
from collections import Counter
from dataclasses import dataclass

from django.db.models import F, Q
from django.db.models.functions import TruncQuarter
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from findings.filters import Filters
from findings.filters.own import EVERY_STATUS
from findings.filters.times import quarters_of
from findings.models import FindingStatus
from findings.quarters import Quarter
from findings.tally.reading import countable

RAISED, CLOSED, SUPERSEDED = "raised", FindingStatus.CLOSED.value, FindingStatus.SUPERSEDED.value
SERIES: dict[str, str | Promise] = {
    RAISED: gettext_lazy("Raised"),
    CLOSED: gettext_lazy("Closed"),
    SUPERSEDED: gettext_lazy("Superseded"),
}

# The drawing, in units of its own; all of them whole, so that no language writes them with a comma.
WIDTH, HEIGHT = 960, 300
LEFT, TOP, BOTTOM = 40, 24, 48
COLUMN, GAP = 20, 2
MOST_TICKS = 5
WIDEST_NUMBER = 99  # a longer one would run into its neighbour; then the axis and the table tell


@dataclass(frozen=True, slots=True)
class Cell:
    """How many in one quarter, and the list behind it."""

    series: str
    label: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    quarter: Quarter
    cells: list[Cell]

    @property
    def label(self) -> str:
        return self.quarter.in_words


@dataclass(frozen=True, slots=True)
class Column:
    cell: Cell
    name: str
    x: int
    y: int
    height: int
    width: int = COLUMN

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def above(self) -> int:
        return self.y - 5


@dataclass(frozen=True, slots=True)
class Mark:
    """Something written at a place of an axis."""

    at: int
    text: str
    below: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    columns: list[Column]
    ticks: list[Mark]
    quarters: list[Mark]
    has_numbers: bool
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    ground: int = HEIGHT - BOTTOM


def rows_of(filters: Filters) -> list[Row]:
    """Under all filters but those that this is about: the status and the quarters."""
    those = filters.but(status=EVERY_STATUS, raised="", ended="")
    quarters = quarters_of(filters.view.today)
    since, until = quarters[0].first_day, quarters[-1].shifted(1).first_day
    raised = _count(those, Q(raised_on__gte=since, raised_on__lt=until), "raised_on")
    ended = _count(those, Q(ended_on__gte=since, ended_on__lt=until), "ended_on", "status")
    return [
        Row(
            quarter,
            [
                Cell(RAISED, str(SERIES[RAISED]), raised[quarter.first_day,], those.url(raised=str(quarter))),
                *(
                    Cell(
                        status,
                        str(SERIES[status]),
                        ended[quarter.first_day, status],
                        those.url(status=status, ended=str(quarter)),
                    )
                    for status in (CLOSED, SUPERSEDED)
                ),
            ],
        )
        for quarter in quarters
    ]


def _count(filters: Filters, within: Q, day: str, *by: str) -> Counter[tuple[datetime.date | str, ...]]:
    counted = countable(filters, within, F(day))
    quarters = counted.rows.filter(within).annotate(quarter=TruncQuarter(day)).values_list("quarter", *by)
    return Counter({tuple(key): number for *key, number in quarters.annotate(total=counted.number)})


def chart_of(rows: list[Row]) -> Chart:
    most = max((cell.count for row in rows for cell in row.cells), default=0)
    step = _step(most)
    top = max(step * -(-most // step), step)
    room = HEIGHT - TOP - BOTTOM
    group = (WIDTH - LEFT) // max(len(rows), 1)
    inset = (group - len(SERIES) * (COLUMN + GAP)) // 2
    columns = []
    for place, row in enumerate(rows):
        for number, cell in enumerate(row.cells):
            if cell.count:
                tall = max(round(room * cell.count / top), 2)
                left = LEFT + place * group + inset + number * (COLUMN + GAP)
                columns.append(Column(cell, _name(row, cell), left, HEIGHT - BOTTOM - tall, tall))
    ticks = [
        Mark(HEIGHT - BOTTOM - round(room * value / top), str(value)) for value in range(0, top + 1, step)
    ]
    marks = [
        Mark(
            LEFT + place * group + group // 2,
            _("Q%(number)s") % {"number": row.quarter.number},
            below=str(row.quarter.year) if row.quarter.number == 1 or place == 0 else "",
        )
        for place, row in enumerate(rows)
    ]
    return Chart(columns, ticks, marks, has_numbers=most <= WIDEST_NUMBER)


def _name(row: Row, cell: Cell) -> str:
    return _("%(quarter)s: %(count)s %(series)s") % {
        "quarter": row.label,
        "count": cell.count,
        "series": cell.label.lower(),
    }


def _step(most: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50, … that leaves few enough ticks."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if most <= step * MOST_TICKS:
                return step
        power *= 10
