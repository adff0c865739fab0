"""The drawing of the quarters: true to its figures, whatever these are, and within its frame."""

from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from carportal.web.quarterly import CLOSED, COLUMN, RAISED, SUPERSEDED, Cell, Row, chart_of
from findings.quarters import quarters_until

counts = st.lists(
    st.tuples(*[st.one_of(st.integers(0, 9), st.integers(0, 1_000_000))] * 3), min_size=12, max_size=12
)


def rows_with(numbers: list[tuple[int, ...]]) -> list[Row]:
    quarters = quarters_until(date(2026, 11, 25), count=len(numbers))
    series = (RAISED, CLOSED, SUPERSEDED)
    return [
        Row(
            quarter,
            [Cell(key, key.title(), n, f"/cars/?n={n}") for key, n in zip(series, three, strict=True)],
        )
        for quarter, three in zip(quarters, numbers, strict=True)
    ]


@given(counts)
@example([(0, 0, 0)] * 12)
@example([(1, 0, 0)] * 12)
@example([(100, 99, 0)] * 12)
def test_columns_are_as_tall_as_their_figures_and_stand_apart(numbers: list[tuple[int, ...]]) -> None:
    rows = rows_with(numbers)
    chart = chart_of(rows)
    drawn = [column.cell for column in chart.columns]
    assert drawn == [cell for row in rows for cell in row.cells if cell.count]
    for one, other in zip(chart.columns, chart.columns[1:], strict=False):
        assert one.x + COLUMN <= other.x
        assert (one.cell.count > other.cell.count) <= (one.height >= other.height)
    for column in chart.columns:
        assert chart.left <= column.x
        assert column.x + column.width <= chart.width
        assert 0 < column.y == chart.ground - column.height
        assert str(column.cell.count) in column.name


@given(counts)
@example([(0, 0, 0)] * 12)
def test_the_axis_has_few_round_marks_and_reaches_the_longest(numbers: list[tuple[int, ...]]) -> None:
    chart = chart_of(rows_with(numbers))
    values = [int(tick.text) for tick in chart.ticks]
    assert 2 <= len(values) <= 6
    assert values[0] == 0
    assert values[-1] >= max(n for three in numbers for n in three)
    step = values[1]
    assert values == list(range(0, values[-1] + 1, step))
    assert str(step).rstrip("0") in {"1", "2", "5"}


def test_numbers_stand_on_the_columns_only_where_they_have_room() -> None:
    assert chart_of(rows_with([(99, 1, 1)] * 12)).has_numbers
    assert not chart_of(rows_with([(100, 1, 1)] * 12)).has_numbers


def test_a_year_is_written_where_it_begins() -> None:
    marks = chart_of(rows_with([(1, 0, 0)] * 12)).quarters
    assert [mark.text for mark in marks[:5]] == ["Q1", "Q2", "Q3", "Q4", "Q1"]
    assert [mark.below for mark in marks if mark.below] == ["2024", "2025", "2026"]
