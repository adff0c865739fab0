"""A party is reminded of the actions that it took on, around the time by the end of which they are to be done."""

import logging
from collections import Counter
from datetime import date, timedelta
from functools import partial
from importlib import import_module
from uuid import UUID

import pytest
from django.apps import apps
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from actionplans.annex import CURRENT, GroupRow
from actionplans.duties.owned import due_on
from actionplans.duties.reminding import ACTION_DUE
from actionplans.models import ActionPlan, Duty, PlanShare
from actionplans.plans.services import carry_on_plan
from actionplans.sharing.services import reply, withdraw_share
from carportal.core.actor import Role
from carportal.core.delivery import deliver_due
from carportal.core.models import Delivery, Notification
from carportal.core.notifications import Message, notification_kind
from stakeholders.models import Membership, ReminderSteps, Site
from stakeholders.reminding import Swept, steps_for, sweep
from tests.actionplans.agreeing import TODAY, stand_still
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    end_by_next_audit,
    make_finding,
    make_plan,
    share_with,
    write,
)
from tests.actionplans.pages import client_of, text_of
from tests.actionplans.taking_on import PAY, accept, decline, duty_of, give_action, report
from tests.factories import make_actor, make_relationship, make_site
from tests.parallel import at_once, in_turn

pytestmark = pytest.mark.django_db

DUE = date(2026, 6, 30)  # of what is to be done by the end of June, or of the second quarter
KIND = "duty_due"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch, TODAY)


@pytest.fixture
def action(story: Story, plan: ActionPlan) -> UUID:
    return give_action(plan, story.alice, story.customer, ends="2026-06")


@pytest.fixture
def share(story: Story, plan: ActionPlan, action: UUID) -> PlanShare:
    return send(plan, story)


@pytest.fixture
def duty(story: Story, share: PlanShare, action: UUID) -> Duty:
    """Taken on; nobody is reminded of anything else."""
    return accept(duty_of(share, action), story.dora)


def send(plan: ActionPlan, story: Story) -> PlanShare:
    """Shared with the customer, who has answered, so that there is nothing to remind of but actions."""
    share = share_with(plan, story.alice, story.customer)
    reply(share_id=share.pk, actor=story.dora, sent_id=share.sent.latest("sent_at").pk, kind="confirmed")
    return share


def day(offset: int) -> date:
    """So many days after the one by which it is to be done."""
    return DUE + timedelta(days=offset)


def swept(on: date) -> int:
    """How many people were newly told of an action."""
    return sweep(on).owed[KIND]


def told_from(first: int, last: int) -> list[int]:
    """The days on which somebody was, in a sweep each day."""
    return [offset for offset in range(first, last) if swept(day(offset))]


def newest() -> Notification:
    return Notification.objects.filter(kind=KIND).latest("created_at")


def is_due(notification: Notification) -> bool:
    return notification_kind(KIND).still_due(notification)


def mail() -> Message:
    return notification_kind(KIND).render(newest())


@pytest.mark.parametrize(
    ("ends", "last"),
    [
        ("2026-06", DUE),
        ("2026-Q2", DUE),
        ("2027-02", date(2027, 2, 28)),
        ("2028-02", date(2028, 2, 29)),
        ("2027-Q4", date(2027, 12, 31)),
        ("2027", date(2027, 12, 31)),
        ("", None),
        ("soon", None),
    ],
)
def test_action_is_due_on_the_last_day_of_its_time(ends: str, last: date | None):
    row = GroupRow.of(CURRENT.group("actions"), UUID(int=1), {"what": PAY, "ends": ends})
    assert due_on(row) == last


