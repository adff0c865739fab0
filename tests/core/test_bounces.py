"""An address that takes no mail stops being tried, for a real mail server that says so; what its reader misses is kept."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from carportal.core.actor import Actor
from carportal.core.bounces import hooks
from carportal.core.bounces.models import MailAddress, Source, Trouble
from carportal.core.bounces.services import note_delivery, note_trouble
from carportal.core.delivery import deliver_due
from carportal.core.models import Delivery, Notification
from carportal.core.notifications import Recipient
from tests.core.kinds import OVER, owe
from tests.core.smtp import Sink
from tests.parallel import at_once

ANA = Recipient(None, "ana@example.org", "Ana Lopez")
BEN = Recipient(None, "ben@example.org", "Ben")
GONE = "550 5.1.1 there is nobody of that name here"


def mark(trouble: Trouble = Trouble.GONE, *, source: Source = Source.SENDING) -> MailAddress:
    return note_trouble(address=ANA.email, trouble=trouble, at=timezone.now(), source=source, why=GONE)


def row() -> MailAddress:
    return MailAddress.objects.get(address=ANA.email)


def states() -> list[tuple[str, int]]:
    return list(Delivery.objects.order_by("notification__created_at").values_list("state", "attempts"))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the rooms above are told, beside whatever they do about it."""
    told: list[str] = []

    def stopped(address: MailAddress, _actor: Actor) -> None:
        told.append(f"{address.address} stopped")

    def resumed(address: MailAddress, _actor: Actor) -> None:
        told.append(f"{address.address} resumed")

    monkeypatch.setattr(hooks, "_stopped", [*hooks._stopped, stopped])
    monkeypatch.setattr(hooks, "_resumed", [*hooks._resumed, resumed])
    return told


@pytest.mark.django_db
class TestRefusedForGood:
    def test_it_is_not_tried_again_and_says_why(self, sink: Sink) -> None:
        sink.says[ANA.email] = GONE
        owe(ANA)
        owe(BEN)
        assert deliver_due() == 1
        assert sink.addresses == ["Ben <ben@example.org>"]
        failed = Delivery.objects.get(state="failed")
        assert (failed.attempts, failed.leased_until) == (1, None)
        assert "5.1.1 there is nobody of that name here" in failed.last_error
        assert (row().trouble, row().reports.get().why) == ("gone", GONE)

    def test_neither_is_what_comes_after_it(self, sink: Sink) -> None:
        sink.says[ANA.email] = GONE
        owe(ANA)
        deliver_due()
        sink.says.clear()
        owe(ANA)
        assert deliver_due() == 0
        assert not sink.mails
        later = Delivery.objects.latest("notification__created_at")
        assert later.state == "failed"
        assert later.last_error == f"not tried, for mail to this address does not arrive: {GONE}"

    def test_what_waits_for_another_attempt_gets_to_know_at_once(self, sink: Sink) -> None:
        sink.says[ANA.email] = "450 4.2.0 not just now"
        owe(ANA)
        deliver_due()
        assert states() == [("pending", 1)]
        sink.says[ANA.email] = GONE
        owe(ANA)
        deliver_due()
        assert [state for state, _attempts in states()] == ["failed", "failed"]

    def test_its_reader_finds_the_news_in_the_portal_all_the_same(self, sink: Sink) -> None:
        sink.says[ANA.email] = GONE
        news = [owe(ANA), owe(ANA)]
        deliver_due()
        titles = Notification.objects.exclude(told_at=None).values_list("title", flat=True)
        assert set(titles) == {f"News of {each}" for each in news}

    def test_but_no_secret_and_nothing_that_is_not_true_any_more(self, sink: Sink) -> None:
        mark()
        owe(ANA, kind="test_secret")
        owe(ANA, period=OVER)
        deliver_due()
        assert not sink.mails
        assert {state for state, _attempts in states()} == {"failed", "dropped"}
        assert not Notification.objects.exclude(told_at=None).exists()

    @pytest.mark.parametrize("reply", ["550 5.7.1 relaying denied", "554 no", "450 4.1.1 not yet", ""])
    def test_what_says_nothing_of_the_address_is_tried_again(self, sink: Sink, reply: str) -> None:
        sink.says[ANA.email] = reply
        owe(ANA)
        owe(BEN)
        assert deliver_due() == 1
        assert states() == [("pending", 1), ("sent", 1)]
        assert not MailAddress.objects.exists()

    def test_a_server_may_say_so_only_once_it_has_the_mail(self, sink: Sink) -> None:
        sink.says_to_mail[ANA.email] = GONE
        owe(ANA)
        deliver_due()
        assert states() == [("failed", 1)]
        assert row().trouble == "gone"

    def test_a_full_mailbox_is_tried_on_until_it_has_been_full_for_days(self, sink: Sink) -> None:
        sink.says[ANA.email] = "552 5.2.2 over quota"
        owe(ANA)
        deliver_due()
        assert (states(), row().trouble) == ([("pending", 1)], "")
        for days in (1, 2):
            note_trouble(
                address=ANA.email,
                trouble=Trouble.FULL,
                at=timezone.now() - timedelta(days=days),
                source=Source.SENDING,
            )
        assert row().trouble == "full"
        deliver_due()
        assert states() == [("failed", 2)]

    def test_the_log_does_not_name_who_it_is(self, sink: Sink, caplog: pytest.LogCaptureFixture) -> None:
        sink.says[ANA.email] = "450 4.2.0 not just now, ana@example.org"
        owe(ANA)
        deliver_due()
        sink.says[ANA.email] = f"{GONE}: ana@example.org"
        owe(ANA)
        deliver_due()
        said = " ".join(each.getMessage() for each in caplog.records if each.name.startswith("carportal"))
        assert "450 4.2.0 not just now, a…@example.org" in said
        assert "is given up: mail to its address does not arrive" in said
        assert ANA.email not in said
        assert ANA.name not in said


