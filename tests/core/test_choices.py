"""Whether a mail comes, and when, is as its reader chose by the time that a worker takes it."""

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from carportal.core.actor import NOBODY, SYSTEM
from carportal.core.choices.groups import ALWAYS, MailGroup, Pace, Weekday
from carportal.core.choices.planning import Way, put_off, way_of
from carportal.core.choices.services import choose_mails, end_snooze, keep_quiet
from carportal.core.claiming import claim
from carportal.core.delivery import LEASE, deliver_due
from carportal.core.errors import InvalidInput, NotAllowed
from carportal.core.mailroom import FIGURES, MailFigures
from carportal.core.models import Delivery, DigestClock, MailChoice
from carportal.core.notifications import known_kinds
from stakeholders.services import update_profile
from tests.core.choosing import Reader, inbox_of, let_digests_come, states
from tests.core.kinds import OVER, POISON
from tests.core.smtp import Sink
from tests.parallel import in_turn

IN_A_MONTH = timedelta(days=30)


@pytest.fixture
def ana(db: None) -> Reader:
    return Reader()


class TestAtOnce:
    def test_who_chose_nothing_gets_each_mail_at_once(self, ana: Reader, sink: Sink) -> None:
        ana.owe()
        assert deliver_due() == len(sink.mails) == 1

    def test_choosing_about_one_group_changes_no_other(self, ana: Reader, sink: Sink) -> None:
        ana.choose(comments=Pace.DAILY)
        ana.owe()
        assert deliver_due() == len(sink.mails) == 1

    @pytest.mark.usefixtures("sink")
    def test_somebody_elses_choice_is_no_matter(self, ana: Reader) -> None:
        Reader().choose(plans=Pace.NONE)
        ana.owe()
        assert deliver_due() == 1

    def test_looking_choices_up_costs_two_queries_and_for_what_always_comes_none(
        self, ana: Reader, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        news, urgent = (
            Delivery.objects.select_related("notification").get(pk=ana.owe(kind).pk)
            for kind in ("test_news", "test_urgent")
        )
        with django_assert_num_queries(2):
            assert way_of(news) == Way.MAIL
        with django_assert_num_queries(0):
            assert way_of(urgent) == Way.MAIL

    @pytest.mark.usefixtures("no_worker")
    def test_where_a_claim_found_nothing_chosen_nothing_is_looked_up(
        self, ana: Reader, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        Reader().choose(plans=Pace.NONE)
        ana.owe()
        with django_assert_num_queries(2):
            taken = claim(LEASE)
        assert taken is not None
        assert not taken.may_have_chosen
        assert not taken.may_be_in_trouble
        with django_assert_num_queries(0):
            assert way_of(taken) == Way.MAIL


class TestWaiting:
    @pytest.mark.parametrize("pace", [Pace.DAILY, Pace.WEEKLY])
    def test_it_waits_without_an_attempt_and_is_not_told_in_the_portal_before(
        self, ana: Reader, sink: Sink, pace: Pace
    ) -> None:
        ana.choose(plans=pace)
        ana.owe()
        for _number in range(3):
            assert deliver_due() == 0
        waiting = Delivery.objects.get()
        assert (waiting.state, waiting.attempts, waiting.leased_until) == ("pending", 0, None)
        assert waiting.in_digest
        assert waiting.next_attempt_at > timezone.now()
        assert not sink.mails
        assert inbox_of(ana) == []

    def test_it_waits_for_the_hour_on_its_readers_own_clock(self, ana: Reader) -> None:
        ana.user.time_zone = "Asia/Dhaka"  # at +6 all year
        ana.user.save()
        ana.choose(plans=Pace.WEEKLY, hour=9, weekday=Weekday.THURSDAY)
        ana.owe()
        deliver_due()
        at = Delivery.objects.get().next_attempt_at
        assert (at.hour, at.minute, at.weekday()) == (3, 0, Weekday.THURSDAY)

    @pytest.mark.usefixtures("sink")
    def test_what_waits_for_its_digest_is_not_late(self, ana: Reader) -> None:
        """As /healthz and the operator's page count it."""
        ana.choose(plans=Pace.DAILY)
        ana.owe()
        deliver_due()
        assert figures().waiting == 0
        Delivery.objects.update(next_attempt_at=timezone.now() - timedelta(minutes=5))
        assert figures().waiting == 1

    def test_what_cannot_wait_comes_at_once(self, ana: Reader, sink: Sink) -> None:
        ana.choose(calls=Pace.WEEKLY)
        ana.owe("test_call")
        assert deliver_due() == len(sink.mails) == 1

    def test_mail_that_waits_never_becomes_a_dead_letter(self, ana: Reader, sink: Sink) -> None:
        """However often a worker takes it, to find that its reader has put it off once more."""
        car = uuid.uuid4()
        ana.owe(about=car)
        for days in range(1, 20):
            keep_quiet(actor=ana.actor, finding_id=car, until=timezone.localdate() + timedelta(days=days))
            Delivery.objects.update(next_attempt_at=timezone.now())
            assert deliver_due() == 0
        waiting = Delivery.objects.get()
        assert (waiting.state, waiting.attempts) == ("pending", 0)
        assert not sink.mails


class TestNoMail:
    def test_it_is_told_in_the_portal_alone(self, ana: Reader, sink: Sink) -> None:
        ana.choose(plans=Pace.NONE)
        delivery = ana.owe()
        assert deliver_due() == 0
        delivery.refresh_from_db()
        assert (delivery.state, delivery.text, delivery.sent_at) == ("unwanted", "", None)
        assert inbox_of(ana) == [f"News of {delivery.notification.object_id}"]
        assert not sink.mails

    def test_what_is_not_due_any_more_is_told_nowhere(self, ana: Reader) -> None:
        ana.choose(plans=Pace.NONE)
        ana.owe(period=OVER)
        deliver_due()
        assert states() == ["dropped"]
        assert inbox_of(ana) == []

    def test_one_that_cannot_be_rendered_is_tried_again(self, ana: Reader) -> None:
        ana.choose(plans=Pace.NONE)
        ana.owe(period=POISON)
        deliver_due()
        assert (Delivery.objects.get().state, Delivery.objects.get().attempts) == ("pending", 1)

    def test_no_mail_about_calls_brings_no_appointment_either(self, ana: Reader, sink: Sink) -> None:
        ana.choose(calls=Pace.NONE)
        ana.owe("test_call")
        assert deliver_due() == len(sink.mails) == 0


class TestAlways:
    @pytest.mark.parametrize("kind", ["test_secret", "test_urgent"])
    def test_ways_in_and_what_is_urgent_come_whatever_was_chosen(
        self, ana: Reader, sink: Sink, kind: str
    ) -> None:
        car = uuid.uuid4()
        MailChoice.objects.bulk_create(
            MailChoice(person=ana.user, group=group, pace=Pace.NONE) for group in MailGroup
        )
        keep_quiet(actor=ana.actor, finding_id=car, until=timezone.localdate() + IN_A_MONTH)
        ana.owe(kind, about=car)
        assert deliver_due() == len(sink.mails) == 1
        assert sink.mails[0]["List-Unsubscribe"] is None
        assert sink.mails[0]["List-Unsubscribe-Post"] is None

    def test_nobody_chooses_about_them(self, ana: Reader) -> None:
        for group in ALWAYS:
            with pytest.raises(InvalidInput):
                choose_mails(actor=ana.actor, paces={group: Pace.NONE}, hour=7, weekday=Weekday.MONDAY)
        assert not MailChoice.objects.exists()

    def test_what_is_not_kept_because_of_its_secret_is_among_them(self) -> None:
        secret = [kind for kind in known_kinds() if not kind.keep_content]
        assert {"invitation", "password_reset", "guest_link", "guest_code"} <= {kind.name for kind in secret}
        assert {kind.group for kind in secret} == {MailGroup.ACCOUNT}


class TestSnoozing:
    def test_mails_about_a_snoozed_car_wait_and_others_come(self, ana: Reader, sink: Sink) -> None:
        car = uuid.uuid4()
        keep_quiet(actor=ana.actor, finding_id=car, until=timezone.localdate() + IN_A_MONTH)
        quiet, other = ana.owe(about=car), ana.owe(about=uuid.uuid4())
        assert deliver_due() == 1
        assert [mail["Message-ID"] for mail in sink.mails] == [other.message_id]
        quiet.refresh_from_db()
        assert quiet.next_attempt_at > timezone.now() + IN_A_MONTH - timedelta(days=2)

    def test_several_that_waited_come_as_one_mail_once_it_ends(self, ana: Reader, sink: Sink) -> None:
        car = uuid.uuid4()
        keep_quiet(actor=ana.actor, finding_id=car, until=timezone.localdate() + timedelta(days=5))
        for _number in range(3):
            ana.owe(about=car)
        ana.owe(about=car, period=OVER)
        deliver_due()
        let_digests_come()
        assert deliver_due() == len(sink.mails) == 1
        assert states() == ["sent", "sent", "sent", "dropped"]
        assert len(inbox_of(ana)) == 3

    def test_ended_early_what_waited_comes_now(self, ana: Reader, sink: Sink) -> None:
        car = uuid.uuid4()
        keep_quiet(actor=ana.actor, finding_id=car, until=timezone.localdate() + IN_A_MONTH)
        for _number in range(2):
            ana.owe(about=car)
        deliver_due()
        end_snooze(actor=ana.actor, finding_id=car)
        assert deliver_due() == len(sink.mails) == 1

    def test_of_a_group_that_comes_weekly_it_waits_for_the_first_digest_after_it(self, ana: Reader) -> None:
        car = uuid.uuid4()
        clock = ana.choose(plans=Pace.WEEKLY)
        until = timezone.localdate() + timedelta(days=3)
        keep_quiet(actor=ana.actor, finding_id=car, until=until)
        ana.owe(about=car)
        deliver_due()
        at = Delivery.objects.get().next_attempt_at.date()
        assert at.weekday() == clock.weekday
        assert until <= at < until + timedelta(days=7)

    def test_what_waits_for_a_digest_waits_longer_once_its_car_is_snoozed(self, ana: Reader) -> None:
        car = uuid.uuid4()
        ana.choose(plans=Pace.DAILY)
        ana.owe(about=car)
        deliver_due()
        keep_quiet(actor=ana.actor, finding_id=car, until=timezone.localdate() + IN_A_MONTH)
        assert Delivery.objects.get().next_attempt_at > timezone.now() + IN_A_MONTH - timedelta(days=2)


class TestChoosingAnew:
    def test_what_waits_comes_now_for_who_wants_it_at_once(self, ana: Reader, sink: Sink) -> None:
        ana.choose(plans=Pace.WEEKLY)
        for _number in range(3):
            ana.owe()
        deliver_due()
        ana.choose(plans=Pace.AT_ONCE)
        assert deliver_due() == len(sink.mails) == 1

    def test_what_waits_is_told_in_the_portal_for_who_wants_no_mail(self, ana: Reader, sink: Sink) -> None:
        ana.choose(plans=Pace.WEEKLY)
        ana.owe()
        deliver_due()
        ana.choose(plans=Pace.NONE)
        deliver_due()
        assert states() == ["unwanted"]
        assert len(inbox_of(ana)) == 1
        assert not sink.mails

    def test_another_hour_is_another_time(self, ana: Reader) -> None:
        ana.choose(plans=Pace.DAILY, hour=7)
        ana.owe()
        deliver_due()
        ana.choose(plans=Pace.DAILY, hour=19)
        assert Delivery.objects.get().next_attempt_at.astimezone(ZoneInfo("Europe/London")).hour == 19

    def test_another_time_zone_is_another_time(self, ana: Reader) -> None:
        ana.choose(plans=Pace.DAILY, hour=7)
        ana.owe()
        deliver_due()
        update_profile(actor=ana.actor, name="Ana", time_zone="Asia/Dhaka", language="en-gb")
        assert Delivery.objects.get().next_attempt_at.hour == 1

    def test_a_journey_brings_no_second_digest_on_one_day(self, ana: Reader, sink: Sink) -> None:
        ana.choose(plans=Pace.DAILY, hour=7)
        ana.owe()
        deliver_due()
        now = timezone.now()
        Delivery.objects.update(next_attempt_at=now)
        assert deliver_due() == 1
        for zone in ("Asia/Tokyo", "Pacific/Honolulu", "Pacific/Kiritimati", "America/New_York"):
            update_profile(actor=ana.actor, name="Ana", time_zone=zone, language="en-gb")
            ana.owe()
            deliver_due()
        waiting = Delivery.objects.filter(state="pending")
        assert waiting.count() == 4
        assert all(each.next_attempt_at > now + timedelta(hours=20) for each in waiting)
        assert len(sink.mails) == 1

    def test_only_people_choose_and_only_what_there_is(self, ana: Reader) -> None:
        for actor in (NOBODY, SYSTEM):
            with pytest.raises(NotAllowed):
                choose_mails(actor=actor, paces={}, hour=7, weekday=Weekday.MONDAY)
        with pytest.raises(InvalidInput):
            choose_mails(actor=ana.actor, paces={}, hour=24, weekday=Weekday.MONDAY)
        assert not DigestClock.objects.exclude(hour=7).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_worker")
def test_who_chooses_while_a_worker_puts_a_mail_off_gets_it_as_chosen_now() -> None:
    ana = Reader()
    ana.choose(plans=Pace.WEEKLY)
    ana.owe()
    taken = claim(LEASE)
    assert taken is not None
    assert way_of(taken) == Way.LATER
    in_turn(lambda: ana.choose(plans=Pace.AT_ONCE), lambda: put_off(taken))
    row = Delivery.objects.get()
    assert (row.in_digest, row.attempts, row.leased_until) == (False, 0, None)
    assert row.next_attempt_at <= timezone.now()


def figures() -> MailFigures:
    with connection.cursor() as cursor:
        cursor.execute(FIGURES)
        return MailFigures(*cursor.fetchone())
