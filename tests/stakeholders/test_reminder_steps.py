"""Steps of reminders: which holds on which day, and whose; plain dates first, then those that were chosen."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from carportal.core.actor import OrganisationKind
from stakeholders.models import ReminderSteps
from stakeholders.reminding import (
    Look,
    ReminderKind,
    Step,
    about_of,
    look_at,
    period_of,
    step_of,
    steps_for,
    steps_of,
)
from tests.factories import make_supplier

dates = st.dates(date(2020, 1, 1), date(2036, 12, 31))
offsets = st.integers(-60, 120)
some_steps = st.lists(offsets, max_size=8).map(steps_of)

ABOUT = date(2026, 5, 31)


@given(about=dates, days=st.integers(-400, 400))
def test_period_says_which_date_and_which_step(about: date, days: int):
    period = period_of(about, Step(days))
    assert (about_of(period), step_of(period), step_of(Step(days).name)) == (about, Step(days), Step(days))
    assert len(period) <= 40


@pytest.mark.parametrize("period", ["", "2026-05-31", "2026-05-31 operator", "2026-05-31 -3-after"])
def test_what_names_no_step_is_not_read_as_one(period: str):
    with pytest.raises(ValueError, match="names no step"):
        step_of(period)


def test_steps_are_in_the_order_of_their_days_each_once():
    assert steps_of([7, -14, 0, 7]) == (Step(-14), Step(0), Step(7))
    assert [step.name for step in steps_of([7, -14, 0])] == ["14-before", "on-the-day", "7-after"]


@given(steps=some_steps, since=offsets, on=offsets)
def test_newest_step_is_told_of_those_that_came_since_the_last_look(
    steps: tuple[Step, ...], since: int, on: int
):
    def day(offset: int) -> date:
        return ABOUT + timedelta(days=offset)

    look = look_at(ABOUT, steps, since=day(since), on=day(on))
    if on < since:
        assert look == Look(None, day(since))
    else:
        come = [step for step in steps if since <= step.days <= on]
        assert look.step == max(come, default=None)
        assert look.again_on == min((step.day(ABOUT) for step in steps if step.days > on), default=None)


class TestOfOrganisations:
    KIND = ReminderKind(
        name="something_due",
        label="Something",
        about="the day of something",
        told="somebody",
        days=(-1, 7),
        lowest=-14,
        highest=28,
        concerns=frozenset({OrganisationKind.SUPPLIER}),
        follow=lambda _organisation_id, _steps: None,
    )

    @pytest.mark.django_db
    def test_steps_that_were_chosen_hold_and_the_usual_ones_for_all_others(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ):
        own, none, other = (make_supplier() for _ in range(3))
        ReminderSteps.objects.create(organisation=own, kind=self.KIND.name, days=[-3, 0])
        ReminderSteps.objects.create(organisation=none, kind=self.KIND.name, days=[])
        ReminderSteps.objects.create(organisation=other, kind="another", days=[1])
        with django_assert_num_queries(1):
            found = steps_for(self.KIND, [own.pk, none.pk, other.pk, other.pk])
        assert found == {own.pk: steps_of([-3, 0]), none.pk: (), other.pk: steps_of([-1, 7])}
