"""The local run's mail: each message is kept as a file under DATA_DIR/mail instead of being sent."""

import email
import email.policy
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage as Parsed
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class Link(NamedTuple):
    text: str
    url: str


@dataclass(frozen=True)
class KeptMail:
    """One mail as a reader sees it; `html` is its alternative as source text, or ''."""

    name: str
    kept_at: datetime
    sender: str
    to: str
    subject: str
    text: str
    html: str

    @property
    def links(self) -> list[Link]:
        """The web links of the HTML alternative, in its order."""
        reader = _LinkReader()
        reader.feed(self.html)
        reader.close()
        return [Link(" ".join(text.split()) or url, url) for text, url in reader.found]


class FolderBackend(BaseEmailBackend):
    """Keeps each mail whole or not at all: written beside, then renamed."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = mail_folder()
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}.eml"
            unfinished = folder / f".{name}"
            unfinished.write_bytes(message.message().as_bytes())
            unfinished.rename(folder / name)
        return len(email_messages)


def mail_folder() -> Path:
    return settings.DATA_DIR / "mail"


def kept_names() -> list[str]:
    """The names of all kept mails, newest first."""
    return sorted((path.stem for path in mail_folder().glob("[0-9]*.eml")), reverse=True)


def read_mail(name: str) -> KeptMail | None:
    """The mail called `name`, or None; only names that `kept_names` gives are ever opened."""
    if name not in kept_names():
        return None
    path = mail_folder() / f"{name}.eml"
    parsed = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return KeptMail(
        name=name,
        kept_at=datetime.strptime(name.split("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC),
        sender=str(parsed["From"] or ""),
        to=str(parsed["To"] or ""),
        subject=str(parsed["Subject"] or ""),
        text=_body(parsed, "plain"),
        html=_body(parsed, "html"),
    )


class _LinkReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Link] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        url = dict(attrs).get("href") or ""
        if tag == "a" and url.startswith(("http://", "https://")):
            self.found.append(Link("", url))
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            text, url = self.found.pop()
            self.found.append(Link(text + data, url))


def _body(message: Parsed, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""
