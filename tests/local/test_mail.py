"""Mail of the local run: kept whole, in the order it came, shown as text that can do nothing."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from carportal.local.mail import FolderBackend, kept_names, mail_folder, read_mail

HTML = """<p>Read <a href="https://portal.example/cars/">the
 CAR</a>, <a href="javascript:alert(1)">or not</a>.</p><script>alert(1)</script>"""


@pytest.fixture(autouse=True)
def _folder_of_ones_own(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def send(*subjects: str, text: str = "Good morning.", html: str = "") -> None:
    mails = [
        EmailMultiAlternatives(subject, text, "Portal <portal@example.org>", ["Žofie <zofie@example.org>"])
        for subject in subjects
    ]
    for mail in mails:
        if html:
            mail.attach_alternative(html, "text/html")
    assert FolderBackend().send_messages(mails) == len(mails)


def test_what_was_sent_is_read_as_it_was() -> None:
    before = datetime.now(UTC)
    send("Plán pro Žofii", text="Dobré ráno – ไทย", html="<p>Dobré ráno</p>")
    (name,) = kept_names()
    kept = read_mail(name)
    assert kept is not None
    assert (kept.subject, kept.to) == ("Plán pro Žofii", "Žofie <zofie@example.org>")
    assert (kept.text.strip(), kept.html.strip()) == ("Dobré ráno – ไทย", "<p>Dobré ráno</p>")
    assert before <= kept.kept_at <= datetime.now(UTC)


def test_mails_of_the_same_moment_are_all_kept_the_newest_first() -> None:
    send(*map(str, range(50)))
    send("last")
    names = kept_names()
    assert len(set(names)) == 51
    newest = read_mail(names[0])
    assert newest is not None
    assert newest.subject == "last"


def test_attachments_stay_in_the_file_and_are_not_taken_for_text() -> None:
    mail = EmailMultiAlternatives("With a plan", "The plan.", "portal@example.org", ["me@example.org"])
    mail.attach("plan.html", "<p>Not the mail</p>", "text/html")
    mail.attach("plan.pdf", b"%PDF-1.7", "application/pdf")
    FolderBackend().send_messages([mail])
    (name,) = kept_names()
    kept = read_mail(name)
    assert kept is not None
    assert (kept.text.strip(), kept.html) == ("The plan.", "")
    parsed = message_from_bytes((mail_folder() / f"{name}.eml").read_bytes(), policy=default)
    assert [part.get_filename() for part in parsed.iter_attachments()] == ["plan.html", "plan.pdf"]


def test_a_mail_that_is_still_written_is_not_listed() -> None:
    send("whole")
    (mail_folder() / ".20260101T000000000000-00000000.eml").write_text("half")
    assert len(kept_names()) == 1


@pytest.mark.parametrize("name", ["../secret", "..", "secret", "*", ""])
def test_nothing_but_kept_mails_is_opened(name: str) -> None:
    send("kept")
    (mail_folder().parent / "secret.eml").write_text("Subject: secret\n\nsecret")
    (mail_folder() / "secret.eml").write_text("Subject: secret\n\nsecret")
    assert read_mail(name) is None


def test_html_is_shown_as_its_source_and_only_links_to_the_web_are_links(client: Client) -> None:
    send("Bait", text="See https://portal.example/plain/ <b>", html=HTML)
    page = client.get(reverse("local_mail", args=kept_names()))
    assert "script-src 'self'" in page["Content-Security-Policy"]
    body = page.content.decode()
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body
    assert 'href="javascript:' not in body
    assert '<a href="https://portal.example/cars/">the CAR</a>' in body
    assert 'href="https://portal.example/plain/"' in body


def test_list_is_turned_page_by_page(client: Client) -> None:
    assert "No mail yet" in client.get(reverse("local_mail_list")).content.decode()
    send(*(f"Subject {number}" for number in range(51)))
    first = client.get(reverse("local_mail_list")).content.decode()
    second = client.get(reverse("local_mail_list"), {"page": "2"}).content.decode()
    assert first.count("Subject ") == 50
    assert "Subject 50" in first
    assert second.count("Subject ") == 1
    assert 'href="?page=1"' in second


def test_a_mail_that_is_not_there_is_not_found(client: Client) -> None:
    assert client.get(reverse("local_mail", args=["20260101T000000000000-00000000"])).status_code == 404