@pytest.mark.django_db
class TestAskedFor:
    @pytest.mark.parametrize("trouble", [Trouble.GONE, Trouble.UNWANTED])
    def test_what_somebody_asks_for_is_tried_all_the_same(self, sink: Sink, trouble: Trouble) -> None:
        mark(trouble, source=Source.SERVICE)
        owe(ANA, kind="test_asked_for")
        owe(ANA)
        assert deliver_due() == 1
        assert sink.addresses == ["Ana Lopez <ana@example.org>"]

    @pytest.mark.usefixtures("sink")
    def test_once_the_server_takes_it_news_follows(self, heard: list[str]) -> None:
        mark()
        owe(ANA, kind="test_asked_for")
        deliver_due()
        assert row().trouble == ""
        owe(ANA)
        assert deliver_due() == 1
        assert heard == ["ana@example.org stopped", "ana@example.org resumed"]

    @pytest.mark.usefixtures("sink")
    def test_where_a_service_takes_everything_that_says_nothing(self) -> None:
        mark(source=Source.SERVICE)
        owe(ANA, kind="test_asked_for")
        assert deliver_due() == 1
        assert row().trouble == "gone"
        note_delivery(address=ANA.email, at=timezone.now())
        assert row().trouble == ""

    def test_refused_once_more_it_is_given_up(self, sink: Sink, heard: list[str]) -> None:
        mark()
        sink.says[ANA.email] = GONE
        owe(ANA, kind="test_asked_for")
        deliver_due()
        assert states() == [("failed", 1)]
        assert heard == ["ana@example.org stopped"]
        assert row().times == 1


@pytest.mark.django_db
def test_those_above_are_told_once_and_again_only_after_it_was_well(sink: Sink, heard: list[str]) -> None:
    sink.says[ANA.email] = GONE
    for _number in range(3):
        owe(ANA)
    deliver_due()
    mark()
    assert heard == ["ana@example.org stopped"]
    note_delivery(address=ANA.email, at=timezone.now())
    mark()
    assert heard[1:] == ["ana@example.org resumed", "ana@example.org stopped"]
    assert row().times == 2


@pytest.mark.usefixtures("no_worker")
def test_two_workers_at_one_broken_address_mark_it_once(sink: Sink, heard: list[str]) -> None:
    sink.says[ANA.email] = GONE
    for _number in range(6):
        owe(ANA)
    at_once(*[_work] * 2)
    assert [state for state, _attempts in states()] == ["failed"] * 6
    assert heard == ["ana@example.org stopped"]
    assert (row().trouble, row().times) == ("gone", 1)


def _work() -> int:
    try:
        return deliver_due()
    finally:
        connection.close()
