"""What calendars get of a call, as a reader of RFC 5545 that is not the library has it; and what its mails say."""

from datetime import timedelta

import pytest

from actionplans.calls.calendars import file_of, invitation
from actionplans.calls.offers import Subject
from actionplans.calls.services import cancel_call, decline_call
from actionplans.models import ActionPlan, Call, PlanShare
from actionplans.plans.services import redact_words
from actionplans.sharing.services import withdraw_share
from carportal.core.actor import Actor
from carportal.core.delivery import deliver_due
from carportal.core.models import Delivery, Notification
from carportal.core.notifications import Message
from tests.actionplans.arranging import (
    FIRST,
    LINK,
    NOW,
    OFFER,
    agree,
    hold,
    let_it_be,
    offer_others,
    pick,
    propose,
)
from tests.actionplans.conftest import Story
from tests.actionplans.icalendar_reader import Appointment, read
from tests.actionplans.making import person_of, share_with
from tests.actionplans.test_notifications import mail
from tests.factories import make_actor

pytestmark = pytest.mark.django_db

LATER = FIRST + timedelta(days=30)
NASTY = "Fees, costs; and “what \\ else”: " + "ü" * 90


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    let_it_be(monkeypatch, NOW)


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


def sent_to(actor: Actor) -> list[Appointment]:
    """What came to its calendar, in order."""
    deliver_due()
    mine = Delivery.objects.filter(notification__recipient=actor.user_id).exclude(calendar="")
    return [read(each.calendar) for each in mine.order_by("sent_at", "notification__created_at")]


class TestCalendar:
    def test_invitation_says_what_calendars_ask_for(self, story: Story, share: PlanShare):
        agree(share, story.alice, story.dora)
        (appointment,) = sent_to(story.dora)
        call, dora = Call.objects.get(), person_of(story.dora)
        assert appointment.method == "REQUEST"
        assert (appointment["UID"], appointment["SEQUENCE"]) == (str(call.pk), "0")
        assert appointment.time("DTSTART") == FIRST
        assert appointment.time("DTEND") == FIRST + timedelta(hours=1)
        assert appointment.time("DTSTAMP") == NOW
        assert appointment["SUMMARY"] == f"Call on {story.finding.reference}, Green Valley Packhouse"
        assert appointment["DESCRIPTION"] == "Investigating the root cause further"
        assert appointment["LOCATION"] == LINK
        assert appointment["URL"].endswith(f"/shares/{share.pk}/#calls")
        assert appointment["STATUS"] == "CONFIRMED"
        assert appointment.event["ATTENDEE"].value == f"mailto:{dora.email}"
        assert appointment.event["ATTENDEE"].params["CN"] == dora.name

    def test_nobody_is_in_it_but_the_portal_and_its_reader(self, story: Story, share: PlanShare):
        agree(share, story.alice, story.dora)
        deliver_due()
        people = {person_of(each).email for each in (story.alice, story.bob, story.dora)}
        for delivery in Delivery.objects.exclude(calendar=""):
            unfolded = delivery.calendar.replace("\r\n ", "")
            assert {each for each in people if each in unfolded} == {delivery.notification.address}
            assert read(delivery.calendar).event["ORGANIZER"].value.startswith("mailto:")
        assert Delivery.objects.exclude(calendar="").count() == 3

    def test_same_appointment_is_moved_put_back_and_taken_out_by_growing_numbers(
        self, story: Story, share: PlanShare
    ):
        call = agree(share, story.alice, story.dora)
        sent_to(story.dora)
        offer_others(call, story.dora, LATER)
        sent_to(story.dora)
        pick(call, story.alice, LATER)
        sent_to(story.dora)
        cancel_call(call_id=call.pk, actor=story.alice, seen=2)
        for actor in (story.dora, story.alice, story.bob):
            got = sent_to(actor)
            told = [(each.method, each["SEQUENCE"], each["STATUS"]) for each in got]
            assert told == [
                ("REQUEST", "0", "CONFIRMED"),
                ("CANCEL", "1", "CANCELLED"),
                ("REQUEST", "2", "CONFIRMED"),
                ("CANCEL", "3", "CANCELLED"),
            ]
            assert len({each["UID"] for each in got}) == 1
            assert [each.time("DTSTART") for each in got] == [FIRST, FIRST, LATER, LATER]

    def test_calendars_are_not_told_what_is_no_longer_so(self, story: Story, share: PlanShare):
        call = agree(share, story.alice, story.dora)
        offer_others(call, story.dora, LATER)
        pick(call, story.alice, LATER)
        assert [(each.method, each["SEQUENCE"]) for each in sent_to(story.dora)] == [("REQUEST", "2")]

    def test_withdrawn_share_takes_the_call_out_of_the_partys_calendar_without_a_way_back(
        self, story: Story, share: PlanShare
    ):
        agree(share, story.alice, story.dora)
        sent_to(story.dora)
        withdraw_share(share_id=share.pk, actor=story.alice)
        assert [each.method for each in sent_to(story.dora)] == ["REQUEST", "CANCEL"]
        message = mail("call_cancelled", story.dora)
        assert "will not take place" in message.text
        assert "/shares/" not in message.text
        assert "shared" not in message.text
        assert "/shares/" in mail("call_cancelled", story.bob).text

    def test_commas_quotes_line_breaks_and_long_lines_come_through(self, story: Story, share: PlanShare):
        call = pick(propose(share, story.alice, subject=Subject("other", NASTY)), story.dora)
        call.share.plan.finding.site.name = 'Ana, "the" site; \n2'
        for text in (
            invitation(call, to="ana@example.org", name='Ana "A"; Lopez, x\r\ny').text,
            file_of(call),
        ):
            appointment = read(text)
            assert appointment["DESCRIPTION"] == NASTY
            assert 'Ana, "the" site;' in appointment["SUMMARY"]
        assert read(file_of(call)).method == "PUBLISH"
        assert "ATTENDEE" not in read(file_of(call)).event

    def test_kept_copies_lose_words_that_are_removed(self, story: Story, plan: ActionPlan, share: PlanShare):
        pick(
            propose(share, story.alice, subject=Subject("other", "What Rahim Miah, the agent, said")),
            story.dora,
        )
        (appointment,) = sent_to(story.dora)
        assert "Rahim Miah, the agent" in appointment["DESCRIPTION"]
        redact_words(plan_id=plan.pk, actor=story.bob, words="Rahim Miah, the agent", reason="A worker.")
        assert not Delivery.objects.filter(calendar__contains="Rahim").exists()
        assert Call.objects.get().about == "What [removed], said"


