"""Mail goes out through a real mail server, each on its own, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from carportal.core.delivery import LEASE, deliver_due
from carportal.core.forgetting import forget_content
from carportal.core.models import Delivery, Notification
from carportal.core.notifications import Recipient
from carportal.core.outcomes import MAX_ATTEMPTS
from tests.core.kinds import APPOINTMENT, OVER, POISON, owe
from tests.core.smtp import Sink

ANA = Recipient(None, "ana@example.org", "Ana Lopez")
BEN = Recipient(None, "ben@example.org", "Ben")


def only_delivery() -> Delivery:
    return Delivery.objects.get()


def make_due() -> None:
    """Let the time of the next attempt, and of every lease, come."""
    past = timezone.now() - timedelta(seconds=1)
    Delivery.objects.filter(state="pending").update(next_attempt_at=past)
    Delivery.objects.filter(state="pending", leased_until__isnull=False).update(leased_until=past)


@pytest.mark.django_db
class TestSending:
    def test_a_mail_arrives_as_text_and_html(self, sink: Sink):
        object_id = owe(ANA)
        assert deliver_due() == 1
        (mail,) = sink.mails
        assert mail["Subject"] == f"News of {object_id}"
        assert mail["To"] == "Ana Lopez <ana@example.org>"
        assert mail["Message-ID"] == only_delivery().message_id
        assert mail["Auto-Submitted"] == "auto-generated"
        plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
        assert plain is not None
        assert html is not None
        assert plain.get_content().strip() == "Monday in en-gb, for Ana Lopez"
        assert html.get_content().strip() == "<p>Monday in en-gb, for Ana Lopez</p>"

    def test_what_was_sent_is_kept_and_not_sent_again(self, sink: Sink):
        object_id = owe(ANA)
        assert (deliver_due(), deliver_due()) == (1, 0)
        delivery = only_delivery()
        assert (delivery.state, delivery.attempts, delivery.leased_until) == ("sent", 1, None)
        assert delivery.subject == f"News of {object_id}"
        assert "Ana Lopez" in delivery.text
        assert len(sink.mails) == 1

    @pytest.mark.usefixtures("sink")
    def test_what_was_sent_does_not_change(self):
        owe(ANA)
        deliver_due()
        with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
            Delivery.objects.update(text="something else")

    def test_a_mail_with_a_secret_is_not_kept(self, sink: Sink):
        owe(ANA, kind="test_secret")
        deliver_due()
        delivery = only_delivery()
        assert (delivery.state, delivery.subject, delivery.text, delivery.html) == ("sent", "", "", "")
        assert len(sink.mails) == 1

    @pytest.mark.usefixtures("sink")
    def test_what_was_told_is_in_its_readers_inbox_with_the_way_to_it(self):
        object_id = owe(ANA)
        deliver_due()
        told = Notification.objects.get()
        assert (told.title, told.path) == (f"News of {object_id}", f"/news/?of={object_id}#top")
        assert told.told_at == only_delivery().sent_at

    @pytest.mark.parametrize(("kind", "period"), [("test_secret", ""), ("test_news", OVER)])
    @pytest.mark.usefixtures("sink")
    def test_neither_a_secret_nor_what_is_no_longer_due_is_in_an_inbox(self, kind: str, period: str):
        owe(ANA, kind=kind, period=period)
        deliver_due()
        told = Notification.objects.get()
        assert (told.told_at, told.title, told.path) == (None, "", "")

    def test_an_appointment_comes_as_an_alternative_and_as_a_file_and_is_kept_as_sent(self, sink: Sink):
        owe(ANA, kind="test_call")
        deliver_due()
        (mail,) = sink.mails
        alternatives = {part.get_content_type(): part for part in mail.walk()}
        calendar, file = alternatives["text/calendar"], alternatives["application/ics"]
        assert calendar.get_param("method") == "REQUEST"
        assert calendar.get_content().splitlines() == APPOINTMENT.splitlines()
        assert file.get_filename() == "invitation.ics"
        assert file.get_content() == APPOINTMENT.encode()
        assert only_delivery().calendar == APPOINTMENT

    @pytest.mark.usefixtures("sink")
    @pytest.mark.parametrize("words", ["Call, with Björn", "Ana Lopez"])
    def test_words_that_must_go_go_with_the_appointment_that_has_them(self, words: str):
        object_id = owe(ANA, kind="test_call")
        deliver_due()
        with transaction.atomic():
            assert forget_content(object_ids=[object_id], holds=lambda text: words in text) == 1
        assert (only_delivery().text, only_delivery().html, only_delivery().calendar) == ("", "", "")
        with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
            Delivery.objects.update(calendar="something else")

    def test_it_is_written_in_its_readers_language(self, sink: Sink):
        owe(Recipient(None, "uwe@example.org", "Uwe", language="de"), ANA)
        deliver_due()
        texts = {str(mail["To"]): str(mail.get_body(("plain",))) for mail in sink.mails}
        assert "Montag in de" in texts["Uwe <uwe@example.org>"]
        assert "Monday in en-gb" in texts["Ana Lopez <ana@example.org>"]

    @pytest.mark.parametrize(
        "name", ["Lopez, Ana", 'Ana "A" Lopez', "Ana\r\nBcc: x@example.org", "Žofie Łań", ""]
    )
    def test_any_name_stays_a_name(self, name: str, sink: Sink):
        owe(Recipient(None, "ana@example.org", name))
        assert deliver_due() == 1
        (mail,) = sink.mails
        (address,) = mail["To"].addresses
        assert address.addr_spec == "ana@example.org"
        assert address.display_name == " ".join(name.split())
        assert mail["Bcc"] is None

    def test_what_is_no_longer_due_is_dropped(self, sink: Sink):
        owe(ANA, period=OVER)
        assert deliver_due() == 0
        assert only_delivery().state == "dropped"
        assert not sink.mails


@pytest.mark.django_db
class TestTrouble:
    def test_one_that_cannot_be_rendered_holds_up_no_other(self, sink: Sink):
        owe(ANA, period=POISON)
        owe(BEN)
        assert deliver_due() == 1
        assert sink.addresses == ["Ben <ben@example.org>"]
        poison = Delivery.objects.get(state="pending")
        assert poison.last_error == "ZeroDivisionError: this one cannot be rendered"
        assert poison.leased_until is None
        assert timedelta(seconds=40) < poison.next_attempt_at - timezone.now() < timedelta(seconds=75)

    def test_an_address_that_is_refused_for_now_is_tried_again_while_others_go(self, sink: Sink):
        sink.says["ana@example.org"] = "450 4.2.1 not just now"
        owe(ANA)
        owe(BEN)
        assert deliver_due() == 1
        refused = Delivery.objects.get(state="pending")
        assert "not just now" in refused.last_error
        sink.says.clear()
        make_due()
        assert deliver_due() == 1
        assert sink.addresses == ["Ben <ben@example.org>", "Ana Lopez <ana@example.org>"]
        assert Delivery.objects.get(pk=refused.pk).last_error == ""

    @pytest.mark.usefixtures("sink")
    def test_a_kind_that_no_worker_knows_waits_for_one_that_does(self):
        owe(ANA)
        Notification.objects.update(kind="test_of_tomorrow")
        assert deliver_due() == 0
        assert "test_of_tomorrow" in only_delivery().last_error
        Notification.objects.update(kind="test_news")
        make_due()
        assert deliver_due() == 1

    @pytest.mark.usefixtures("sink")
    def test_pauses_grow_until_it_is_given_up(self):
        owe(ANA, period=POISON)
        pauses = []
        for _ in range(MAX_ATTEMPTS - 1):
            deliver_due()
            pauses.append(only_delivery().next_attempt_at - timezone.now())
            make_due()
        assert pauses[0] < pauses[2] < pauses[4] < pauses[8]
        assert timedelta(days=1) < sum(pauses, timedelta()) < timedelta(days=4)
        deliver_due()
        assert only_delivery().state == "failed"
        make_due()
        assert deliver_due() == 0
        assert only_delivery().attempts == MAX_ATTEMPTS

    def test_a_mail_server_that_is_down_counts_as_no_attempt(self, sink: Sink):
        owe(ANA)
        owe(BEN)
        sink.stop()
        try:
            assert deliver_due() == 0
        finally:
            sink.start()
        assert set(Delivery.objects.values_list("state", "attempts")) == {("pending", 0)}
        assert deliver_due() == 2

    def test_a_row_whose_worker_died_goes_out_after_its_lease(self, sink: Sink):
        owe(ANA)
        claimed = only_delivery()
        Delivery.objects.update(attempts=1, leased_until=timezone.now() + LEASE)
        assert deliver_due() == 0
        make_due()
        assert deliver_due() == 1
        assert sink.mails[0]["Message-ID"] == claimed.message_id

    def test_a_row_that_kills_every_worker_is_given_up(self, sink: Sink):
        owe(ANA)
        Delivery.objects.update(attempts=MAX_ATTEMPTS, leased_until=timezone.now())
        owe(BEN)
        assert deliver_due() == 1
        assert Delivery.objects.get(state="failed").last_error == "no attempt came to an end"
        assert sink.addresses == ["Ben <ben@example.org>"]

    def test_what_is_due_later_waits(self, sink: Sink):
        owe(ANA)
        Delivery.objects.update(next_attempt_at=timezone.now() + timedelta(hours=1))
        assert deliver_due() == 0
        assert not sink.mails


@pytest.mark.usefixtures("no_worker")
def test_workers_side_by_side_send_each_mail_once(sink: Sink):
    people = [Recipient(None, f"person{number}@example.org", "") for number in range(60)]
    owe(*people)

    def work(_: int) -> int:
        try:
            return deliver_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(work, range(4)))
    assert sum(sent) == 60
    assert sorted(sink.addresses) == sorted(person.email for person in people)
    assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 1)}
