"""What is to be done over the years, as a drawing: where each bar begins and how long it is, in percent of the width."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from actionplans.annex.periods import Period
from actionplans.annex.rows import GroupRow

LABEL_LENGTH = 30  # characters that fit the width of a phone, beside the state
HEAD, LINE = 26, 42  # pixels: the years above, and a bar with its label
_FILLS = {"done": "#0b5558", "under_way": "#8cc0bd"}
MOST_YEARS_NAMED = 6  # more would run into each other on a phone


class Cell(Protocol):
    @property
    def text(self) -> str: ...


class Row(Protocol):
    @property
    def cells(self) -> Mapping[str, Cell]: ...


@dataclass(frozen=True, slots=True)
class Year:
    label: str  # empty where there is no room
    left: str
    label_left: str


@dataclass(frozen=True, slots=True)
class Bar:
    """`left` and `width` in percent, the others in pixels; `state` is its key."""

    label: str
    state: str
    state_label: str
    left: str
    width: str
    is_open: bool  # no end was suggested
    label_y: int
    bar_y: int

    @property
    def caption(self) -> str:
        return f"{self.state_label}: {self.label}" if self.state_label else self.label

    @property
    def fill(self) -> str:
        """For paper; a page has its stylesheet."""
        return _FILLS.get(self.state, "#ffffff")

    @property
    def is_dashed(self) -> bool:
        return self.is_open or self.state == "dropped"


@dataclass(frozen=True, slots=True)
class Timeline:
    years: tuple[Year, ...]
    bars: tuple[Bar, ...]
    first_year: int
    last_year: int

    @property
    def height(self) -> int:
        return HEAD + LINE * len(self.bars) + 4


def draw_timeline(rows: Sequence[GroupRow], rendered: Sequence[Row]) -> Timeline | None:
    """The rows that have a time, in their order, each with the words of the rendered one; None without any."""
    timed = [
        (row, words, span)
        for row, words in zip(rows, rendered, strict=True)
        if (span := _span(row)) is not None
    ]
    if not timed:
        return None
    first = min(begins for _row, _words, (begins, _end) in timed)
    # An open bar has room at least until the end of the year in which it begins.
    last = max(end or date(begins.year + 1, 1, 1) for _row, _words, (begins, end) in timed)
    after = last.year + (last > date(last.year, 1, 1))
    axis = _Axis(first.year, after)
    bars = [_bar(axis, number, row, words, *span) for number, (row, words, span) in enumerate(timed)]
    return Timeline(axis.years(), tuple(bars), axis.first, axis.after - 1)


def _span(row: GroupRow) -> tuple[date, date | None] | None:
    """When it begins and the day after its end; without a beginning it is drawn over the time it is to be done in."""
    starts, ends = (Period.read(text) if text else None for text in (row.cells["starts"], row.cells["ends"]))
    if starts is None:
        return (ends.begins, ends.ends_before) if ends is not None else None
    if ends is None:
        return starts.begins, None
    return min(starts.begins, ends.begins), max(starts.ends_before, ends.ends_before)


@dataclass(frozen=True, slots=True)
class _Axis:
    first: int
    after: int  # the year that is not on it any more

    def percent(self, day: date) -> float:
        months = (day.year - self.first) * 12 + day.month - 1
        return 100 * months / (12 * (self.after - self.first))

    def years(self) -> tuple[Year, ...]:
        count = self.after - self.first
        every = -(-count // MOST_YEARS_NAMED)
        return tuple(
            Year(
                label=str(year) if (year - self.first) % every == 0 else "",
                left=_spelt(self.percent(date(year, 1, 1))),
                label_left=_spelt(self.percent(date(year, 1, 1)) + 0.6),
            )
            for year in range(self.first, self.after)
        )


def _bar(axis: _Axis, number: int, row: GroupRow, words: Row, begins: date, end: date | None) -> Bar:
    left = axis.percent(begins)
    right = axis.percent(end) if end is not None else 100.0
    top = HEAD + LINE * number
    state = words.cells.get("state")
    return Bar(
        label=_shortened(words.cells["what"].text if "what" in words.cells else ""),
        state=row.cells["state"],
        state_label=state.text if state is not None else "",
        left=_spelt(left),
        width=_spelt(right - left),
        is_open=end is None,
        label_y=top + 14,
        bar_y=top + 21,
    )


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LABEL_LENGTH else f"{line[: LABEL_LENGTH - 1].rstrip()}…"


def _spelt(percent: float) -> str:
    """Without the reader's decimal comma, which SVG does not know."""
    return f"{percent:.2f}".rstrip("0").rstrip(".")
