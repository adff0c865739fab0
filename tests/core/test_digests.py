"""What waited comes as one mail: once, under one Message-ID, with whatever of it is still true."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from carportal.core import delivery as delivering
from carportal.core import digests, outcomes
from carportal.core.choices.groups import Pace
from carportal.core.choices.services import keep_quiet
from carportal.core.claiming import claim
from carportal.core.delivery import LEASE, deliver_due
from carportal.core.forgetting import forget_content
from carportal.core.models import Delivery, DigestClock
from carportal.core.writing import write
from tests.core.choosing import Reader, inbox_of, let_digests_come, states
from tests.core.kinds import OVER, POISON
from tests.core.smtp import Sink
from tests.parallel import at_once


@pytest.fixture
def ana(db: None) -> Reader:
    """Somebody whose mails about plans and comments come together."""
    reader = Reader()
    reader.choose(plans=Pace.DAILY, comments=Pace.WEEKLY)
    return reader


@pytest.fixture
def cars() -> Iterator[dict[uuid.UUID, str]]:
    """How CARs are called in headings, by their ids."""
    names: dict[uuid.UUID, str] = {}
    before = list(digests._car_names)
    digests.register_car_names(lambda ids: {pk: names[pk] for pk in ids if pk in names})
    yield names
    digests._car_names[:] = before


def waited(reader: Reader, *kinds: str, **owed: Any) -> list[Delivery]:
    """Mails that have waited long enough."""
    rows = [reader.owe(kind, **owed) for kind in kinds]
    deliver_due()
    let_digests_come()
    return rows


def news_of(delivery: Delivery) -> str:
    return f"News of {delivery.notification.object_id}"


def text_of(sink: Sink) -> str:
    (mail,) = sink.mails
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


class TestOneMail:
    def test_all_that_waited_is_told_in_it_with_its_links(self, ana: Reader, sink: Sink) -> None:
        rows = waited(ana, "test_news", "test_news", "test_comment")
        assert deliver_due() == len(sink.mails) == 1
        assert sink.mails[0]["Subject"] == "3 news items from the CAR portal"
        assert sink.mails[0]["To"] == "Ana Lopez <" + ana.user.email + ">"
        text = text_of(sink)
        html = sink.mails[0].get_body(("html",))
        assert html is not None
        for row in rows:
            assert news_of(row) in text
            assert news_of(row) in html.get_content()
            assert f"/news/?of={row.notification.object_id}#top" in text
            assert f"/news/?of={row.notification.object_id}#top" in html.get_content()

    def test_each_row_is_recorded_as_told_in_it_and_one_keeps_what_it_said(
        self, ana: Reader, sink: Sink
    ) -> None:
        rows = waited(ana, "test_news", "test_news")
        deliver_due()
        sent = {row.pk: row for row in Delivery.objects.all()}
        assert {row.state for row in sent.values()} == {"sent"}
        (leading,) = {row.told_in for row in sent.values()}
        assert leading is not None
        del sent[leading.pk]
        assert sink.mails[0]["Message-ID"] == leading.message_id
        assert leading.text.split() == text_of(sink).split()
        (other,) = sent.values()
        assert (other.subject, other.text, other.html) == (news_of(other), "", "")
        assert inbox_of(ana) == [news_of(row) for row in rows]

    def test_a_single_piece_of_news_is_one_under_its_own_subject(self, ana: Reader, sink: Sink) -> None:
        (row,) = waited(ana, "test_news")
        assert deliver_due() == 1
        assert sink.mails[0]["Subject"] == news_of(row)
        assert "There is news for you. You chose to get it together, in one mail." in text_of(sink)

    def test_it_is_grouped_by_car(self, ana: Reader, sink: Sink, cars: dict[uuid.UUID, str]) -> None:
        first, second = uuid.uuid4(), uuid.uuid4()
        cars |= {first: "CAR-2026-000001, Green Valley", second: "CAR-2026-000002, Harbour"}
        rows = [ana.owe(about=car) for car in (first, second, first)]
        rows.append(ana.owe())
        deliver_due()
        let_digests_come()
        deliver_due()
        assert sink.mails[0]["Subject"] == "4 news items about 2 CARs"
        lines = [line for line in text_of(sink).splitlines() if line.startswith(("CAR-", "- ", "Other"))]
        assert lines == [
            "CAR-2026-000001, Green Valley",
            f"- {news_of(rows[0])}",
            f"- {news_of(rows[2])}",
            "CAR-2026-000002, Harbour",
            f"- {news_of(rows[1])}",
            "Other news",
            f"- {news_of(rows[3])}",
        ]

    def test_of_one_car_its_name_is_in_the_subject(
        self, ana: Reader, sink: Sink, cars: dict[uuid.UUID, str]
    ) -> None:
        car = uuid.uuid4()
        cars[car] = "CAR-2026-000001, Green Valley"
        waited(ana, "test_news", "test_comment", about=car)
        deliver_due()
        assert sink.mails[0]["Subject"] == "2 news items about CAR-2026-000001, Green Valley"

    def test_of_very_much_the_oldest_is_listed_and_the_inbox_has_all(self, ana: Reader, sink: Sink) -> None:
        rows = waited(ana, *["test_news"] * (digests.MOST_LISTED + 2))
        assert deliver_due() == 1
        assert sink.mails[0]["Subject"] == f"{len(rows)} news items from the CAR portal"
        html = sink.mails[0].get_body(("html",))
        assert html is not None
        for text in (text_of(sink), html.get_content()):
            assert [news_of(row) in text for row in rows] == [True] * digests.MOST_LISTED + [False] * 2
            assert "There are 2 more in your inbox." in text
            assert "/inbox/" in text
        assert inbox_of(ana) == [news_of(row) for row in rows]

    def test_each_person_has_a_digest_of_its_own(self, ana: Reader, sink: Sink) -> None:
        ben = Reader()
        ben.choose(plans=Pace.DAILY)
        mine, his = ana.owe(), ben.owe()
        waited(ana)
        assert deliver_due() == len(sink.mails) == 2
        texts = {
            str(mail["To"].addresses[0].addr_spec): str(mail.get_body(("plain",))) for mail in sink.mails
        }
        assert news_of(mine) in texts[ana.user.email]
        assert news_of(his) not in texts[ana.user.email]
        assert news_of(his) in texts[ben.user.email]

    @pytest.mark.usefixtures("sink")
    def test_what_was_told_in_a_digest_does_not_change(self, ana: Reader) -> None:
        waited(ana, "test_news", "test_news")
        deliver_due()
        for changed in ({"text": "something else"}, {"told_in": None}):
            with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
                Delivery.objects.update(**changed)

    @pytest.mark.usefixtures("sink")
    def test_a_person_takes_its_digests_along(self, ana: Reader) -> None:
        waited(ana, "test_news", "test_news")
        deliver_due()
        ana.user.delete()
        assert not Delivery.objects.exists()


class TestTrouble:
    def test_what_is_not_due_any_more_is_left_out(self, ana: Reader, sink: Sink) -> None:
        over = ana.owe(period=OVER)
        row = ana.owe()
        waited(ana)
        assert deliver_due() == 1
        assert news_of(row) in text_of(sink)
        assert news_of(over) not in text_of(sink)
        assert states() == ["dropped", "sent"]

    def test_nothing_that_is_due_any_more_is_no_mail(self, ana: Reader, sink: Sink) -> None:
        waited(ana, "test_news", "test_news", period=OVER)
        assert deliver_due() == len(sink.mails) == 0
        assert states() == ["dropped", "dropped"]

    @pytest.mark.parametrize("is_first", [True, False])
    def test_one_that_cannot_be_rendered_fails_alone(self, ana: Reader, sink: Sink, is_first: bool) -> None:
        """Also where it was the leading one: what is sent under its Message-ID is sent under no other again."""
        poison = ana.owe(period=POISON)
        ana.owe()
        waited(ana)
        if is_first:
            Delivery.objects.filter(pk=poison.pk).update(next_attempt_at=timezone.now() - timedelta(days=30))
        assert deliver_due() == len(sink.mails) == 1
        assert states() == ["pending", "sent"]
        poison.refresh_from_db()
        assert poison.last_error == "ZeroDivisionError: this one cannot be rendered"
        assert (poison.told_in, poison.attempts) == (None, 1)
        assert poison.message_id != sink.mails[0]["Message-ID"]

    def test_a_refusal_lets_all_of_it_wait_and_come_once_under_the_same_message_id(
        self, ana: Reader, sink: Sink
    ) -> None:
        sink.says[ana.user.email] = "450 4.2.0 not just now"
        waited(ana, "test_news", "test_news")
        assert deliver_due() == 0
        (leading,) = {row.told_in for row in Delivery.objects.all()}
        assert leading is not None
        assert set(Delivery.objects.values_list("attempts", "state")) == {(1, "pending")}
        sink.says.clear()
        Delivery.objects.exclude(pk=leading.pk).update(next_attempt_at=timezone.now())
        assert deliver_due() == len(sink.mails) == 1
        assert sink.mails[0]["Message-ID"] == leading.message_id
        assert states() == ["sent", "sent"]

    def test_a_worker_that_died_after_sending_sends_the_same_rows_again_and_no_newer_one(
        self, ana: Reader, sink: Sink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Had the newer one come along, a mail server that knows the Message-ID would lose it."""
        rows = waited(ana, "test_news", "test_news")
        with monkeypatch.context() as patch:
            patch.setattr(delivering, "record_sent", dies)
            with pytest.raises(SystemExit):
                deliver_due()
        (first,) = sink.mails
        newer = ana.owe()
        deliver_due()
        let_digests_come()
        sink.mails.clear()
        deliver_due()
        again = next(mail for mail in sink.mails if mail["Message-ID"] == first["Message-ID"])
        body = again.get_body(("plain",))
        assert body is not None
        assert all(news_of(row) in body.get_content() for row in rows)
        assert news_of(newer) not in body.get_content()
        assert states() == ["sent", "sent", "sent"]
        assert len(sink.mails) == 2, "the newer one came in a digest of its own"

    def test_what_is_owed_while_a_digest_leaves_waits_for_the_next(self, ana: Reader, sink: Sink) -> None:
        """A row that was planned for the same moment, and written down just after others were taken."""
        waited(ana, "test_news")
        deliver_due()
        late = ana.owe()
        told = Delivery.objects.get(state="sent")
        Delivery.objects.filter(pk=late.pk).update(in_digest=True, next_attempt_at=told.next_attempt_at)
        assert deliver_due() == 0
        late.refresh_from_db()
        assert late.next_attempt_at > told.next_attempt_at + timedelta(hours=20)
        assert late.attempts == 0
        assert len(sink.mails) == 1

    def test_snoozed_meanwhile_it_stays_out(self, ana: Reader, sink: Sink) -> None:
        car = uuid.uuid4()
        quiet, other = ana.owe(about=car), ana.owe()
        waited(ana)
        keep_quiet(actor=ana.actor, finding_id=car, until=timezone.localdate() + timedelta(days=9))
        Delivery.objects.update(next_attempt_at=timezone.now())  # as of a worker that took it just before
        assert deliver_due() == 1
        assert news_of(other) in text_of(sink)
        quiet.refresh_from_db()
        assert (quiet.state, quiet.attempts) == ("pending", 0)


