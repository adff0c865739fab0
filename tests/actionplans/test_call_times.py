"""What stands on a clock somewhere, and when that is: for every zone and every hour, the hours that are skipped or
shown twice included."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from actionplans.calls.forms import OfferForm
from actionplans.calls.offers import MOST_SLOTS, Offer, clean_offer
from actionplans.calls.times import in_words, instant
from carportal.core.errors import InvalidInput

LONDON, DHAKA = ZoneInfo("Europe/London"), ZoneInfo("Asia/Dhaka")
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)

NAMES = sorted(name for name in available_timezones() if "/" in name)
zones = st.sampled_from(["Europe/London", "America/New_York", *NAMES]).map(ZoneInfo)
FROM, UNTIL = datetime.fromisoformat("2025-01-01"), datetime.fromisoformat("2030-01-01")
# Nights on which clocks somewhere go forward or back, and any other time.
TURNS = [datetime.fromisoformat(day) for day in ("2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01")]
clocks = st.one_of(
    st.datetimes(FROM, UNTIL),
    st.builds(
        lambda day, minutes: day + timedelta(minutes=minutes), st.sampled_from(TURNS), st.integers(0, 240)
    ),
).map(lambda each: each.replace(minute=each.minute // 5 * 5, second=0, microsecond=0))


@given(zones, clocks)
def test_moment_is_the_only_one_at_which_clocks_there_show_it(zone: ZoneInfo, local: datetime):
    # By trying every offset that there is, and not by what is tested.
    offsets = (timedelta(minutes=minutes) for minutes in range(-14 * 60, 14 * 60 + 1, 15))
    shown = [
        moment
        for moment in (local.replace(tzinfo=UTC) + offset for offset in offsets)
        if moment.astimezone(zone).replace(tzinfo=None) == local
    ]
    if len(shown) == 1:
        assert instant(local, zone) == shown[0]
    else:
        with pytest.raises(ValueError, match="twice" if shown else "pass over"):
            instant(local, zone)


@given(zones, st.datetimes(FROM, UNTIL).map(lambda each: each.replace(tzinfo=UTC)))
def test_reader_is_told_what_the_own_clock_will_show(zone: ZoneInfo, moment: datetime):
    said = in_words(moment, 60, zone)
    clock = moment.astimezone(zone)
    assert f"{clock:%H:%M} to " in said
    assert str(clock.year) in said
    assert str(zone).replace("_", " ") in said


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        (LONDON, "Sunday 29 March 2026, 00:30 to 02:30, Europe/London (UTC+00:00)"),  # the clocks go forward
        (DHAKA, "Sunday 29 March 2026, 06:30 to 07:30, Asia/Dhaka (UTC+06:00)"),
        (
            ZoneInfo("America/New_York"),
            "Saturday 28 March 2026, 20:30 to 21:30, America/New York (UTC-04:00)",
        ),
        (
            ZoneInfo("Pacific/Kiritimati"),
            "Sunday 29 March 2026, 14:30 to 15:30, Pacific/Kiritimati (UTC+14:00)",
        ),
        (
            ZoneInfo("Pacific/Chatham"),
            "Sunday 29 March 2026, 14:15 to 15:15, Pacific/Chatham (UTC+13:45)",
        ),
    ],
)
def test_one_moment_is_said_on_each_clock(zone: ZoneInfo, said: str):
    assert in_words(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), 60, zone) == said


def test_call_over_midnight_tells_the_day_on_which_it_ends():
    said = in_words(datetime(2026, 3, 10, 23, 30, tzinfo=UTC), 60, LONDON)
    assert said.startswith("Tuesday 10 March 2026, 23:30 to Wednesday 11 March 2026, 00:30,")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2026-03-29T01:30", "On 29 March 2026 the clocks in Europe/London go forward and pass over 01:30."),
        ("2026-10-25T01:30", "On 25 October 2026 the clocks in Europe/London go back and show 01:30 twice."),
        ("2026-02-30T10:00", "Enter a real day and time"),
        ("2026-04-01T10:00+02:00", "Enter a real day and time"),
        ("0001-01-01T00:00", "Enter a real day and time"),
        ("soon", "Enter a real day and time"),
    ],
)
def test_form_refuses_a_time_that_is_none_or_two(typed: str, sentence: str):
    with timezone.override(LONDON):
        form = OfferForm({"slot_1": typed, "duration": "30", "where": "+44 20 7946 0000"})
        assert not form.is_valid()
        assert sentence in form.errors["slot_1"][0]
        assert f'value="{typed}"' in str(form["slot_1"])  # nothing typed is lost


@given(st.lists(st.integers(-3, 370 * 24), max_size=5))
def test_times_that_can_be_proposed_are_one_to_three_different_ones_within_a_year(hours: list[int]):
    slots = [NOW + timedelta(hours=each) for each in hours]
    fine = (
        1 <= len(slots) <= MOST_SLOTS
        and len(set(slots)) == len(slots)
        and all(0 < each <= 366 * 24 for each in hours)
    )
    offer = Offer(slots, 60, "https://meet.example.org")
    if fine:
        assert clean_offer(offer, now=NOW).slots == sorted(slots)
    else:
        with pytest.raises(InvalidInput) as refused:
            clean_offer(offer, now=NOW)
        assert refused.value.fields
