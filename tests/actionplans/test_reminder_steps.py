"""Other days of reminders while agreements are under way: nothing said is said again, nothing past is caught up."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from actionplans.models import ActionPlan, PlanShare, UpdateAgreement
from actionplans.sharing.services import reply
from actionplans.updates.reminders import REPLY_AWAITED, UPDATE_DUE, UPDATE_MISSING
from carportal.core.actor import Actor, Role
from carportal.core.models import Notification
from carportal.core.notifications import notification_kind
from stakeholders.reminding import ReminderKind, look_at, step_of, steps_of, sweep
from stakeholders.services import choose_reminders, put_back_reminders
from tests.actionplans.agreeing import IN_MAY, TODAY, agree, stand_still
from tests.actionplans.conftest import Story
from tests.actionplans.making import make_finding, make_plan, share_with
from tests.factories import make_actor, make_operator
from tests.parallel import at_once, in_turn

DUE = IN_MAY.first_due


def day(offset: int) -> date:
    return DUE + timedelta(days=offset)


@pytest.fixture
def manager(story: Story) -> Actor:
    return make_actor(story.supplier, Role.MANAGER)


@pytest.fixture
def agreement(story: Story, plan: ActionPlan, monkeypatch: pytest.MonkeyPatch) -> UpdateAgreement:
    stand_still(monkeypatch, TODAY)
    share = share_with(plan, story.alice, story.customer)
    reply(share_id=share.pk, actor=story.dora, sent_id=share.sent.get().pk, kind="confirmed")
    return agree(share, story.alice, story.dora)


def choose(actor: Actor, *days: int, kind: ReminderKind = UPDATE_DUE) -> None:
    assert actor.organisation_id is not None
    choose_reminders(organisation_id=actor.organisation_id, actor=actor, kind=kind, days=days)


def told(kind: str = "update_due") -> list[int]:
    """By which steps somebody was reminded, in the order of the calendar."""
    return sorted({step_of(each.period).days for each in Notification.objects.filter(kind=kind)})


class Days:
    """The days go by: each is swept, and what happens on it happens in its morning."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.patch = patch

    def until(self, offset: int) -> None:
        stand_still(self.patch, day(offset))

    def sweep(self, first: int, last: int) -> None:
        for offset in range(first, last + 1):
            self.until(offset)
            sweep()


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Days:
    return Days(monkeypatch)


@pytest.mark.django_db
@pytest.mark.usefixtures("agreement")
class TestOfUpdates:
    def test_days_that_were_chosen_are_those_on_which_the_site_is_reminded(self, manager: Actor, days: Days):
        choose(manager, -20, -3, 10)
        days.sweep(-30, 40)
        assert told() == [-20, -3, 10]

    def test_none_leaves_the_site_in_peace_and_the_operator_is_told_all_the_same(
        self, manager: Actor, days: Days
    ):
        make_actor(make_operator(), Role.COMPLIANCE)
        choose(manager)
        days.sweep(-20, 40)
        assert (told(), told("update_missing")) == ([], [35])

    def test_what_was_said_is_not_said_again_and_what_is_past_not_caught_up(self, manager: Actor, days: Days):
        days.sweep(-16, -5)
        choose(manager, -14, -10, -7, -2, 5)
        days.sweep(-5, 20)
        assert told() == [-14, -2, 5]

    def test_days_put_back_hold_again(self, manager: Actor, days: Days):
        choose(manager)
        days.sweep(-16, -5)
        assert manager.organisation_id is not None
        put_back_reminders(organisation_id=manager.organisation_id, actor=manager, kind=UPDATE_DUE)
        days.sweep(-5, 8)
        assert told() == [-1, 0, 7]

    def test_step_of_today_that_was_said_already_is_not_repeated(self, manager: Actor, days: Days):
        days.sweep(-14, -14)
        owed = Notification.objects.count()
        choose(manager, -14, -1)
        days.sweep(-14, -14)
        assert Notification.objects.count() == owed

    def test_step_of_today_that_is_new_is_told_today(self, manager: Actor, days: Days):
        days.sweep(-14, -6)
        choose(manager, -6)
        days.sweep(-6, -6)
        assert told() == [-14, -6]

    def test_what_a_sweep_that_was_down_has_not_said_is_said_by_the_new_days(
        self, manager: Actor, days: Days
    ):
        days.sweep(-16, -13)
        days.until(2)  # the sweeps of -1 and 0 did not run
        choose(manager, -3, 1)
        days.sweep(2, 2)
        assert told() == [-14, 1]

    def test_after_the_last_step_a_later_one_is_still_to_come(self, manager: Actor, days: Days):
        choose(manager, 0)
        days.sweep(-1, 10)
        assert UpdateAgreement.objects.get().remind_on == day(35)  # the operator's
        choose(manager, 0, 20)
        days.sweep(10, 21)
        assert told() == [0, 20]

    @pytest.mark.usefixtures("manager")
    def test_operators_days_are_its_own(self, days: Days):
        operator = make_actor(make_operator(), Role.MANAGER)
        make_actor(make_operator(), Role.COMPLIANCE)
        days.sweep(-1, 1)
        choose(operator, 20, 50, kind=UPDATE_MISSING)
        days.sweep(2, 60)
        assert told("update_missing") == [20, 50]
        assert told() == [-1, 0, 7, 14, 21, 28]

    def test_what_was_owed_by_a_step_that_nobody_has_any_more_is_read_and_overtaken(
        self, manager: Actor, days: Days
    ):
        days.sweep(7, 7)
        choose(manager, 9)
        (owed, *_) = Notification.objects.filter(kind="update_due")
        kind = notification_kind(owed.kind)
        assert kind.still_due(owed)
        assert "has not been posted yet" in kind.render(owed).text
        days.sweep(9, 9)
        assert not kind.still_due(owed)

    def test_other_suppliers_agreements_keep_their_days(self, story: Story, days: Days):
        days.sweep(-16, -10)
        before = UpdateAgreement.objects.get().remind_on
        choose(make_actor(story.other, Role.MANAGER), 20, kind=REPLY_AWAITED)
        assert UpdateAgreement.objects.get().remind_on == before

    def test_many_agreements_are_set_anew_in_as_many_queries_as_one(
        self, story: Story, days: Days, django_assert_num_queries: DjangoAssertNumQueries
    ):
        for _ in range(3):
            share = share_with(make_plan(make_finding(story.site), story.alice), story.alice, story.customer)
            agree(share, story.alice, story.dora)
        days.sweep(-3, -3)
        rows = UpdateAgreement.objects.in_force()
        with django_assert_num_queries(2):  # locked, time zones
            UPDATE_DUE.follow(story.supplier.pk, steps_of([0]))
        assert set(rows.values_list("remind_on", flat=True)) == {day(-1)}, "they come to it in time anyway"
        with django_assert_num_queries(3):  # and set
            UPDATE_DUE.follow(story.supplier.pk, steps_of([-3]))
        assert set(rows.values_list("remind_on", flat=True)) == {day(-3)}


