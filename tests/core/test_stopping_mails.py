"""Mails are stopped by one click of a mail program, or by a button; looking at the page changes nothing."""

from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from carportal.core.choices.groups import MailGroup, Pace
from carportal.core.choices.tokens import mail_token
from carportal.core.choices.wishes import Wishes
from carportal.core.delivery import deliver_due
from carportal.core.models import Delivery, MailChoice
from carportal.core.notifications import Recipient
from tests.actionplans.pages import heading_of, main_of, text_of
from tests.core.choosing import Reader, inbox_of, let_digests_come, states
from tests.core.kinds import owe
from tests.core.smtp import Sink

GUEST = Recipient(None, "Guest@Example.org", "A Guest")
ONE_CLICK = "List-Unsubscribe=One-Click"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def ana(db: None) -> Reader:
    return Reader()


@pytest.fixture
def program() -> Client:
    """A mail program: without cookies, and with the portal checking what it checks of browsers."""
    return Client(enforce_csrf_checks=True)


def address_in(sink: Sink) -> str:
    """Where the header of the last mail leads."""
    mail = sink.mails[-1]
    assert mail["List-Unsubscribe-Post"] == ONE_CLICK
    return urlsplit(str(mail["List-Unsubscribe"]).strip("\r\n <>")).path  # a long one is on a line of its own


def pace_of(reader: Reader, group: MailGroup = MailGroup.PLANS) -> Pace:
    return Wishes(reader.user.pk, reader.user.email).pace_of(group)


class TestHeaders:
    def test_address_is_a_signed_one_of_the_portal(self, ana: Reader, sink: Sink, settings: Settings) -> None:
        settings.SITE_URL = "https://cars.example.org"
        delivery = ana.owe()
        deliver_due()
        expected = f"<https://cars.example.org/mails/stop/{mail_token(delivery.pk)}/>"
        assert str(sink.mails[0]["List-Unsubscribe"]).strip() == expected

    def test_no_token_but_a_signed_one_opens_anything(self, ana: Reader, client: Client) -> None:
        delivery = ana.owe()
        signed = mail_token(delivery.pk)
        for token in (
            delivery.pk.hex,
            f"{delivery.pk.hex}.",
            signed[:-1],
            f"{uuid4().hex}{signed[32:]}",
            "x",
        ):
            assert client.post(f"/mails/stop/{token}/").status_code == 404
        assert client.post(f"/mails/stop/{mail_token(uuid4())}/").status_code == 404
        assert pace_of(ana) == Pace.AT_ONCE

    def test_the_link_of_a_mail_without_choice_stops_nothing(self, ana: Reader, client: Client) -> None:
        delivery = ana.owe("test_secret")
        assert client.post(f"/mails/stop/{mail_token(delivery.pk)}/").status_code == 404
        assert not MailChoice.objects.exists()


