"""All that somebody gets from the portal, by crawling as that person and by mail, to be compared byte for byte."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import unified_diff
from functools import cached_property
from io import BytesIO

import pypdf
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client
from python_calamine import CalamineWorkbook

from stakeholders.models import User
from tests.walls.crawling import crawl

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Derived from ids, which are others in each world.
DERIVED = re.compile(r"(?:(?<=/guest/)|(?<=/mails/stop/))[\w.-]{60,}(?=/)|\b\d{4} \d{4}\b")
CSRF = re.compile(r'(name="csrfmiddlewaretoken" value=")\w+')
# Told by the web server's own clock, and by nothing that the portal knows.
CLOCK_HEADERS = {"Expires"}
WORKBOOK = b"PK"  # how a zip begins


@dataclass
class Transcript:
    """All that one person got, in order; ids by the order in which they were met."""

    pages: list[tuple[str, int, dict[str, str], bytes]] = field(default_factory=list)
    mails: list[dict[str, str]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    _ids: dict[str, str] = field(default_factory=dict)

    def hear(self, url: str, response: HttpResponse) -> None:
        headers = {name: value for name, value in response.items() if name not in CLOCK_HEADERS}
        headers |= {f"cookie {name}": "set" for name in response.cookies}
        body = response.content
        self.raw += [str(headers).encode(), body]
        if not body.startswith((b"%PDF", WORKBOOK)):
            body = self._plain(body.decode()).encode()
        plain = {name: self._plain(value) for name, value in headers.items()}
        self.pages.append((self._plain(url), response.status_code, plain, body))

    def get_mail(self, mail: EmailMessage) -> None:
        kept = {name: value for name, value in mail.extra_headers.items() if name != "Message-ID"}
        alternatives = getattr(mail, "alternatives", [])
        parts = [str(mail.subject), str(mail.body), *(str(each[0]) for each in alternatives), str(kept)]
        self.raw += [part.encode() for part in parts]
        self.mails.append({str(n): DERIVED.sub("secret", self._plain(part)) for n, part in enumerate(parts)})

    def _plain(self, text: str) -> str:
        text = CSRF.sub(r"\1token", text)
        return UUID.sub(lambda met: self._ids.setdefault(met[0], f"id-{len(self._ids)}"), text)

    def differs_from(self, other: "Transcript") -> str:
        """Line by line, and on which page or in a mail; nothing where both got the same."""
        if (self.pages, self.mails) == (other.pages, other.mails):
            return ""
        lines = unified_diff(other._lines(), self._lines(), n=0, lineterm="")
        return "\n".join(lines) or "in what ends the lines"

    def _lines(self) -> list[str]:
        parts = [
            (url, part)
            for url, status, headers, body in self.pages
            for part in (f"{status} {headers}", body.decode(errors="backslashreplace"))
        ]
        parts += [("mail", part) for mail in self.mails for part in mail.values()]
        return [f"{where}: {line}" for where, part in parts for line in part.splitlines()]

    @cached_property
    def text(self) -> str:
        """All of it as it came, PDFs as what stands in them; asked for once all is told."""
        return "\n".join(map(_text, self.raw))


def _text(part: bytes) -> str:
    if part.startswith(b"%PDF"):
        return _pdf_text(part)
    if part.startswith(WORKBOOK):
        return str(CalamineWorkbook.from_filelike(BytesIO(part)).get_sheet_by_index(0).to_python())
    return part.decode()


def _pdf_text(content: bytes) -> str:
    pdf = pypdf.PdfReader(BytesIO(content))
    return "\n".join([*(page.extract_text() for page in pdf.pages), str(pdf.metadata)])


def read(user: User, into: Transcript, *, follows: Callable[[str], bool] | None = None) -> None:
    client = Client()
    client.force_login(user)
    for answer in crawl(client, follows=follows):
        into.hear(answer.url, answer.response)