@pytest.mark.django_db
def test_days_of_replies_are_the_partys_own(story: Story, plan: ActionPlan, monkeypatch: pytest.MonkeyPatch):
    stand_still(monkeypatch, TODAY)
    for party in (story.customer, story.other):
        share_with(plan, story.alice, party)
    make_actor(story.other)
    choose(make_actor(story.customer, Role.MANAGER), 3, 30, kind=REPLY_AWAITED)
    for passed in range(1, 60):
        stand_still(monkeypatch, TODAY + timedelta(days=passed))
        sweep()
        if passed == 20:
            choose(make_actor(story.other, Role.MANAGER), 2, 40, kind=REPLY_AWAITED)
    by_party = {
        organisation: sorted(
            {
                step_of(each.period).days
                for each in Notification.objects.filter(
                    kind="reply_awaited",
                    object_id=PlanShare.objects.get(organisation=organisation).sent.get().pk,
                )
            }
        )
        for organisation in (story.customer, story.other)
    }
    assert by_party == {story.customer: [3, 30], story.other: [14, 40]}


# --- Any days, any outages ------------------------------------------------------------------------------

chosen = st.lists(st.integers(-28, 40), max_size=8)
# What happens one after the other: so many days pass (the clock may jump back), then other days are chosen or not.
happenings = st.lists(st.tuples(st.integers(-3, 20), st.none() | chosen), min_size=1, max_size=12)


@given(first=chosen, happens=happenings, agreed=st.integers(-60, -1))
def test_no_step_is_told_twice_nor_lost_whatever_days_are_chosen_and_however_seldom_it_is_swept(
    first: list[int], happens: Sequence[tuple[int, list[int] | None]], agreed: int
):
    """Against a plain model: what had come by the latest clock is dealt with, and a sweep tells the newest of the rest."""
    steps = steps_of(first)
    clock = latest = since = agreed + 1
    remind_on: date | None = day(since)
    told_of: list[int] = []
    for passed, other in happens:
        clock += passed
        latest = max(latest, clock)
        if other is not None:
            steps = steps_of(other)
            if remind_on is None or remind_on > day(clock):
                remind_on = day(clock)
        if remind_on is None or remind_on > day(clock):
            continue
        look = look_at(DUE, steps, since=remind_on, on=day(clock))
        come = [step.days for step in steps if (remind_on - DUE).days <= step.days <= clock]
        assert (look.step.days if look.step else None) == max(come, default=None)
        if look.step is not None:
            told_of.append(look.step.days)
        remind_on = look.again_on
        assert remind_on is None or remind_on > day(clock)
        to_come = [step.days for step in steps if step.days > clock]
        assert remind_on == (day(min(to_come)) if to_come else None)
    assert all(agreed < step <= latest for step in told_of)


# --- At once ------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_days_chosen_while_it_is_swept_leave_nothing_said_twice_or_lost(
        self, manager: Actor, agreement: UpdateAgreement, monkeypatch: pytest.MonkeyPatch
    ):
        stand_still(monkeypatch, day(-14))
        results = at_once(sweep, partial(choose, manager, -14, -12), sweep, sweep)
        assert not [each for each in results if isinstance(each, Exception)]
        sweep()
        assert Notification.objects.filter(kind="update_due").count() == 3  # each writer once
        agreement.refresh_from_db()
        assert agreement.remind_on == day(-12)

    def test_change_waits_for_a_sweep_that_read_the_earlier_days(
        self, manager: Actor, agreement: UpdateAgreement, monkeypatch: pytest.MonkeyPatch
    ):
        stand_still(monkeypatch, day(-14))
        in_turn(sweep, partial(choose, manager, -13))
        sweep()
        agreement.refresh_from_db()
        assert agreement.remind_on == day(-13)
