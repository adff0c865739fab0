"""What people type is text, wherever it turns up: on pages, in mails and their heads, in PDFs."""

import re
from email import message_from_bytes, policy
from io import BytesIO
from typing import Any

import pypdf
import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.urls import reverse

from carportal.core.delivery import deliver_due
from tests.walls.conftest import Busy
from tests.walls.crawling import Answer, Page, crawl, fetched, few_of_each, forms_of, got, leads_to_file

pytestmark = pytest.mark.django_db

HEADERS = {
    "Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To",
}  # fmt: skip
TO_STOP = {"List-Unsubscribe", "List-Unsubscribe-Post"}  # where its reader has a choice

# Would break out of an attribute in either kind of quotes, open a tag, run as a template, begin a new head.
MARK = "\"'><x-probe onx=1>{{ 7|add:7 }}\r\nBcc: spy@elsewhere.example"
LINKS = ("javascript:", "data:", "vbscript:")


@pytest.fixture(scope="module")
def busy(make_busy: Any) -> Busy:
    """With `sent`, the mails to everybody in it."""
    mail.outbox.clear()
    busy: Busy = make_busy(mark=MARK)
    deliver_due()
    busy.sent = list(mail.outbox)
    return busy


def check(page: Page) -> None:
    for tag, given in page.tags:
        assert tag != "x-probe", page.url
        assert not any(name.startswith("on") or name == "style" for name in given), (page.url, tag, given)
        assert tag != "style", page.url
        assert tag != "script" or given.get("src", "").startswith("/static/"), (page.url, given)
        for name in ("href", "src", "action", "formaction"):
            assert not given.get(name, "").strip().lower().startswith(LINKS), (page.url, tag, given)


@pytest.mark.parametrize("reader", Busy.READERS)
def test_what_was_typed_is_text_on_every_page(busy: Busy, reader: str) -> None:
    client, starts = busy.browser(reader)
    few = few_of_each(2)
    answers = [
        each
        for each in crawl(client, *starts, follows=lambda url: not leads_to_file(url) and few(url))
        if each.is_page
    ]
    for answer in answers:
        check(answer.page)
        text = answer.response.content.decode()
        assert "x-probe" not in text or "{{ 7|add:7 }}" in text
    marked = [each.url for each in answers if "x-probe" in each.response.content.decode()]
    assert len(marked) >= (1 if reader in {"visitor", "guest"} else len(answers) / 2), (
        "the mark is on the pages, as text"
    )
    for form in forms_of(answers):
        data = form.filled() | {name: [MARK] for name in form.texts}
        with transaction.atomic():
            send = client.post if form.method == "post" else client.get
            refused = Answer(form.action, got(send(form.action, data, follow=True)))
            transaction.set_rollback(True)
        assert refused.response.status_code < 500
        if refused.is_page:
            check(refused.page)


def test_mail_has_one_subject_one_recipient_and_only_its_own_tags(busy: Busy) -> None:
    mails = [each for each in busy.sent if isinstance(each, EmailMultiAlternatives)]
    assert len(mails) > 8
    marked = 0
    for each in mails:
        parsed = message_from_bytes(each.message().as_bytes(), policy=policy.default)
        assert set(parsed.keys()) in (HEADERS, HEADERS | TO_STOP)
        assert len(parsed.get_all("To", [])) == 1
        assert "elsewhere.example" not in ",".join(a.addr_spec for a in parsed["To"].addresses)
        assert "\n" not in str(parsed["Subject"])
        html = str(each.alternatives[0][0])
        tags = re.findall(r"<x-probe", html)
        assert not tags, parsed["Subject"]
        assert not re.search(r"<script|javascript:", html)
        marked += "x-probe" in html
    assert marked == len(mails)


def test_pdf_prints_what_was_typed(busy: Busy) -> None:
    client, _starts = busy.browser("nora")
    share = busy.share
    response = fetched(client, reverse("share_pdf", args=[share.pk]))
    assert re.fullmatch(r'inline; filename="[\w.-]+"', response.headers["Content-Disposition"])
    pdf = pypdf.PdfReader(BytesIO(response.content))
    text = "".join("".join(page.extract_text() for page in pdf.pages).split())
    assert text.count("".join(["<x-probe", "onx=1>{{", "7|add:7", "}}"])) >= 4
