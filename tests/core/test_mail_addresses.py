"""How an address stands after what was heard of it: whatever the order, however often, and by RFC 3463."""

import smtplib
from datetime import UTC, datetime, timedelta
from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carportal.core.bounces.judging import Good, Heard, judge
from carportal.core.bounces.models import MailAddress, MailReport, Source, Trouble
from carportal.core.bounces.replies import for_the_log, reply_about_address, trouble_of
from carportal.core.bounces.services import note_delivery, note_taken, note_trouble

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANA = "ana@example.org"

troubles = st.builds(
    Heard,
    st.sampled_from(Trouble.values),
    st.integers(0, 14).map(lambda half_days: NOON + timedelta(hours=12 * half_days)),
    st.sampled_from(Source.values),
)
moments = st.none() | st.integers(0, 14).map(lambda half_days: NOON + timedelta(hours=12 * half_days))


def refused(reply: str) -> smtplib.SMTPRecipientsRefused:
    code, text = reply.split(" ", 1)
    return smtplib.SMTPRecipientsRefused({ANA: (int(code), text.encode())})


class TestJudging:
    @given(st.lists(troubles, max_size=6), st.builds(Good, moments, moments, moments), st.randoms())
    def test_neither_order_nor_repetition_changes_it(
        self, heard: list[Heard], good: Good, random: Random
    ) -> None:
        again = [*heard, *heard]
        random.shuffle(again)
        assert judge(again, good) == judge(heard, good)

    @given(st.lists(troubles, max_size=6))
    def test_a_person_who_says_so_last_is_believed(self, heard: list[Heard]) -> None:
        assert judge(heard, Good(said_to_work_at=NOON + timedelta(days=30))) is None

    @given(st.lists(troubles, max_size=6), moments, moments)
    def test_what_is_wanted_no_more_is_not_undone_by_a_delivery(
        self, heard: list[Heard], delivered: datetime | None, taken: datetime | None
    ) -> None:
        complaint = Heard(Trouble.UNWANTED, NOON, Source.SERVICE)
        standing = judge([*heard, complaint], Good(delivered, taken))
        assert standing is not None
        assert standing.trouble in {Trouble.UNWANTED, Trouble.GONE}

    def test_it_is_since_the_first_refusal_after_mail_last_arrived(self) -> None:
        heard = [Heard(Trouble.GONE, NOON + timedelta(days=day), Source.SERVICE) for day in (0, 2, 3)]
        standing = judge(heard, Good(delivered_at=NOON + timedelta(days=1)))
        assert standing == (Trouble.GONE, NOON + timedelta(days=2))

    @pytest.mark.parametrize(
        ("days", "counts"),
        [((0,), False), ((0, 1), False), ((0, 1, 2), True), ((0, 4, 7), True), ((0, 4, 8), False)],
    )
    def test_a_full_mailbox_counts_on_three_days_of_a_week(self, days: tuple[int, ...], counts: bool) -> None:
        heard = [Heard(Trouble.FULL, NOON + timedelta(days=day), Source.SERVICE) for day in days]
        assert judge(heard, Good()) == ((Trouble.FULL, NOON) if counts else None)

    def test_a_full_mailbox_counts_once_a_day(self) -> None:
        heard = [Heard(Trouble.FULL, NOON + timedelta(minutes=n), Source.SENDING) for n in range(9)]
        assert judge(heard, Good()) is None

    def test_that_our_server_takes_it_says_nothing_against_a_report_of_the_service(self) -> None:
        good = Good(taken_at=NOON + timedelta(days=1))
        assert judge([Heard(Trouble.GONE, NOON, Source.SERVICE)], good) is not None
        assert judge([Heard(Trouble.GONE, NOON, Source.SENDING)], good) is None


