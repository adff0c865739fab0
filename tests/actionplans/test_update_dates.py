"""When updates are due: plain dates, over any agreement."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplans.updates.dates import COUNTS_FROM, add_months, due_after, due_after_update
from actionplans.updates.reminders import REMINDERS, REPLY_AWAITED, UPDATE_DUE, UPDATE_MISSING
from stakeholders.models import MOST_STEPS
from stakeholders.reminding import ReminderKind

days = st.dates(date(2020, 1, 1), date(2036, 12, 31))
months = st.sampled_from([1, 2, 3, 4, 6, 12])


def series(first: date, every: int) -> list[date]:
    """The agreed dates of thirty years, one by one."""
    return [add_months(first, every * number) for number in range(30 * 12 // every)]


@pytest.mark.parametrize(
    ("first", "every", "dates"),
    [
        ("2026-08-31", 6, ["2026-08-31", "2027-02-28", "2027-08-31", "2028-02-29", "2028-08-31"]),
        ("2026-01-31", 1, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]),
        ("2028-02-29", 12, ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]),
        ("2026-11-30", 3, ["2026-11-30", "2027-02-28", "2027-05-30", "2027-08-30", "2027-11-30"]),
    ],
)
def test_dates_are_counted_from_the_first_one(first: str, every: int, dates: list[str]):
    found = [date.fromisoformat(first)]
    while len(found) < len(dates):
        found.append(due_after(found[0], every, found[-1]))
    assert [each.isoformat() for each in found] == dates


@given(first=days, every=months, day=days)
def test_next_date_is_the_first_of_them_that_is_later(first: date, every: int, day: date):
    assert due_after(first, every, day) == min(each for each in series(first, every) if each > day)


@given(first=days, every=months)
def test_each_date_is_the_same_day_of_a_month_or_its_last(first: date, every: int):
    for number, each in enumerate(series(first, every)[:48]):
        passed = (each.year - first.year) * 12 + each.month - first.month
        assert passed == number * every
        is_last = (each + timedelta(days=1)).day == 1
        assert each.day == first.day or (is_last and each.day < first.day)


DUE = date(2026, 5, 31)


@pytest.mark.parametrize(
    ("posted_on", "then"),
    [
        ("2026-05-16", "2026-05-31"),  # fifteen days early: one more
        ("2026-05-17", "2026-08-31"),  # since the first reminder: in time
        ("2026-05-31", "2026-08-31"),
        ("2026-06-20", "2026-08-31"),  # late
        ("2026-08-16", "2026-08-31"),  # so late that the next is near
        ("2026-08-17", "2026-11-30"),  # and nearer than a fortnight: it counts for both
        ("2027-01-04", "2027-02-28"),
    ],
)
def test_update_moves_the_date_on_when_it_counts_for_it(posted_on: str, then: str):
    after = due_after_update(DUE, 3, DUE, posted_on=date.fromisoformat(posted_on))
    assert after == date.fromisoformat(then)


@given(first=days, every=months, posts=st.lists(st.integers(-60, 400), min_size=1, max_size=12))
def test_updates_never_move_a_date_back_nor_swallow_one_that_is_far(
    first: date, every: int, posts: list[int]
):
    """Posted on any days, a clock that jumps back included."""
    due = first
    for posted_on in (first + timedelta(days=number) for number in posts):
        after = due_after_update(first, every, due, posted_on=posted_on)
        assert after in series(first, every)
        assert after >= due
        if posted_on < due - COUNTS_FROM:
            assert after == due
        else:
            assert after > posted_on + COUNTS_FROM
            skipped = [each for each in series(first, every) if due < each < after]
            assert all(each <= posted_on + COUNTS_FROM for each in skipped)
        due = after


def test_usual_days_are_14_and_1_before_the_day_and_four_weeks_after_then_the_operator_is_told():
    assert UPDATE_DUE.days == (-14, -1, 0, 7, 14, 21, 28)
    assert UPDATE_MISSING.days == (35,)
    assert REPLY_AWAITED.days == (14, 28)


@pytest.mark.parametrize("kind", REMINDERS)
def test_usual_days_are_such_as_may_be_chosen(kind: ReminderKind):
    assert len(kind.days) <= MOST_STEPS
    assert kind.lowest <= min(kind.days)
    assert max(kind.days) <= kind.highest
