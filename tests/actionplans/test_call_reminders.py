"""Both sides of an agreed call are reminded of it a day before, once, and not of what is no longer so."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from actionplans.calls.reminding import remind_of_calls
from actionplans.calls.services import cancel_call
from actionplans.models import ActionPlan, Call, PlanShare
from actionplans.sharing.services import withdraw_share
from carportal.core.delivery import deliver_due
from carportal.core.models import Delivery, Notification
from tests.actionplans.arranging import FIRST, NOW, SECOND, agree, let_it_be, offer_others, pick, propose
from tests.actionplans.conftest import Story
from tests.actionplans.making import end_by_next_audit, person_of, share_with
from tests.actionplans.test_notifications import mail
from tests.parallel import at_once

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    let_it_be(monkeypatch, NOW)


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


@pytest.fixture
def call(story: Story, share: PlanShare) -> Call:
    """Agreed for `FIRST`, eight days before."""
    return agree(share, story.alice, story.dora)


def reminded() -> set[object]:
    return set(Notification.objects.filter(kind="call_reminder").values_list("recipient", flat=True))


def sent_at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> list[str]:
    """How the reminders stand once the mails that are due at that moment were gone through."""
    let_it_be(monkeypatch, now)
    deliver_due()
    of_kind = Delivery.objects.filter(notification__kind="call_reminder")
    return sorted(of_kind.values_list("state", flat=True))


def test_both_sides_are_reminded_a_day_before_and_once(story: Story, call: Call):
    assert remind_of_calls(FIRST - DAY - HOUR) == 0
    assert remind_of_calls(FIRST - DAY) > 0
    assert {story.alice.user_id, story.bob.user_id, story.dora.user_id} <= reminded()
    before = Notification.objects.count()
    assert [remind_of_calls(FIRST - hours * HOUR) for hours in (23, 12, 1)] == [0, 0, 0]
    assert Notification.objects.count() == before
    assert call.starts_at == FIRST


def test_sweep_that_was_down_reminds_of_what_is_still_ahead(call: Call):
    assert remind_of_calls(FIRST - HOUR) > 0
    assert call.is_agreed


def test_nobody_is_reminded_of_what_has_begun(call: Call):
    assert remind_of_calls(FIRST) == 0
    assert call.is_agreed


def test_who_agreed_within_the_last_day_has_just_heard_of_it(
    story: Story, share: PlanShare, monkeypatch: pytest.MonkeyPatch
):
    proposed = propose(share, story.alice)
    let_it_be(monkeypatch, FIRST - DAY + HOUR)
    pick(proposed, story.dora, FIRST)
    assert remind_of_calls(FIRST - HOUR) == 0


def test_call_that_was_moved_is_another_one(story: Story, call: Call, monkeypatch: pytest.MonkeyPatch):
    remind_of_calls(FIRST - DAY)
    let_it_be(monkeypatch, FIRST - 3 * HOUR)
    later = SECOND + 10 * DAY
    offer_others(call, story.dora, later)
    assert sent_at(monkeypatch, FIRST - 2 * HOUR) == ["dropped"] * len(reminded())
    pick(Call.objects.get(), story.alice, later)
    assert remind_of_calls(later - DAY) == len(reminded())
    assert set(sent_at(monkeypatch, later - HOUR)) == {"dropped", "sent"}


@pytest.mark.parametrize("how", ["cancelled", "withdrawn", "begun", "over"])
def test_what_is_no_longer_so_is_not_sent(
    story: Story, share: PlanShare, call: Call, monkeypatch: pytest.MonkeyPatch, how: str
):
    remind_of_calls(FIRST - DAY)
    if how == "cancelled":
        cancel_call(call_id=call.pk, actor=story.dora, seen=call.turn, reason="Harvest.")
    elif how == "withdrawn":
        withdraw_share(share_id=share.pk, actor=story.alice)
    elif how == "over":
        end_by_next_audit(story.finding)
    moment = FIRST + HOUR if how == "begun" else FIRST - 2 * HOUR
    assert sent_at(monkeypatch, moment) == ["dropped"] * len(reminded())


def test_call_of_a_car_that_has_ended_is_nobodys_concern(story: Story, call: Call):
    end_by_next_audit(story.finding)
    assert remind_of_calls(FIRST - DAY) == 0
    assert call.is_agreed


def test_mail_says_when_on_the_readers_own_clock(story: Story, call: Call):
    user = person_of(story.dora)
    user.time_zone = "Asia/Dhaka"
    user.save()
    remind_of_calls(FIRST - DAY)
    message = mail("call_reminder", story.dora)
    assert message.subject.endswith("is a day away")
    assert FIRST.strftime("%Y") in message.text
    assert "21:00" in message.text
    assert "Dhaka" in message.text
    assert "Green Valley Packhouse" in message.text
    assert message.calendar is None
    assert call.where not in message.text


def test_command_counts_them(call: Call):
    said = StringIO()
    call_command("send_reminders", on=(FIRST - DAY).date().isoformat(), stdout=said)
    assert "A call" not in said.getvalue(), "at noon it is more than a day away"
    said = StringIO()
    call_command("send_reminders", on=FIRST.date().isoformat(), stdout=said)
    assert f"A call is a day away: {len(reminded())}\n" in said.getvalue()
    assert call.is_agreed


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_remind_once(story: Story, plan: ActionPlan):
    agree(share_with(plan, story.alice, story.customer), story.alice, story.dora)
    counts = at_once(*[lambda: remind_of_calls(FIRST - HOUR)] * 2)
    people = Notification.objects.filter(kind="call_reminder").count()
    assert Delivery.objects.filter(notification__kind="call_reminder").count() == people
    assert set(counts) == {0, people}
