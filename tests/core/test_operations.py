"""The operator's managers see how the portal runs, and have mail sent again that was given up."""

import re

import pytest
import redis
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from carportal.core import signs
from carportal.core.audit import Aggregate, Reader, timeline
from carportal.core.bounces.models import MailAddress, Source, Trouble
from carportal.core.bounces.services import note_trouble, say_address_works
from carportal.core.delivery import deliver_due
from carportal.core.errors import Conflict, NotAllowed
from carportal.core.mailroom import send_again
from carportal.core.models import Delivery
from carportal.core.notifications import Recipient
from carportal.core.outcomes import MAX_ATTEMPTS
from tests.actionplans.pages import heading_of, main_of, text_of
from tests.core.kinds import OVER, owe
from tests.core.smtp import Sink
from tests.live import QUEUES
from tests.parallel import at_once
from tests.personas import Personas

URL = "/operations/"
ANA = Recipient(None, "ana@example.org", "Ana Lopez")


def given_up(*, period: str = "") -> Delivery:
    """As after the last attempt."""
    object_id = owe(ANA, period=period)
    Delivery.objects.filter(notification__object_id=object_id).update(
        state="failed", attempts=MAX_ATTEMPTS, last_error="SMTPRecipientsRefused: no such mailbox"
    )
    return Delivery.objects.get(notification__object_id=object_id)


def mark(address: str) -> MailAddress:
    return note_trouble(
        address=address,
        trouble=Trouble.GONE,
        at=timezone.now(),
        source=Source.SENDING,
        why="550 5.1.1 no such user",
    )


def mark_ana() -> MailAddress:
    return mark(ANA.email)