class TestWhoIsTold:
    @pytest.mark.usefixtures("duty")
    def test_swept_every_day_those_who_write_for_the_party_are_told_three_times_and_nobody_else(
        self, story: Story
    ):
        erik = make_actor(story.customer, Role.MANAGER)
        make_actor(story.customer, Role.VIEWER)
        assert told_from(-100, 60) == [-14, 0, 14]
        people = Counter(Notification.objects.filter(kind=KIND).values_list("recipient", flat=True))
        assert people == {story.dora.user_id: 3, erik.user_id: 3}

    def test_nobody_who_has_not_taken_it_on(self, story: Story, share: PlanShare, action: UUID):
        assert told_from(-20, 20) == []
        decline(duty_of(share, action), story.dora)
        assert told_from(-20, 20) == []

    def test_nobody_of_an_action_without_a_time(self, story: Story, plan: ActionPlan):
        action = give_action(plan, story.alice, story.customer)
        taken_on = accept(duty_of(send(plan, story), action), story.dora)
        assert (taken_on.due_on, taken_on.remind_on) == (None, None)

    def test_who_takes_on_what_is_due_soon_or_was_is_told_of_the_days_that_come(
        self, story: Story, share: PlanShare, action: UUID, monkeypatch: pytest.MonkeyPatch
    ):
        stand_still(monkeypatch, day(-14))
        taken_on = accept(duty_of(share, action), story.dora)
        assert told_from(-14, 1) == [0]
        decline(taken_on, story.dora)
        stand_still(monkeypatch, day(20))
        accept(taken_on, story.dora)
        assert told_from(20, 60) == []
        assert Duty.objects.get().remind_on is None

    def test_one_mail_of_all_actions_that_are_due_the_same_day(
        self, story: Story, plan: ActionPlan, duty: Duty
    ):
        others = [
            give_action(plan, story.alice, story.customer, f"{ends}", ends=ends)
            for ends in ("2026-Q2", "2026")
        ]
        share = send(plan, story)
        for action in others:
            accept(duty_of(share, action), story.dora)
        assert swept(day(0)) == 1
        assert "took on 2 actions of the plan of Green Valley Packhouse" in mail().text
        report(duty, story.dora, "done")
        assert "took on an action of the plan" in mail().text
        assert is_due(newest())
        report(duty_of(share, others[0]), story.dora, "done")
        assert not is_due(newest())

    @pytest.mark.usefixtures("duty")
    def test_days_are_those_that_the_party_chose(self, story: Story):
        ReminderSteps.objects.create(organisation=story.customer, kind=ACTION_DUE.name, days=[-30, 7])
        assert told_from(-40, 20) == [-30, 7]

    @pytest.mark.usefixtures("duty")
    def test_days_that_are_chosen_later_hold_from_then_on(
        self, story: Story, monkeypatch: pytest.MonkeyPatch
    ):
        assert told_from(-20, -9) == [-14]
        stand_still(monkeypatch, day(-9))
        ReminderSteps.objects.create(organisation=story.customer, kind=ACTION_DUE.name, days=[-12, -7])
        ACTION_DUE.follow(story.customer.pk, steps_for(ACTION_DUE, [story.customer.pk])[story.customer.pk])
        assert told_from(-9, 20) == [-7]


