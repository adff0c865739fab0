"""The sweep: what it owes to whom on a day, once; what is no longer due when it is sent; what it survives."""

import logging
from collections import Counter
from datetime import date, timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from actionplans.models import ActionPlan, PlanShare, UpdateAgreement
from actionplans.sharing.services import reply, withdraw_share
from actionplans.tasks import send_reminders
from actionplans.updates.services import Terms
from carportal.core.actor import Actor, Role
from carportal.core.models import Delivery, Notification
from carportal.core.notifications import notification_kind
from stakeholders.models import Membership, Site
from stakeholders.reminding import Swept, sweep, sweeping
from tests.actionplans.agreeing import IN_MAY, TODAY, agree, post, stand_still
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    INFORM,
    end_by_next_audit,
    make_finding,
    make_ngo,
    make_plan,
    share_with,
    write,
)
from tests.factories import make_actor, make_operator, make_site

pytestmark = pytest.mark.django_db

DUE = IN_MAY.first_due


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch, TODAY)


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    """Answered, so that there is nothing to remind of but updates."""
    share = share_with(plan, story.alice, story.customer)
    reply(share_id=share.pk, actor=story.dora, sent_id=share.sent.get().pk, kind="confirmed")
    return share


@pytest.fixture
def agreement(story: Story, share: PlanShare) -> UpdateAgreement:
    return agree(share, story.alice, story.dora)


@pytest.fixture
def operator(db: None) -> Actor:
    return make_actor(make_operator(), Role.COMPLIANCE)


def day(offset: int) -> date:
    """So many days after the agreed one."""
    return DUE + timedelta(days=offset)


def told(kind: str) -> set[UUID | None]:
    return set(Notification.objects.filter(kind=kind).values_list("recipient_id", flat=True))


def periods(kind: str = "update_due") -> set[str]:
    return set(Notification.objects.filter(kind=kind).values_list("period", flat=True))


def is_due(notification: Notification) -> bool:
    return notification_kind(notification.kind).still_due(notification)


def newest(kind: str) -> Notification:
    return Notification.objects.filter(kind=kind).latest("created_at")


