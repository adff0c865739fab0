"""What people wanted to be reminded of comes on its day, once, to whom it was for, and of what is still so."""

import logging
from collections import Counter
from datetime import timedelta
from functools import partial
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from actionplans.models import ActionPlan, Nudge, PlanShare, Whom
from actionplans.sharing.services import withdraw_share
from actionplans.tasks import send_reminders
from carportal.core.actor import Role
from carportal.core.delivery import deliver_due
from carportal.core.errors import Conflict
from carportal.core.models import Delivery, Notification
from stakeholders.models import Membership, Site, User
from stakeholders.reminding import Swept, sweep, sweeping
from tests.actionplans.agreeing import TODAY, stand_still
from tests.actionplans.conftest import Story
from tests.actionplans.making import end_by_next_audit, make_finding, person_of, share_with, undone
from tests.actionplans.nudging import IN_JUNE, TEXT, change, nudge, nudged, remove
from tests.factories import make_site
from tests.parallel import at_once, in_turn

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch, TODAY)


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


def told(people: int, *, failed: int = 0) -> Swept:
    """What a sweep says that newly owed so many."""
    return Swept(Counter({"nudge": people}), failed)


def mails() -> list[Delivery]:
    """Those that have left."""
    deliver_due()
    sent = Delivery.objects.filter(notification__kind="nudge", state="sent")
    return list(sent.order_by("notification__address"))


def test_it_comes_on_its_day_and_once(story: Story):
    nudge(story.finding, story.alice)
    swept = [sweep(IN_JUNE + n * DAY) for n in (-1, 0, 0, 1)]
    assert swept == [Swept(), told(1), Swept(), Swept()]
    (mail,) = mails()
    assert mail.notification.recipient_id == story.alice.user_id
    assert mail.subject == f"Your reminder about {story.finding.reference}, Green Valley Packhouse"
    for content in (mail.text, mail.html):
        assert "You set this for 3 June 2026:" in content
        assert TEXT in content
        assert f"/cars/{story.finding.pk}/#reminders" in content
        assert "ended" not in content
    assert TEXT not in mail.notification.title + mail.subject


def test_of_one_for_everyone_all_who_write_hear_and_who_set_it(story: Story):
    nudge(story.finding, story.alice, whom=Whom.WRITERS)
    sweep(IN_JUNE)
    assert nudged() == {story.alice.user_id, story.bob.user_id}
    texts = {mail.notification.recipient_id: mail.text for mail in mails()}
    assert "You set this for" in texts[story.alice.user_id]
    setter = person_of(story.alice)
    assert f"{setter} set this for 3 June 2026, for everyone who writes" in texts[story.bob.user_id]


def test_sweep_that_was_down_for_days_tells_it_once(story: Story):
    nudge(story.finding, story.alice)
    nudge(story.finding, story.alice, "Pay.", day=IN_JUNE + DAY)
    assert sweep(IN_JUNE + 3 * DAY) == told(2)
    assert len(mails()) == 2
    assert sweep(IN_JUNE + 4 * DAY) == Swept()


def test_day_begins_when_it_begins_at_the_site(story: Story, monkeypatch: pytest.MonkeyPatch):
    """At noon in Greenwich it is the next day already in Auckland."""
    east = make_site(story.supplier)
    Site.objects.filter(pk=east.pk).update(time_zone="Pacific/Auckland")
    there = nudge(make_finding(east), story.alice)
    here = nudge(story.finding, story.alice)
    stand_still(monkeypatch, IN_JUNE - DAY)
    send_reminders()
    assert set(Notification.objects.values_list("object_id", flat=True)) == {there.pk}
    stand_still(monkeypatch, IN_JUNE)
    send_reminders()
    assert set(Notification.objects.values_list("object_id", flat=True)) == {there.pk, here.pk}


def test_one_set_for_another_day_comes_then(story: Story):
    kept = nudge(story.finding, story.alice)
    sweep(IN_JUNE)
    change(kept, story.alice, "Ask again.", day=IN_JUNE + 7 * DAY)  # before the mail has left
    assert mails() == []
    assert sweep(IN_JUNE + 6 * DAY) == Swept()
    assert sweep(IN_JUNE + 7 * DAY) == told(1)
    (mail,) = mails()
    assert "Ask again." in mail.text


def test_who_only_reads_by_now_is_still_reminded_of_its_own(story: Story):
    nudge(story.finding, story.alice)
    Membership.objects.filter(user=story.alice.user_id).update(role=Role.VIEWER)
    nudge(story.finding, story.bob, "Pay.", whom=Whom.WRITERS)
    sweep(IN_JUNE)
    assert {mail.notification.recipient_id: TEXT in mail.text for mail in mails()} == {
        story.alice.user_id: True,
        story.bob.user_id: False,
    }


@pytest.mark.parametrize("how", ["left", "locked out", "unseen"])
def test_one_of_which_nobody_is_left_to_be_told_is_gone_without_a_word(
    story: Story, share: PlanShare, how: str
):
    nudge(story.finding, story.dora)
    if how == "left":
        Membership.objects.filter(user=story.dora.user_id).delete()
    elif how == "locked out":
        User.objects.filter(pk=person_of(story.dora).pk).update(is_active=False)
    else:
        withdraw_share(share_id=share.pk, actor=story.alice)
    assert sweep(IN_JUNE) == Swept()
    assert not Nudge.objects.exists()
    assert nudged() == set()


