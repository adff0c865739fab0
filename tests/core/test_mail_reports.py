"""What mail services report, in their own words, is believed where it is theirs, and changes what it should."""

import json
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from carportal.core.bounces.models import MailAddress
from carportal.core.bounces.providers import SIGNS
from carportal.core.bounces.reports import SERVICES
from carportal.core.notifications import Recipient
from tests.core.kinds import owe
from tests.core.mail_services import (
    MAILGUN,
    POSTMARK,
    URL,
    mailgun_event,
    mailgun_failure,
    postmark_bounce,
    postmark_complaint,
    postmark_delivery,
    postmark_unsubscribed,
    send,
    signature,
)
from tests.personas import Personas

pytestmark = pytest.mark.django_db

ANA = "ana@example.org"


@pytest.fixture(autouse=True)
def written_to() -> None:
    """The portal has had reason to write to Ana."""
    owe(Recipient(None, ANA, "Ana Lopez"))


@pytest.fixture
def postmark(settings: Settings) -> None:
    settings.MAIL_SERVICE = POSTMARK


@pytest.fixture
def mailgun(settings: Settings) -> None:
    settings.MAIL_SERVICE = MAILGUN


def trouble() -> str | None:
    """None where nothing was heard of Ana."""
    return MailAddress.objects.filter(address=ANA).values_list("trouble", flat=True).first()


class TestWhoIsBelieved:
    def test_without_a_service_there_is_nothing(self, personas: Personas) -> None:
        assert send(postmark_bounce(ANA)).status_code == 404
        assert personas.admin.client.post(URL).status_code == 404

    @pytest.mark.usefixtures("postmark")
    @pytest.mark.parametrize("secret", [None, "", "wrong", "Zt3-qvX9_aLwE5mKc7RbN2yHd8Ju4PsH", "ü"])
    def test_who_has_not_the_secret_mutes_nobody(self, secret: str | None) -> None:
        assert send(postmark_bounce(ANA), secret=secret).status_code == 403
        assert trouble() is None

    @pytest.mark.usefixtures("postmark")
    def test_nor_does_somebody_logged_in(self, personas: Personas) -> None:
        body = json.dumps(postmark_bounce(ANA))
        answer = personas.admin.client.post(URL, body, content_type="application/json")
        assert answer.status_code == 403
        assert trouble() is None

    @pytest.mark.usefixtures("mailgun")
    @pytest.mark.parametrize("change", [{"signature": "0" * 64}, {"timestamp": "1772452801"}, {"token": ""}])
    def test_a_signature_is_checked_beside_the_secret(self, change: dict[str, str]) -> None:
        report = mailgun_failure(ANA)
        assert send(report | {"signature": signature() | change}).status_code == 403
        assert send(report | {"signature": signature("another key")}).status_code == 403
        assert send(report, secret="wrong").status_code == 403
        assert trouble() is None
        assert send(report).status_code == 200

    @pytest.mark.usefixtures("postmark")
    def test_it_is_asked_by_post_alone(self, personas: Personas) -> None:
        assert personas.admin.client.get(URL).status_code == 405

    def test_every_service_that_can_be_named_can_be_read(self) -> None:
        assert set(SERVICES) == set(SIGNS)


@pytest.mark.usefixtures("postmark")
class TestWhatIsNoReport:
    @pytest.mark.parametrize(
        "body",
        [" ", "{", "[]", "null", '"text"', '{"RecordType": ["Bounce"]}', "[" * 50_000, b"\xff\xfe"],
    )
    def test_is_refused_with_a_sentence(self, body: str | bytes) -> None:
        answer = send(body)
        assert answer.status_code == 400
        assert not MailAddress.objects.exists()

    @pytest.mark.parametrize(
        "change",
        [
            {"Email": 5},
            {"Email": None},
            {"Email": "nobody"},
            {"Email": f"{'x' * 300}@example.org"},
            {"Email": "ana\0@example.org"},
            {"Type": "NewKindOfBounce", "RecordType": "NewRecord"},
        ],
    )
    def test_one_about_nobody_changes_nothing(self, change: dict[str, Any]) -> None:
        assert send(postmark_bounce(ANA) | change).status_code == 200
        assert not MailAddress.objects.exists()

    def test_one_that_is_too_long_or_of_another_kind_is_not_read(self) -> None:
        report = postmark_bounce(ANA, Content="x" * (1024 * 1024))
        assert send(report).status_code == 413
        assert send(report | {"Content": "x" * (3 * 1024 * 1024)}).status_code == 400
        form = "application/x-www-form-urlencoded"
        assert send("RecordType=Bounce", content_type=form).status_code == 415
        assert not MailAddress.objects.exists()

    def test_an_address_that_the_portal_never_wrote_to_is_none_of_its_business(self) -> None:
        assert send(postmark_bounce("somebody@elsewhere.example")).status_code == 200
        assert send(postmark_delivery("somebody@elsewhere.example")).status_code == 200
        assert not MailAddress.objects.exists()