class TestForgetting:
    @pytest.mark.usefixtures("sink")
    def test_words_that_must_go_go_from_the_digest_that_has_them(self, ana: Reader) -> None:
        first, second = waited(ana, "test_news", "test_news")
        deliver_due()
        for row in (first, second):
            with transaction.atomic():
                forget_content(
                    object_ids=[row.notification.object_id], holds=lambda text: "nothing of it" in text
                )
        assert Delivery.objects.exclude(text="").count() == 1
        with transaction.atomic():
            count = forget_content(
                object_ids=[second.notification.object_id], holds=lambda text: news_of(second) in text
            )
        assert count == 1
        assert not Delivery.objects.exclude(text="").exists()

    def test_a_digest_that_is_just_being_sent_is_not_kept_and_what_had_the_words_comes_again(
        self, ana: Reader, sink: Sink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _other, redacted = waited(ana, "test_news", "test_news")
        object_ids = [redacted.notification.object_id]
        record_told = outcomes.record_sent

        def redact_then_record(*args: Any) -> bool:
            monkeypatch.setattr(delivering, "record_sent", record_told)
            with transaction.atomic():
                forget_content(object_ids=object_ids, holds=lambda _text: True)
            return record_told(*args)

        monkeypatch.setattr(delivering, "record_sent", redact_then_record)
        assert deliver_due() == len(sink.mails) == 2
        again = sink.mails[1]
        assert again["Subject"] == news_of(redacted)
        assert again["Message-ID"] != sink.mails[0]["Message-ID"]
        assert [row.pk for row in Delivery.objects.exclude(text="")] == [redacted.pk]
        assert states() == ["sent", "sent"]


def dies(*_args: object) -> bool:
    raise SystemExit


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_worker")
class TestTwoWorkers:
    def test_two_workers_at_once_send_one_mail(self, sink: Sink) -> None:
        ana = Reader()
        ana.choose(plans=Pace.DAILY)
        for _round in range(3):
            sink.mails.clear()
            waited(ana, *["test_news"] * 6)
            assert sorted(map(str, at_once(*[deliver_due] * 4))) == ["0", "0", "0", "1"]
            assert len(sink.mails) == 1
        assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
        assert DigestClock.objects.count() == 1

    def test_a_row_that_another_worker_has_just_claimed_comes_along(self, sink: Sink) -> None:
        """That worker finds it taken, and sends nothing of its own."""
        ana = Reader()
        ana.choose(plans=Pace.DAILY)
        waited(ana, "test_news", "test_news")
        claimed = claim(LEASE)
        assert claimed is not None
        assert deliver_due() == 1
        assert write(claimed, lease=LEASE) is None
        assert len(sink.mails) == 1
        assert Delivery.objects.filter(state="sent").count() == 2