class TestOneClick:
    def test_bare_post_of_a_mail_program_stops_the_group_and_no_other(
        self, ana: Reader, sink: Sink, program: Client
    ) -> None:
        ana.owe()
        deliver_due()
        answer = program.post(address_in(sink), ONE_CLICK, content_type=FORM)
        assert (answer.status_code, dict(answer.cookies)) == (200, {})
        assert pace_of(ana) == Pace.NONE
        assert pace_of(ana, MailGroup.COMMENTS) == Pace.AT_ONCE
        ana.owe()
        assert deliver_due() == 0
        assert len(sink.mails) == 1
        assert len(inbox_of(ana)) == 2

    def test_so_does_a_form_with_parts(self, ana: Reader, sink: Sink, program: Client) -> None:
        ana.owe()
        deliver_due()
        assert program.post(address_in(sink), {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert pace_of(ana) == Pace.NONE

    def test_again_it_changes_nothing(self, ana: Reader, program: Client) -> None:
        ana.choose(plans=Pace.DAILY)
        delivery = ana.owe()
        url = f"/mails/stop/{mail_token(delivery.pk)}/"
        for _number in range(2):
            assert program.post(url, ONE_CLICK, content_type=FORM).status_code == 200
        assert MailChoice.objects.get().pace_before == Pace.DAILY

    def test_what_waits_by_then_is_told_in_the_portal_alone(
        self, ana: Reader, sink: Sink, program: Client
    ) -> None:
        ana.owe()
        deliver_due()
        ana.choose(plans=Pace.WEEKLY)
        ana.owe()
        deliver_due()
        program.post(address_in(sink), ONE_CLICK, content_type=FORM)
        deliver_due()
        assert states() == ["sent", "unwanted"]

    def test_a_digests_link_stops_all_that_it_tells(self, ana: Reader, sink: Sink, program: Client) -> None:
        ana.choose(plans=Pace.DAILY, comments=Pace.WEEKLY)
        for kind in ("test_news", "test_comment"):
            ana.owe(kind)
        deliver_due()
        let_digests_come()
        assert deliver_due() == 1
        program.post(address_in(sink), ONE_CLICK, content_type=FORM)
        assert pace_of(ana) == pace_of(ana, MailGroup.COMMENTS) == Pace.NONE
        assert pace_of(ana, MailGroup.CALLS) == Pace.AT_ONCE
        program.post(address_in(sink), {"again": "1"})
        assert (pace_of(ana), pace_of(ana, MailGroup.COMMENTS)) == (Pace.DAILY, Pace.WEEKLY)


@pytest.mark.django_db
class TestAddressWithoutAccount:
    def test_its_mails_are_stopped_in_any_letter_case_and_come_again(
        self, sink: Sink, program: Client
    ) -> None:
        owe(GUEST)
        deliver_due()
        program.post(address_in(sink), ONE_CLICK, content_type=FORM)
        owe(Recipient(None, "guest@example.org", "A Guest"))
        assert deliver_due() == 0
        program.post(address_in(sink), {"again": "1"})
        owe(GUEST)
        assert deliver_due() == 1

    def test_codes_and_links_still_come(self, sink: Sink, program: Client) -> None:
        owe(GUEST)
        deliver_due()
        program.post(address_in(sink), ONE_CLICK, content_type=FORM)
        owe(GUEST, kind="test_secret")
        assert deliver_due() == 1

    def test_what_it_stopped_stays_stopped_once_there_is_an_account(
        self, ana: Reader, sink: Sink, program: Client
    ) -> None:
        owe(Recipient(None, ana.user.email, ""))
        deliver_due()
        program.post(address_in(sink), ONE_CLICK, content_type=FORM)
        assert pace_of(ana) == Pace.NONE
        ana.choose(plans=Pace.AT_ONCE)
        assert pace_of(ana) == Pace.AT_ONCE

    def test_its_mail_leads_to_the_page_without_login(self, sink: Sink) -> None:
        owe(GUEST)
        deliver_due()
        page = Client().get(address_in(sink))
        assert "log in" not in text_of(page).lower()
        assert not main_of(page).all("a")


class TestPage:
    def test_looking_at_it_changes_nothing(self, ana: Reader, sink: Sink, program: Client) -> None:
        """Programs that look into mails follow every link."""
        ana.owe()
        deliver_due()
        for _number in range(2):
            page = program.get(address_in(sink))
            assert heading_of(page) == "Stop these mails?"
        assert program.head(address_in(sink)).status_code == 200
        assert pace_of(ana) == Pace.AT_ONCE
        assert not MailChoice.objects.exists()
        assert [button.text for button in main_of(page).all("button")] == ["Stop these mails"]
        assert "What others do with a plan that concerns you" in text_of(page)
        assert ana.user.email not in page.content.decode()

    def test_after_the_button_there_is_a_way_back(self, ana: Reader, client: Client) -> None:
        ana.choose(plans=Pace.WEEKLY)
        delivery = ana.owe()
        url = f"/mails/stop/{mail_token(delivery.pk)}/"
        page = client.post(url)
        assert heading_of(page) == "These mails no longer come"
        (button,) = main_of(page).all("button")
        assert (button.text, button["name"]) == ("Send them again", "again")
        page = client.post(url, {button["name"]: button["value"]})
        assert heading_of(page) == "These mails come again"
        assert pace_of(ana) == Pace.WEEKLY

    def test_somebody_elses_mails_are_not_touched_whoever_is_logged_in(
        self, ana: Reader, client: Client
    ) -> None:
        ben = Reader()
        client.force_login(ben.user)
        delivery = ana.owe()
        client.post(f"/mails/stop/{mail_token(delivery.pk)}/")
        assert (pace_of(ana), pace_of(ben)) == (Pace.NONE, Pace.AT_ONCE)
        assert Delivery.objects.get().state == "pending"