class TestOfUpdates:
    @pytest.mark.usefixtures("agreement")
    def test_swept_every_day_each_step_is_owed_once_to_each_writer(self, story: Story, operator: Actor):
        days = {}
        for offset in range(-16, 45):
            swept = sweep(day(offset))
            assert sweep(day(offset)) == Swept()
            if swept != Swept():
                days[offset] = (swept.owed["update_due"], swept.owed["update_missing"])
        assert days == {**dict.fromkeys([-14, -1, 0, 7, 14, 21, 28], (2, 0)), 35: (0, 1)}
        assert told("update_due") == {story.alice.user_id, story.bob.user_id}
        assert told("update_missing") == {operator.user_id}
        assert Notification.objects.filter(kind="update_missing").count() == 1
        assert Delivery.objects.filter(notification__kind="update_due").count() == 7 * 2

    @pytest.mark.usefixtures("agreement")
    def test_sweep_that_was_down_sends_what_is_still_true_once(self):
        for offset, name in ((-12, "14-before"), (10, "7-after")):
            sweep(day(offset))
            assert f"{DUE} {name}" in periods()
        assert len(periods()) == 2

    @pytest.mark.usefixtures("agreement")
    def test_one_posted_starts_the_reminders_of_the_next(
        self, story: Story, share: PlanShare, monkeypatch: pytest.MonkeyPatch
    ):
        sweep(day(-14))
        stand_still(monkeypatch, day(-3))
        post(share, story.alice)
        for offset in (-3, -1, 0, 7, 35, 77):
            sweep(day(offset))
        assert periods() == {f"{DUE} 14-before"}
        sweep(date(2026, 8, 17))
        assert periods() == {f"{DUE} 14-before", "2026-08-31 14-before"}

    @pytest.mark.usefixtures("agreement")
    def test_one_reminder_for_all_with_whom_the_date_was_agreed(
        self,
        story: Story,
        plan: ActionPlan,
        monkeypatch: pytest.MonkeyPatch,
    ):
        other = share_with(plan, story.alice, story.other)
        agree(other, story.alice, make_actor(story.other))
        assert sweep(day(0)).owed["update_due"] == 2
        text = notification_kind("update_due").render(newest("update_due")).text
        assert "It was agreed with Fairprice Stores plc and Northmarket Ltd." in text
        stand_still(monkeypatch, day(0))
        post(other, story.alice)
        text = notification_kind("update_due").render(newest("update_due")).text
        assert "It was agreed with Northmarket Ltd." in text

    @pytest.mark.usefixtures("agreement")
    def test_nothing_for_a_car_that_has_ended_or_a_share_that_was_withdrawn(
        self, story: Story, share: PlanShare
    ):
        elsewhere = share_with(make_plan(make_finding(story.site), story.alice), story.alice, story.customer)
        agree(elsewhere, story.alice, story.dora)
        withdraw_share(share_id=share.pk, actor=story.alice)
        end_by_next_audit(elsewhere.plan.finding)
        for offset in (-14, 0, 35):
            sweep(day(offset))
        assert periods() == periods("update_missing") == set()
        assert set(UpdateAgreement.objects.values_list("remind_on", flat=True)) == {None}

    @pytest.mark.usefixtures("agreement")
    def test_share_taken_up_again_has_no_agreement(self, story: Story, plan: ActionPlan, share: PlanShare):
        withdraw_share(share_id=share.pk, actor=story.alice)
        again = share_with(plan, story.alice, story.customer)
        assert not UpdateAgreement.objects.filter(share=again).exists()
        sweep(day(0))
        assert periods() == set()

    def test_other_terms_are_reminded_of_by_their_own_dates(
        self, story: Story, share: PlanShare, agreement: UpdateAgreement
    ):
        sweep(day(-14))
        later = agree(share, story.dora, story.alice, Terms(6, date(2026, 7, 31)))
        assert later.pk == agreement.pk
        assert not any(is_due(each) for each in Notification.objects.filter(kind="update_due"))
        sweep(day(0))
        sweep(date(2026, 7, 20))
        assert periods() == {f"{DUE} 14-before", "2026-07-31 14-before"}

    @pytest.mark.usefixtures("agreement")
    def test_day_begins_when_it_begins_at_the_site(
        self,
        story: Story,
        share: PlanShare,
        monkeypatch: pytest.MonkeyPatch,
    ):
        """At noon in Greenwich it is the day before the first reminder in Honolulu, and its day in Auckland."""
        east = make_plan(make_finding(make_site(story.supplier)), story.alice)
        west = make_plan(make_finding(make_site(story.supplier)), story.alice)
        for plan, zone in ((east, "Pacific/Auckland"), (west, "Pacific/Honolulu")):
            Site.objects.filter(pk=plan.finding.site_id).update(time_zone=zone)
            share_of = share_with(plan, story.alice, make_ngo())
            agree(share_of, story.alice, make_actor(share_of.organisation))
        stand_still(monkeypatch, day(-15))
        send_reminders()
        due = set(Notification.objects.filter(kind="update_due").values_list("object_id", flat=True))
        assert due == {east.pk}
        stand_still(monkeypatch, day(-14))
        send_reminders()
        due = set(Notification.objects.filter(kind="update_due").values_list("object_id", flat=True))
        assert due == {east.pk, west.pk, share.plan_id}