class TestMails:
    @pytest.fixture
    def all_of_them(self, story: Story, plan: ActionPlan, share: PlanShare, monkeypatch: pytest.MonkeyPatch):
        """Each as the customer gets it, while another has calls of its own."""
        other, erik = share_with(plan, story.alice, story.other), make_actor(story.other)
        agree(other, story.alice, erik)
        mails: dict[str, Message] = {}
        call = propose(share, story.alice)
        mails["call_proposed"] = mail("call_proposed", story.dora)
        pick(call, story.dora)
        mails["call_agreed"] = mail("call_agreed", story.dora)
        offer_others(call, story.alice, LATER)
        mails["call_moved"] = mail("call_moved", story.dora)
        pick(call, story.dora, LATER)
        cancel_call(call_id=call.pk, actor=story.alice, seen=2, reason="The agent is ill.")
        mails["call_cancelled"] = mail("call_cancelled", story.dora)
        asked = propose(share, story.dora)
        decline_call(call_id=asked.pk, actor=story.alice, seen=1, reason="The agent is ill.")
        mails["call_declined"] = mail("call_declined", story.dora)
        held = agree(share, story.alice, story.dora)
        let_it_be(monkeypatch, FIRST)
        hold(held, story.alice, text="The agent was there.")
        mails["call_held"] = mail("call_held", story.dora)
        return mails

    def test_each_says_what_it_is_about_in_text_and_html_and_quotes_nobody(
        self, story: Story, all_of_them: dict[str, Message]
    ):
        for kind, message in all_of_them.items():
            for text in (message.text, message.html):
                assert story.finding.reference in text, kind
                assert "Green Valley Packhouse" in text, kind
                assert "#calls" in text, kind
                assert "Collaborative Action Required" in text, kind
                assert "The agent" not in text, kind
                assert "Fairprice" not in text, kind
            assert "\n\n\n\n" not in message.text, kind

    def test_times_are_on_the_readers_own_clock(self, story: Story, share: PlanShare):
        dora = person_of(story.dora)
        dora.time_zone = "Asia/Dhaka"
        dora.save(update_fields=["time_zone"])
        call = propose(share, story.alice, OFFER)
        assert (
            "Tuesday 10 March 2026, 21:00 to 22:00, Asia/Dhaka (UTC+06:00)"
            in mail("call_proposed", story.dora).text
        )
        pick(call, story.dora)
        assert "15:00 to 16:00, Europe/London (UTC+00:00)" in mail("call_agreed", story.alice).text

    def test_nothing_leaves_to_who_has_left_the_organisation(self, story: Story, share: PlanShare):
        agree(share, story.alice, story.dora)
        person_of(story.dora).memberships.all().delete()
        deliver_due()
        owed = Notification.objects.get(kind="call_agreed", recipient=story.dora.user_id)
        assert owed.deliveries.get().state == "dropped"