class TestUntilWhen:
    def test_until_a_report_says_that_it_is_done_and_again_once_one_says_it_is_not(
        self, story: Story, duty: Duty, monkeypatch: pytest.MonkeyPatch
    ):
        assert told_from(-20, -9) == [-14]
        report(duty, story.dora, "under_way")
        assert told_from(-9, 1) == [0]
        report(duty, story.dora, "done", "All is paid.")
        assert Duty.objects.get().remind_on is None
        stand_still(monkeypatch, day(5))
        report(duty, story.dora, "under_way", "One rate came back.")
        assert told_from(5, 30) == [14]

    def test_what_was_done_before_it_was_taken_on_anew_is_no_answer_to_that(
        self,
        story: Story,
        plan: ActionPlan,
        duty: Duty,
        action: UUID,
        monkeypatch: pytest.MonkeyPatch,
    ):
        report(duty, story.dora, "done")
        stand_still(monkeypatch, day(-10))
        write(plan, story.alice, **{f"{action}.what": "Pay half."})
        share = send(plan, story)
        assert told_from(-20, -9) == []
        accept(duty_of(share, action), story.dora)
        assert told_from(-9, 20) == [0, 14]

    @pytest.mark.usefixtures("duty")
    def test_version_with_another_time_moves_it_once_that_is_taken_on(
        self, story: Story, plan: ActionPlan, action: UUID
    ):
        assert swept(day(-14)) == 1
        write(plan, story.alice, **{f"{action}.ends": "2026-09"})
        share = send(plan, story)
        assert not is_due(newest())
        assert told_from(-13, 20) == []
        accept(duty_of(share, action), story.dora)
        first = date(2026, 9, 16) - DUE
        assert told_from(20, 100) == [first.days, first.days + 14]

    def test_version_that_says_the_same_of_it_changes_nothing(
        self, story: Story, plan: ActionPlan, duty: Duty
    ):
        before = Duty.objects.get().remind_on
        write(plan, story.alice, actions="Other words.")
        send(plan, story)
        assert Duty.objects.get().remind_on == before
        assert told_from(-20, 20) == [-14, 0, 14]
        assert duty.pk == Duty.objects.get().pk

    @pytest.mark.parametrize("how", ["declined", "withdrawn", "ended", "finished"])
    def test_not_once_it_is_nobodys_any_more_nor_is_what_was_owed_sent(
        self, story: Story, plan: ActionPlan, share: PlanShare, duty: Duty, action: UUID, how: str
    ):
        assert swept(day(-14)) == 1
        if how == "declined":
            decline(duty, story.dora)
        elif how == "withdrawn":
            withdraw_share(share_id=share.pk, actor=story.alice)
        elif how == "ended":
            end_by_next_audit(story.finding)
        else:
            write(plan, story.alice, **{f"{action}.state": "done"})
            send(plan, story)
        assert not is_due(newest())
        assert told_from(-13, 20) == []
        assert Duty.objects.get().remind_on is None

    @pytest.mark.usefixtures("duty")
    def test_to_nobody_who_has_left_and_of_two_reminders_the_later_alone(self, story: Story):
        swept(day(-14))
        first = newest()
        assert is_due(first)
        swept(day(0))
        later = Notification.objects.filter(kind=KIND).exclude(pk=first.pk).get()
        assert (is_due(first), is_due(later)) == (False, True)
        Membership.objects.filter(user=story.dora.user_id).update(role=Role.VIEWER)
        assert not is_due(later)

    @pytest.mark.usefixtures("duty")
    def test_sweep_that_was_down_tells_what_is_still_true_once(self):
        assert [swept(day(offset)) for offset in (-11, -11, 3, 4)] == [1, 0, 1, 0]
        periods = set(Notification.objects.filter(kind=KIND).values_list("period", flat=True))
        assert periods == {"2026-06-30 14-before", "2026-06-30 on-the-day"}


class TestCarriedOn:
    def test_it_is_reminded_of_under_the_new_car_of_days_that_come(
        self, story: Story, plan: ActionPlan, duty: Duty, monkeypatch: pytest.MonkeyPatch
    ):
        assert told_from(-20, -9) == [-14]
        stand_still(monkeypatch, day(-9))
        share = self.shared(story, plan)
        assert told_from(-9, 20) == [0, 14]
        assert Notification.objects.filter(kind=KIND, object_id=share.pk).count() == 2
        assert Duty.objects.get(pk=duty.pk).remind_on is None

    def test_one_that_was_reported_as_done_is_done_there(self, story: Story, plan: ActionPlan, duty: Duty):
        report(duty, story.dora, "done")
        share = self.shared(story, plan)
        assert share.duties.get().is_accepted
        assert told_from(-20, 20) == []

    @staticmethod
    def shared(story: Story, plan: ActionPlan) -> PlanShare:
        successor = make_finding(story.site)
        end_by_next_audit(plan.finding, successor=successor)
        new = carry_on_plan(finding_id=successor.pk, actor=story.alice, from_plan_id=plan.pk)
        return send(new, story)


class TestWhatItSays:
    @pytest.mark.usefixtures("duty")
    def test_mail_says_by_when_without_a_word_of_what(self, story: Story):
        swept(day(-14))
        message = mail()
        assert message.subject == (
            f"Your action in the plan of Green Valley Packhouse for {story.finding.reference}"
            " is planned until 30 June 2026"
        )
        for content in (message.text, message.html):
            assert "took on an action of the plan of Green Valley Packhouse" in content
            assert "to be done by 30 June 2026." in content
            assert PAY not in content

    @pytest.mark.usefixtures("duty")
    def test_after_the_day_it_says_what_was_planned_and_nothing_is_called_late(self):
        swept(day(14))
        message = mail()
        assert message.subject.endswith("was planned until 30 June 2026")
        for content in (message.text, message.html):
            assert "that was planned until 30 June 2026. No report says yet that it is done." in content
            assert not any(word in content.lower() for word in ("overdue", "late ", "deadline", "missed"))

    def test_page_tells_the_party_and_not_the_site(self, story: Story, share: PlanShare, duty: Duty):
        page = f"/shares/{share.pk}/"
        sentence = "are reminded of it by e-mail around 30 June 2026"
        assert sentence in text_of(client_of(story.dora).get(page))
        assert sentence not in text_of(client_of(story.alice).get(page))
        report(duty, story.dora, "done")
        assert sentence not in text_of(client_of(story.dora).get(page))