class TestOfReplies:
    @pytest.fixture
    def asked(self, story: Story, plan: ActionPlan) -> PlanShare:
        return share_with(plan, story.alice, story.customer)

    def swept_from(self, first: int, last: int) -> list[int]:
        """The days after the sending on which somebody was newly owed a reminder."""
        return [n for n in range(first, last) if sweep(TODAY + timedelta(days=n)).owed["reply_awaited"]]

    @pytest.mark.usefixtures("asked")
    def test_party_that_has_not_answered_is_reminded_after_14_and_28_days(self, story: Story):
        make_actor(story.customer, Role.VIEWER)
        assert self.swept_from(12, 60) == [14, 28]
        assert told("reply_awaited") == {story.dora.user_id}
        assert Notification.objects.filter(kind="reply_awaited").count() == 2

    def test_so_is_one_that_said_it_would_answer_later(self, story: Story, asked: PlanShare):
        reply(share_id=asked.pk, actor=story.dora, sent_id=asked.sent.get().pk, kind="acknowledged")
        assert self.swept_from(12, 30) == [14, 28]

    @pytest.mark.parametrize("kind", ["confirmed", "changes_requested"])
    def test_one_that_has_answered_is_not(self, story: Story, asked: PlanShare, kind: str):
        sent = asked.sent.get()
        assert self.swept_from(12, 20) == [14]
        assert is_due(newest("reply_awaited"))
        reply(share_id=asked.pk, actor=story.dora, sent_id=sent.pk, kind=kind, comment="By June.")
        assert self.swept_from(26, 32) == []
        assert not is_due(newest("reply_awaited"))

    @pytest.mark.usefixtures("asked")
    def test_days_are_counted_from_the_newest_sending(
        self, story: Story, plan: ActionPlan, monkeypatch: pytest.MonkeyPatch
    ):
        stand_still(monkeypatch, TODAY + timedelta(days=10))
        write(plan, story.alice, actions="Another way.")
        share_with(plan, story.alice, story.customer)
        assert self.swept_from(12, 50) == [24, 38]

    @pytest.mark.usefixtures("asked")
    def test_nothing_for_who_is_informed_or_has_the_plan_no_more_or_once_the_car_has_ended(
        self, story: Story, plan: ActionPlan
    ):
        from_other = share_with(plan, story.alice, story.other)
        make_actor(story.other)
        withdraw_share(share_id=from_other.pk, actor=story.alice)
        end_by_next_audit(story.finding)
        elsewhere = make_plan(
            make_finding(story.site, status="in_progress", in_progress_at="2026-03-01T00:00Z"), story.alice
        )
        share_with(elsewhere, story.alice, story.customer, asks=INFORM)
        assert self.swept_from(12, 32) == []

    @pytest.mark.usefixtures("asked")
    def test_sweep_that_was_down_reminds_once_and_of_what_is_long_past_not_at_all(self):
        assert self.swept_from(30, 34) == [30]
        assert periods("reply_awaited") == {"28-after"}
        Notification.objects.all().delete()
        assert self.swept_from(56, 60) == []


class TestWhenItIsSent:
    """Looked at again by the worker."""

    @pytest.mark.usefixtures("agreement")
    def test_nothing_once_the_update_was_posted(
        self, story: Story, share: PlanShare, monkeypatch: pytest.MonkeyPatch
    ):
        sweep(day(1))
        assert is_due(newest("update_due"))
        stand_still(monkeypatch, day(1))
        post(share, story.alice)
        assert not is_due(newest("update_due"))

    @pytest.mark.usefixtures("agreement")
    def test_nothing_beside_a_later_reminder(self):
        sweep(day(0))
        assert is_due(newest("update_due"))
        sweep(day(7))
        due = {each.period: is_due(each) for each in Notification.objects.filter(kind="update_due")}
        assert due == {f"{DUE} on-the-day": False, f"{DUE} 7-after": True}

    @pytest.mark.usefixtures("agreement")
    def test_nothing_for_somebody_who_has_left_or_only_reads_by_now(self, story: Story, operator: Actor):
        sweep(day(35))
        due = Notification.objects.get(kind="update_due", recipient=story.alice.user_id)
        missing = newest("update_missing")
        assert is_due(due)
        assert is_due(missing)
        Membership.objects.filter(user=story.alice.user_id).update(role=Role.VIEWER)
        Membership.objects.filter(user=operator.user_id).delete()
        assert not is_due(due)
        assert not is_due(missing)

    @pytest.mark.usefixtures("agreement", "operator")
    def test_nothing_once_the_share_or_the_car_has_ended(self, story: Story, share: PlanShare):
        sweep(day(0))
        sweep(day(35))
        withdraw_share(share_id=share.pk, actor=story.alice)
        assert not is_due(newest("update_due"))
        assert not is_due(newest("update_missing"))

    def test_no_reminder_of_a_reply_to_what_was_replaced(self, story: Story, plan: ActionPlan):
        share_with(plan, story.alice, story.customer)
        sweep(TODAY + timedelta(days=14))
        assert is_due(newest("reply_awaited"))
        write(plan, story.alice, actions="Another way.")
        share_with(plan, story.alice, story.customer)
        assert not is_due(newest("reply_awaited"))