@pytest.mark.parametrize("how", ["left", "unseen", "removed"])
def test_what_is_no_longer_so_is_not_sent(story: Story, share: PlanShare, how: str):
    kept = nudge(story.finding, story.dora)
    sweep(IN_JUNE)
    if how == "left":
        Membership.objects.filter(user=story.dora.user_id).delete()
    elif how == "unseen":
        withdraw_share(share_id=share.pk, actor=story.alice)
    else:
        remove(kept, story.dora)
    assert mails() == []
    assert Delivery.objects.get(notification__kind="nudge").state == "dropped"


def test_it_comes_all_the_same_once_an_audit_has_ended_the_car_and_says_so(story: Story):
    nudge(story.finding, story.alice)
    end_by_next_audit(story.finding, successor=make_finding(story.site))
    sweep(IN_JUNE)
    (mail,) = mails()
    for content in (mail.text, mail.html):
        assert "An audit has ended this CAR. Its page says whether it goes on." in content


def test_one_row_that_cannot_be_read_stops_no_other(
    story: Story, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    poison = make_site(story.supplier)
    nudge(make_finding(poison), story.alice)
    nudge(story.finding, story.alice)
    Site.objects.filter(pk=poison.pk).update(time_zone="Europe/Atlantis")
    stand_still(monkeypatch, IN_JUNE)
    with caplog.at_level(logging.CRITICAL):
        assert [sweep(), sweep()] == [told(1, failed=1), Swept(failed=1)]
    Site.objects.filter(pk=poison.pk).update(time_zone="Europe/London")
    assert sweep() == told(1)


def test_more_than_a_batch_holds(story: Story, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sweeping, "BATCH", 2)
    for number in range(5):
        nudge(story.finding, story.alice, f"{number}")
    assert sweep(IN_JUNE) == told(5)


def test_nothing_due_is_one_look_at_an_index_and_many_due_take_as_many_queries_as_one(
    story: Story, django_assert_num_queries: DjangoAssertNumQueries
):
    nudge(story.finding, story.alice)
    with django_assert_num_queries(1):
        assert sweep(IN_JUNE - DAY) == Swept()
    with django_assert_num_queries(9):
        assert sweep(IN_JUNE) == told(1)
    for number in range(4):
        nudge(make_finding(story.site), story.alice, f"{number}", whom=Whom.WRITERS)
    with django_assert_num_queries(9):
        assert sweep(IN_JUNE) == told(8)


def test_command_counts_them(story: Story):
    nudge(story.finding, story.alice)
    said = StringIO()
    call_command("send_reminders", on=IN_JUNE.isoformat(), stdout=said)
    assert "  A reminder that you set for yourself or for your organisation: 1\n" in said.getvalue()


sweeps = st.tuples(st.just("sweep"), st.integers(0, 30))
settings_of_a_day = st.tuples(st.just("set"), st.integers(1, 25))


@settings(
    max_examples=settings().max_examples // 5, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(sweeps | settings_of_a_day, max_size=12))
def test_each_day_that_was_set_is_told_by_the_first_sweep_from_it_on(
    story: Story, acts: list[tuple[str, int]]
):
    """However far apart sweeps are, or back they go; a day that was set anew before a sweep saw it never comes."""
    with undone():
        kept = nudge(story.finding, story.alice, day=TODAY + 31 * DAY)
        waits: int | None = 31
        for what, days in acts:
            if what == "set":
                change(kept, story.alice, f"{days}", day=TODAY + days * DAY)
                waits = days
                continue
            before = Notification.objects.count()
            sweep(TODAY + days * DAY)
            comes = waits is not None and waits <= days
            period = (TODAY + (waits or 0) * DAY).isoformat()
            assert Notification.objects.filter(period=period).exists() >= comes
            assert Notification.objects.count() - before <= comes
            waits = None if comes else waits
        assert Nudge.objects.get().is_to_come is (waits is not None)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_sweeps_tell_it_once(self, story: Story):
        nudge(story.finding, story.alice, whom=Whom.WRITERS)
        results = at_once(*[partial(sweep, IN_JUNE)] * 2)
        assert sorted(each.owed.total() for each in results if isinstance(each, Swept)) == [0, 2]
        assert Delivery.objects.count() == Notification.objects.count() == 2

    def test_one_that_is_being_changed_is_left_to_the_next_sweep(self, story: Story):
        kept = nudge(story.finding, story.alice)
        with transaction.atomic():
            change(kept, story.alice, "Ask again.")
            assert at_once(partial(sweep, IN_JUNE)) == [Swept()]
        assert sweep(IN_JUNE) == told(1)

    def test_of_two_who_change_it_at_once_one_is_told_of_the_other(self, story: Story):
        kept = nudge(story.finding, story.alice, whom=Whom.WRITERS)
        results = in_turn(
            partial(change, kept, story.alice, "Ask.", whom=Whom.WRITERS, seen=1),
            partial(change, kept, story.bob, "Pay.", whom=Whom.WRITERS, seen=1),
        )
        assert isinstance(results[1], Conflict)
        assert Nudge.objects.get().text == "Ask."

    def test_one_that_a_party_sets_while_it_loses_sight_of_the_car_is_refused(
        self, story: Story, plan: ActionPlan
    ):
        share = share_with(plan, story.alice, story.customer)
        withdraw = partial(withdraw_share, share_id=share.pk, actor=story.alice)
        _, refused = in_turn(withdraw, partial(nudge, story.finding, story.dora))
        assert "does not see this CAR any more" in str(refused)