class TestReplies:
    @pytest.mark.parametrize(
        ("reply", "trouble"),
        [
            ("550 5.1.1 <ana@example.org>: Recipient address rejected: User unknown", Trouble.GONE),
            ("550 5.1.10 The domain takes no mail (null MX)", Trouble.GONE),
            ("550 5.2.1 The account is disabled, policy", Trouble.GONE),
            ("550 there is nobody of that name here", Trouble.GONE),
            ("551 User not local", Trouble.GONE),
            ("553 that is no mailbox name", Trouble.GONE),
            ("552 5.2.2 Mailbox full", Trouble.FULL),
            ("552 over quota", Trouble.FULL),
            # Of us, of the mail, or of the way: not of the address.
            ("550 5.7.1 Relaying denied", None),
            ("550 Relaying denied", None),
            ("550 blocked using zen.example.net", None),
            ("550 5.1.8 Sender address rejected: Domain not found", None),
            ("550 5.4.1 No answer from host", None),
            ("552 5.3.4 Message too big", None),
            ("554 Transaction failed", None),
            ("554 5.7.1 Rejected as spam", None),
            ("521 we take no mail", None),
            ("530 5.7.0 Authentication required", None),
            ("450 4.2.0 Greylisted, come back", None),
            ("452 4.2.2 Mailbox full for now", None),
            ("550 192.0.5.1.1 is not welcome here, denied", None),
        ],
    )
    def test_only_what_is_said_of_the_address_counts(self, reply: str, trouble: Trouble | None) -> None:
        found = reply_about_address(refused(reply))
        assert (found and found.trouble) == trouble
        assert found is None or found.why == reply

    @pytest.mark.parametrize(
        ("error", "counts"),
        [
            (smtplib.SMTPDataError(550, b"5.1.1 no such user"), True),
            (smtplib.SMTPDataError(550, b"we do not like what it says"), False),
            (smtplib.SMTPSenderRefused(550, b"5.1.1 who are you", "us@example.org"), False),
            (smtplib.SMTPServerDisconnected("gone"), False),
            (smtplib.SMTPAuthenticationError(535, b"5.7.8 wrong password"), False),
            (TimeoutError("no answer"), False),
        ],
    )
    def test_what_is_said_to_the_mail_counts_only_where_it_is_of_the_mailbox(
        self, error: Exception, counts: bool
    ) -> None:
        assert (reply_about_address(error) is not None) is counts

    def test_the_words_of_another_server_are_read_the_same_way(self) -> None:
        assert trouble_of(None, "smtp; 550-5.1.1 The account does not exist") == Trouble.GONE
        assert trouble_of(None, "4.2.2 over quota, given up after 8 hours") == Trouble.FULL
        assert trouble_of(None, "too old") is None

    @given(st.integers(200, 599), st.text(max_size=80))
    def test_any_answer_can_be_read(self, code: int, text: str) -> None:
        said = smtplib.SMTPRecipientsRefused({ANA: (code, text.encode())})
        found = reply_about_address(said)
        assert found is None or 500 <= code < 600

    def test_a_log_names_nobody_in_full(self) -> None:
        error = smtplib.SMTPRecipientsRefused({f"Ana Lopez <{ANA}>": (550, f"no <{ANA}> here".encode())})
        assert for_the_log(error) == "550 no <a…@example.org> here"
        assert for_the_log(ValueError(f"'{ANA}', again")) == "'a…@example.org', again"


@pytest.mark.django_db
class TestKeeping:
    def test_every_order_of_the_same_news_ends_the_same(self) -> None:
        news = [
            lambda: note_trouble(address=ANA, trouble=Trouble.GONE, at=NOON, source=Source.SERVICE),
            lambda: note_delivery(address=ANA, at=NOON + timedelta(hours=1)),
            lambda: note_trouble(
                address=ANA, trouble=Trouble.GONE, at=NOON + timedelta(hours=2), source=Source.SERVICE
            ),
            lambda: note_trouble(
                address=ANA, trouble=Trouble.GONE, at=NOON + timedelta(hours=3), source=Source.SERVICE
            ),
        ]
        for order in permutations(news):
            MailAddress.objects.all().delete()
            for tell in [*order, *order]:
                tell()
            row = MailAddress.objects.get()
            assert (row.trouble, row.since) == ("gone", NOON + timedelta(hours=2))
            assert row.reports.count() == 2

    def test_an_address_is_one_however_it_is_written(self) -> None:
        note_trouble(address=" Ana@Example.org", trouble=Trouble.GONE, at=NOON, source=Source.SENDING)
        row = note_delivery(address=ANA, at=NOON + timedelta(days=1))
        assert (row.address, row.trouble, row.since) == (ANA, "", None)
        assert MailAddress.objects.count() == 1
        assert not MailReport.objects.exists()

    def test_nothing_is_kept_of_an_address_that_was_never_in_trouble_because_it_takes_mail(self) -> None:
        note_taken(address=ANA, at=NOON)
        assert not MailAddress.objects.exists()