class TestTheSweep:
    def test_day_begins_when_it_begins_at_the_site(self, duty: Duty, monkeypatch: pytest.MonkeyPatch):
        """At noon in Greenwich it is the next day already in Auckland."""
        stand_still(monkeypatch, day(-15))
        assert sweep() == Swept()
        Site.objects.filter(pk=duty.share.plan.finding.site_id).update(time_zone="Pacific/Auckland")
        assert sweep().owed[KIND] == 1

    def test_one_row_that_cannot_be_read_stops_no_other(
        self,
        story: Story,
        duty: Duty,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ):
        site = make_site(story.supplier)
        make_relationship(site, story.customer)
        plan = make_plan(make_finding(site), story.alice)
        action = give_action(plan, story.alice, story.customer, ends="2026-06")
        share = send(plan, story)
        poison = accept(duty_of(share, action), story.dora)
        Site.objects.filter(pk=plan.finding.site_id).update(time_zone="Europe/Atlantis")
        stand_still(monkeypatch, day(0))
        with caplog.at_level(logging.CRITICAL):
            found = sweep()
        assert (found.owed[KIND], found.failed > 0) == (1, True)
        assert Duty.objects.get(pk=duty.pk).remind_on == day(14)
        assert Duty.objects.get(pk=poison.pk).remind_on == TODAY + timedelta(days=1)

    def test_many_due_take_as_many_queries_as_one(
        self, story: Story, duty: Duty, django_assert_num_queries: DjangoAssertNumQueries
    ):
        sweep(day(-50))
        with django_assert_num_queries(9):
            assert swept(day(-14)) == 1
        for _ in range(3):
            plan = make_plan(make_finding(story.site), story.alice)
            action = give_action(plan, story.alice, story.customer, ends="2026-Q2")
            share = send(plan, story)
            accept(duty_of(share, action), story.dora)
        sweep(day(-13))
        with django_assert_num_queries(9):
            assert swept(day(0)) == 4
        with django_assert_num_queries(1):
            assert sweep(day(1)) == Swept()
        assert duty.due_on == DUE

    def test_those_that_were_there_before_are_looked_at_from_the_next_day_on(
        self, story: Story, plan: ActionPlan, duty: Duty
    ):
        others = [give_action(plan, story.alice, story.customer, f"{n}", ends="2026-06") for n in range(2)]
        share = send(plan, story)
        report(accept(duty_of(share, others[0]), story.dora), story.dora, "done")
        expected = {each.pk: (each.due_on, each.is_done, each.remind_on) for each in Duty.objects.all()}
        Duty.objects.update(due_on=None, is_done=False, remind_on=None)
        migration = import_module("actionplans.migrations.0024_when_duties_are_due")
        migration.note_when_due(apps, None)
        assert expected == {
            each.pk: (each.due_on, each.is_done, each.remind_on) for each in Duty.objects.all()
        }
        assert expected[duty.pk] == (DUE, False, TODAY + timedelta(days=1))


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_sweeps_tell_it_once(self, duty: Duty):
        results = at_once(*[partial(sweep, day(0))] * 2)
        assert sorted(each.owed[KIND] for each in results if isinstance(each, Swept)) == [0, 1]
        assert Delivery.objects.filter(notification__kind=KIND).count() == 1
        assert Duty.objects.get(pk=duty.pk).remind_on == day(14)

    def test_one_that_is_being_reported_on_is_left_to_the_next_sweep(self, story: Story, duty: Duty):
        with transaction.atomic():
            report(duty, story.dora, "done")
            assert at_once(partial(sweep, day(0))) == [Swept()]
        assert sweep(day(0)) == Swept()

    def test_what_is_reported_as_done_while_it_is_being_swept_is_not_sent(self, story: Story, duty: Duty):
        in_turn(partial(sweep, day(0)), partial(report, duty, story.dora, "done"))
        assert Duty.objects.get().remind_on is None
        deliver_due()
        assert Delivery.objects.get(notification__kind=KIND).state == "dropped"
