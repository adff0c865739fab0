"""When digests come: at an hour of one's own clock, whatever clocks and zones do."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from carportal.core.choices.clock import PERIODS, SLACK, Hours, at_hour, next_digest
from carportal.core.choices.groups import Pace

HOUR = timedelta(hours=1)
# Summer time of half an hour, of two hours and at other times of the year; the ends of the world; one left out a day.
ZONES = [
    "UTC",
    "Europe/London",
    "America/New_York",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Antarctica/Troll",
    "Asia/Dhaka",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Pacific/Honolulu",
    "Pacific/Kiritimati",
]
zones = st.sampled_from(ZONES).map(ZoneInfo)
hours = st.builds(Hours, st.integers(0, 23), st.integers(0, 6), zones)
paces = st.sampled_from([Pace.DAILY, Pace.WEEKLY])
moments = st.integers(0, 30 * 365 * 24 * 60).map(
    lambda minutes: datetime(2010, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
FEWER = hypothesis_settings(max_examples=hypothesis_settings().max_examples // 2)


@given(paces, hours, moments)
def test_next_digest_is_ahead_and_at_most_a_period_and_an_hour_away(
    pace: Pace, wanted: Hours, now: datetime
) -> None:
    moment = next_digest(pace, wanted, after=now)
    leap = abs(_offset(moment, wanted.zone) - _offset(now, wanted.zone))
    assert now < moment <= now + PERIODS[pace] + max(HOUR, leap)


@given(paces, hours, moments)
def test_next_digest_is_at_the_hour_and_the_day_that_were_chosen(
    pace: Pace, wanted: Hours, now: datetime
) -> None:
    moment = next_digest(pace, wanted, after=now)
    local = moment.astimezone(wanted.zone)
    is_skipped = _offset(moment, wanted.zone) != _offset(moment - HOUR * 25, wanted.zone)
    if not is_skipped:
        assert (local.hour, local.minute) == (wanted.hour, 0)
        assert pace == Pace.DAILY or local.weekday() == wanted.weekday


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


@pytest.mark.parametrize(
    ("day", "hour", "moment"),
    [
        (date(2026, 3, 29), 1, "2026-03-29T01:00"),  # the clock goes from 1 to 2
        (date(2026, 3, 29), 2, "2026-03-29T01:00"),
        (date(2026, 10, 25), 1, "2026-10-25T00:00"),  # it is 1 twice
        (date(2026, 7, 1), 7, "2026-07-01T06:00"),
    ],
)
def test_an_hour_that_a_clock_skips_or_shows_twice_comes_once(day: date, hour: int, moment: str) -> None:
    london = Hours(hour, 0, ZoneInfo("Europe/London"))
    assert at_hour(day, london) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@FEWER
@given(
    paces,
    st.lists(
        st.tuples(hours, st.floats(min_value=-3, max_value=40).map(lambda hours: timedelta(hours=hours))),
        min_size=3,
        max_size=25,
    ),
    moments,
)
def test_journeys_and_clocks_that_jump_back_bring_no_two_digests_in_one_period(
    pace: Pace, journey: list[tuple[Hours, timedelta]], now: datetime
) -> None:
    """Its reader is somewhere else, with the same hour, each time that the worker looks; the clock may jump back."""
    told: list[datetime] = []
    wanted = journey[0][0]
    planned = next_digest(pace, wanted, after=now)
    for where, later in journey:
        now += later
        wanted = wanted._replace(zone=where.zone)
        last = told[-1] if told else None
        if planned <= now:
            told.append(planned)
            last = planned
        planned = next_digest(pace, wanted, after=now, last=last)
        latest = max(now, last + PERIODS[pace] - SLACK) if last else now
        assert planned <= latest + PERIODS[pace] + 25 * HOUR  # Apia left out a day
        assert planned > now
    assert all(abs(later - earlier) >= PERIODS[pace] - SLACK for earlier, later in pairwise(told))


def test_a_journey_along_the_sun_leaves_a_day_out_and_one_of_a_few_zones_does_not() -> None:
    tokyo, honolulu, helsinki = (
        Hours(7, 0, ZoneInfo(name)) for name in ("Asia/Tokyo", "Pacific/Honolulu", "Europe/Helsinki")
    )
    last = at_hour(date(2026, 6, 3), tokyo)
    assert next_digest(Pace.DAILY, honolulu, after=last, last=last) == at_hour(date(2026, 6, 4), honolulu)
    last = at_hour(date(2026, 6, 3), Hours(7, 0, ZoneInfo("Europe/London")))
    assert next_digest(Pace.DAILY, helsinki, after=last, last=last) == at_hour(date(2026, 6, 4), helsinki)


def test_a_last_digest_of_the_far_future_holds_nothing_up() -> None:
    wanted = Hours(7, 0, ZoneInfo("Europe/London"))
    now = datetime(2026, 6, 3, tzinfo=UTC)
    assert next_digest(Pace.WEEKLY, wanted, after=now, last=now + timedelta(days=900)) <= now + timedelta(
        days=8
    )