class TestTheSweepItself:
    @pytest.mark.usefixtures("agreement")
    def test_one_row_that_cannot_be_read_stops_no_other(
        self,
        story: Story,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ):
        poison = make_plan(make_finding(make_site(story.supplier)), story.alice)
        share = share_with(poison, story.alice, make_ngo())
        agree(share, story.alice, make_actor(share.organisation))
        Site.objects.filter(pk=poison.finding.site_id).update(time_zone="Europe/Atlantis")
        stand_still(monkeypatch, day(0))
        with caplog.at_level(logging.CRITICAL):
            assert sweep() == Swept(Counter(update_due=2), failed=2)  # its agreement, and its share
            assert sweep() == Swept(failed=2)
        Site.objects.filter(pk=poison.finding.site_id).update(time_zone="Europe/London")
        assert sweep().owed["update_due"] == 2

    @pytest.mark.usefixtures("agreement")
    def test_more_agreements_than_a_batch_holds(self, story: Story, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(sweeping, "BATCH", 2)
        for _ in range(4):
            share = share_with(make_plan(make_finding(story.site), story.alice), story.alice, story.customer)
            agree(share, story.alice, story.dora)
        assert sweep(day(0)).owed["update_due"] == 5 * 2

    @pytest.mark.usefixtures("agreement")
    def test_a_sweep_with_nothing_due_asks_one_question(
        self, django_assert_num_queries: DjangoAssertNumQueries
    ):
        sweep(day(-14))
        with django_assert_num_queries(1):
            assert sweep(day(-10)) == Swept()

    @pytest.mark.usefixtures("agreement")
    def test_many_due_take_as_many_queries_as_one(
        self, story: Story, django_assert_num_queries: DjangoAssertNumQueries
    ):
        for _ in range(3):
            share = share_with(make_plan(make_finding(story.site), story.alice), story.alice, story.customer)
            agree(share, story.alice, story.dora)
        sweep(day(-20))  # of the replies nobody is reminded any more
        for offset in (0, 7):
            with django_assert_num_queries(10):
                assert sweep(day(offset)).owed["update_due"] == 4 * 2


class TestCommand:
    @pytest.mark.usefixtures("agreement")
    def test_it_says_what_it_did(self):
        assert said(on="2026-05-31") == (
            "Reminders owed for 2026-05-31: 2\n  An update that was agreed is due: 2\n"
        )
        assert said() == "Reminders owed for today at each site: 0\n"

    def test_what_is_no_day_is_refused(self):
        with pytest.raises(CommandError, match=r"31\.5\.2026 is no day"):
            said(on="31.5.2026")

    @pytest.mark.usefixtures("agreement")
    def test_it_fails_where_a_row_did(self, story: Story, monkeypatch: pytest.MonkeyPatch):
        Site.objects.filter(pk=story.site.pk).update(time_zone="Europe/Atlantis")
        stand_still(monkeypatch, day(0))
        with pytest.raises(CommandError, match="For 2 of them no reminder could be made"):
            said()


def said(**options: str) -> str:
    out = StringIO()
    call_command("send_reminders", stdout=out, **options)
    return out.getvalue()