@pytest.mark.django_db
class TestPage:
    def test_tells_of_each_part_of_the_workers_and_of_the_mail(
        self, personas: Personas, settings: Settings
    ) -> None:
        with redis.Redis.from_url(settings.REDIS_URL) as broker:
            broker.delete(signs.UP, signs.HEARD, *QUEUES)
        signs.worker_is_up("celery@here")
        signs.leave(signs.SWEEP)
        page = personas.admin.client.get(URL)
        assert heading_of(page) == "How the portal runs"
        text = text_of(page)
        assert "Everything is well." in text
        for part in ("Database", "Message broker", "Workers", "Mail being gone through"):
            assert f"{part} Well" in text
        for sign in ("Mail was last gone through", "celery@here took a task"):
            assert re.search(rf"{sign} \d+ seconds? ago", text)
        assert "Tasks that wait for a worker 0" in text
        assert "0 given up" in text
        assert "Every mail has found its way" in text

    def test_names_what_is_not_well(self, personas: Personas, settings: Settings) -> None:
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        text = text_of(personas.admin.client.get(URL))
        assert "Something is not well." in text
        assert "Message broker Not well does not answer" in text
        assert "Database Well" in text

    def test_lists_what_was_given_up_with_its_reason_and_never_what_it_says(self, personas: Personas) -> None:
        mail = given_up()
        text = text_of(personas.admin.client.get(URL))
        assert "ana@example.org" in text
        assert "SMTPRecipientsRefused: no such mailbox" in text
        assert str(mail.notification.object_id) not in text

    def test_one_is_sent_again_by_its_button(self, personas: Personas, sink: Sink) -> None:
        mail, other = given_up(), given_up()
        page = personas.admin.client.get(URL)
        buttons = main_of(page).all("button", name="mail")
        assert {button["value"] for button in buttons} == {str(mail.pk), str(other.pk)}
        done = personas.admin.client.post(URL, {"mail": str(mail.pk)}, follow=True)
        assert "1 mail will be sent again." in done.content.decode()
        assert deliver_due() == 1
        assert [each["Message-ID"] for each in sink.mails] == [mail.message_id]
        assert Delivery.objects.get(pk=other.pk).state == "failed"

    def test_all_are_sent_again_at_once(self, personas: Personas, sink: Sink) -> None:
        for _number in range(3):
            given_up()
        assert "Send all of them again" in text_of(personas.admin.client.get(URL))
        personas.admin.client.post(URL, {"all": "1"})
        assert deliver_due() == len(sink.mails) == 3

    def test_form_that_was_tampered_with_sends_nothing(self, personas: Personas) -> None:
        given_up()
        for data in ({}, {"mail": "nothing"}, {"mail": "\0"}):
            assert personas.admin.client.post(URL, data).status_code == 302
        assert Delivery.objects.get().state == "failed"

    def test_lists_the_addresses_that_take_no_mail_with_what_was_said(self, personas: Personas) -> None:
        assert "0 addresses that take no mail" in text_of(personas.admin.client.get(URL))
        mark_ana()
        text = text_of(personas.admin.client.get(URL))
        assert "1 address that takes no mail" in text
        assert "ana@example.org Mail does not arrive Since" in text
        assert "There is no such mailbox. The mail server, when mail was sent: 550 5.1.1 no such user" in text

    def test_what_was_given_up_for_its_address_leads_to_the_address(self, personas: Personas) -> None:
        given_up()
        mark_ana()
        page = personas.admin.client.get(URL)
        assert not main_of(page).all("button", name="mail")
        assert "See its address" in text_of(page)

    def test_address_that_works_again_is_sent_to_again(self, personas: Personas, sink: Sink) -> None:
        given_up()
        row = mark_ana()
        done = personas.admin.client.post(reverse("address_works", args=[row.pk]), follow=True)
        assert "Mail to ana@example.org is sent again." in done.content.decode()
        assert main_of(done).all("button", name="mail")
        personas.admin.client.post(URL, {"all": "1"})
        assert deliver_due() == len(sink.mails) == 1
        (entry,) = timeline(
            aggregate=Aggregate.ORGANISATION,
            aggregate_id=personas.admin.organisation.pk,
            reader=Reader.OPERATOR,
        )[:1]
        assert entry.sentence == "Said that mail to ana@example.org arrives again"

    def test_queries_do_not_grow_with_the_mail(
        self, personas: Personas, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for count in (1, 10):
            for _number in range(count):
                given_up()
                mark(f"person{Delivery.objects.count()}@example.org")
            personas.admin.client.get(URL)
            # The session, the person, memberships; what was given up and its addresses; how many take no mail,
            # which, and what was said of them.
            with django_assert_num_queries(8):
                personas.admin.client.get(URL)


@pytest.mark.django_db
class TestSendingAgain:
    def test_what_is_not_true_any_more_is_not_sent(self, personas: Personas, sink: Sink) -> None:
        given_up(period=OVER)
        assert send_again(actor=personas.admin.actor) == 1
        assert deliver_due() == 0
        assert Delivery.objects.get().state == "dropped"
        assert not sink.mails

    def test_is_on_the_operators_record(self, personas: Personas) -> None:
        given_up()
        send_again(actor=personas.admin.actor)
        last = timeline(
            aggregate=Aggregate.ORGANISATION,
            aggregate_id=personas.admin.organisation.pk,
            reader=Reader.OPERATOR,
        )[-1]
        assert last.sentence == "Had mail sent again that was given up: 1"
        assert send_again(actor=personas.admin.actor) == 0, (
            "nothing is left to be sent, and nothing is recorded"
        )

    def test_mail_that_was_sent_or_waits_is_left_alone(self, personas: Personas) -> None:
        owe(ANA)
        waiting = Delivery.objects.get()
        owe(ANA)
        Delivery.objects.exclude(pk=waiting.pk).update(state="sent", sent_at=timezone.now())
        before = list(Delivery.objects.order_by("pk").values())
        assert send_again(actor=personas.admin.actor) == 0
        assert list(Delivery.objects.order_by("pk").values()) == before

    def test_what_goes_to_an_address_that_takes_no_mail_stays(self, personas: Personas, sink: Sink) -> None:
        mail = given_up()
        mark_ana()
        assert send_again(actor=personas.admin.actor) == 0
        with pytest.raises(Conflict, match="say first that the address works again"):
            send_again(actor=personas.admin.actor, ids=[mail.pk])
        assert deliver_due() == 0
        assert not sink.mails

    @pytest.mark.parametrize("name", ["compliance", "site_manager", "customer", "auditor", "ngo"])
    def test_only_they_say_that_any_address_works(self, personas: Personas, name: str) -> None:
        row = mark_ana()
        with pytest.raises(NotAllowed):
            say_address_works(actor=personas[name].actor, address_id=row.pk)
        assert MailAddress.objects.in_trouble().exists()

    @pytest.mark.parametrize("name", ["compliance", "site_manager", "customer", "auditor", "ngo"])
    def test_is_for_the_operators_managers_alone(self, personas: Personas, name: str) -> None:
        given_up()
        with pytest.raises(NotAllowed):
            send_again(actor=personas[name].actor)
        assert Delivery.objects.get().state == "failed"


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_have_each_mail_tried_once(personas: Personas, sink: Sink) -> None:
    for _number in range(4):
        given_up()
    actor = personas.admin.actor
    counts = at_once(*[lambda: send_again(actor=actor)] * 2)
    assert set(counts) == {0, 4}
    assert deliver_due() == 4
    assert len(sink.mails) == 4