@pytest.mark.usefixtures("postmark")
class TestPostmark:
    @pytest.mark.parametrize(
        ("report", "expected"),
        [
            (postmark_bounce(ANA), "gone"),
            (postmark_bounce("Ana@Example.org"), "gone"),
            (postmark_bounce(ANA, "BadEmailAddress"), "gone"),
            (postmark_unsubscribed(ANA, "HardBounce"), "gone"),
            (postmark_complaint(ANA), "unwanted"),
            (postmark_bounce(ANA, "SpamNotification"), "unwanted"),
            (postmark_bounce(ANA, "SoftBounce"), ""),
            (postmark_delivery(ANA), ""),
            # A wish, a mail that is still under way, and what is about us or about the mail.
            (postmark_unsubscribed(ANA), None),
            (postmark_bounce(ANA, "Transient"), None),
            (postmark_bounce(ANA, "DnsError"), None),
            (postmark_bounce(ANA, "Blocked", Details="554 5.7.1 blocked"), None),
            (postmark_bounce(ANA, "DMARCPolicy", Details="550 5.7.26 DMARC"), None),
            (postmark_bounce(ANA, "VirusNotification", Details="554 virus"), None),
            (postmark_bounce(ANA, "AutoResponder"), None),
        ],
        ids=lambda value: (
            f"{value.get('RecordType')}-{value.get('Type')}" if isinstance(value, dict) else None
        ),
    )
    def test_each_report_means_what_it_says(self, report: dict[str, Any], expected: str | None) -> None:
        assert send(report).status_code == 200
        assert trouble() == expected

    def test_the_words_and_the_time_are_those_of_the_report(self) -> None:
        send(postmark_bounce(ANA))
        row = MailAddress.objects.get()
        assert row.since == datetime(2026, 3, 2, 12, 0, 0, 907025, tzinfo=UTC)
        assert row.reports.get().why.startswith("smtp;550 5.1.1 The email account")

    def test_a_full_mailbox_counts_on_several_days(self) -> None:
        days = [
            "2026-03-02T12:00:00Z",
            "2026-03-02T15:00:00Z",
            "2026-03-04T12:00:00Z",
            "2026-03-05T12:00:00Z",
        ]
        seen = []
        for at in days:
            send(postmark_bounce(ANA, "SoftBounce", at=at))
            seen.append(trouble())
        assert seen == ["", "", "", "full"]

    def test_repeated_and_in_any_order_reports_end_the_same(self) -> None:
        reports = [
            postmark_bounce(ANA, at="2026-03-02T12:00:00Z"),
            postmark_delivery(ANA, at="2026-03-02T13:00:00Z"),
            postmark_bounce(ANA, at="2026-03-02T14:00:00Z"),
        ]
        for order in permutations(reports):
            MailAddress.objects.all().delete()
            for report in [*order, *order]:
                send(report)
            row = MailAddress.objects.get()
            assert (row.trouble, row.reports.count()) == ("gone", 1)
            assert row.since == datetime(2026, 3, 2, 14, tzinfo=UTC)

    def test_a_delivery_after_it_undoes_a_bounce_and_one_before_it_does_not(self) -> None:
        send(postmark_bounce(ANA, at="2026-03-02T12:00:00Z"))
        send(postmark_delivery(ANA, at="2026-03-02T11:00:00Z"))
        assert trouble() == "gone"
        send(postmark_delivery(ANA, at="2026-03-02T13:00:00Z"))
        assert trouble() == ""

    @pytest.mark.parametrize("at", ["2999-01-01T00:00:00Z", "not a time at all", ""])
    def test_a_time_to_come_or_none_is_now(self, at: str) -> None:
        send(postmark_bounce(ANA) | {"BouncedAt": at})
        assert trouble() == "gone"
        send(postmark_delivery(ANA, at="2999-01-02T00:00:00Z"))
        assert trouble() == ""


@pytest.mark.usefixtures("mailgun")
class TestMailgun:
    @pytest.mark.parametrize(
        ("report", "expected"),
        [
            (mailgun_failure(ANA), "gone"),
            (mailgun_failure(ANA, reason="suppress-bounce", code=605, message="Not delivering"), "gone"),
            (mailgun_failure(ANA, reason="generic"), "gone"),
            (mailgun_failure(ANA, reason="generic", message="5.2.2 mailbox full", code=552), ""),
            (mailgun_failure(ANA, reason="generic", message="5.7.1 Blocked", code=554), None),
            (mailgun_failure(ANA, reason="old", message="Too old", code=602), None),
            (mailgun_failure(ANA, reason="generic", severity="temporary", message="4.2.2 full"), None),
            (mailgun_event(ANA, "complained"), "unwanted"),
            (mailgun_event(ANA, "delivered"), ""),
            (mailgun_event(ANA, "unsubscribed"), None),
            (mailgun_event(ANA, "opened"), None),
        ],
        ids=lambda value: value["event-data"]["event"] if isinstance(value, dict) else None,
    )
    def test_each_report_means_what_it_says(self, report: dict[str, Any], expected: str | None) -> None:
        assert send(report).status_code == 200
        assert trouble() == expected

    @pytest.mark.parametrize(
        "data", [None, [], "text", {}, {"event": 5}, {"event": "failed", "timestamp": "x"}]
    )
    def test_what_is_signed_and_no_report_is_refused(self, data: object) -> None:
        answer = send({"signature": signature(), "event-data": data})
        assert answer.status_code in {200, 400}
        assert not MailAddress.objects.exists()

    def test_a_time_beyond_all_calendars_is_refused(self) -> None:
        assert send(mailgun_event(ANA, "complained", timestamp=1e20)).status_code == 400
