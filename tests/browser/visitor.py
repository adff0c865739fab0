"""Somebody at a browser, who knows no address but the portal's own: links, buttons, labels, and what comes by mail."""

import re
import time
from collections.abc import Callable
from typing import Self

from playwright.sync_api import APIResponse, Locator, Page, expect

from carportal.local.mail import KeptMail
from stakeholders.models import User
from tests.browser.looking import Look
from tests.factories import PASSWORD
from tests.live import LivePortal

Text = str | re.Pattern[str]

LONGEST_RENDERING = 60_000  # milliseconds; the first PDF of a server process brings libraries and fonts up


class Visitor:
    """Every page that it comes to is looked at, and must not say anything of `never_reads`.

    What leads to another page says what the heading there is to be.
    """

    def __init__(
        self, page: Page, portal: LivePortal, look: Look, email: str, never_reads: tuple[str, ...]
    ) -> None:
        self.page = page
        self.email = email
        self.has_scripts = True
        self._portal = portal
        self._look = look
        self._never_reads = never_reads

    # --- Going somewhere --------------------------------------------------------------------------

    def enter(self) -> Self:
        """Open the portal at its own address."""
        return self.go(lambda: self.page.goto("/"), to="")

    def log_in(self, *, to: str) -> Self:
        """On the page for it."""
        self.fill("Email", self.email)
        self.fill("Password", PASSWORD)
        return self.press("Log in", to=to)

    def open_mail(self, subject: str, link: str, *, to: str, saying: str = "") -> Self:
        """Wait for the mail about `subject` that says this, read it, and follow its link."""
        mail = self._portal.wait_for_mail(to=self.email, subject=subject, text=saying)
        self._check_mail(mail)
        url = next(each.url for each in mail.links if each.text == link)
        assert url in mail.text, "the link is missing in the plain text"
        return self.go(lambda: self.page.goto(url), to=to)

    def follow(self, link: Text, *, to: str) -> Self:
        """Click the link, by its name as a whole unless it is a pattern; of several, all lead to the same place."""
        found = self.page.get_by_role("link", name=link, exact=isinstance(link, str))
        places = {each.get_attribute("href") for each in found.all()}
        assert len(places) < 2, f"{link!r} on {self.page.url} leads to {places}"
        return self.go(found.first.click, to=to)

    def press(self, button: str, *, to: str) -> Self:
        return self.go(self.page.get_by_role("button", name=button, exact=True).click, to=to)

    def save(self, link: str) -> APIResponse:
        """What the link leads to, as the browser would save it."""
        url = self.page.get_by_role("link", name=link, exact=True).first.get_attribute("href")
        assert url is not None
        deadline = time.monotonic() + LONGEST_RENDERING / 1000
        while (saved := self.page.context.request.get(url, timeout=LONGEST_RENDERING)).status == 202:
            assert time.monotonic() < deadline, "the PDF was not made"
            time.sleep(0.1)
        if saved.headers["content-type"].startswith("text/"):
            self._check_unread(saved.text(), f"the file {link!r}")
        return saved

    def reload(self, *, to: str) -> Self:
        return self.go(self.page.reload, to=to)

    def go(self, act: Callable[[], object], *, to: str) -> Self:
        with self.page.expect_event("load"):
            act()
        expect(self.heading).to_contain_text(to)
        self.look()
        return self

    # --- Filling in -------------------------------------------------------------------------------

    def fill(self, label: str, text: str, *, within: str = "") -> Self:
        self._part(within).get_by_label(label, exact=True).fill(text)
        return self

    def choose(self, option: str, *, of: str = "", within: str = "") -> Self:
        """A radio button or checkbox, by what its label begins with, of the question `of`."""
        part = self._part(within)
        place = part.get_by_role("group", name=of) if of else part
        place.get_by_label(re.compile(rf"^\s*{re.escape(option)}(?!\w)")).check()
        return self

    def select(self, option: str, *, of: str) -> Self:
        self.page.get_by_label(of, exact=True).select_option(label=option)
        return self

    def _part(self, name: str) -> Page | Locator:
        """The part of the page under this heading, for what each part has; without a name all of it."""
        return self.page.get_by_role("region", name=name, exact=True) if name else self.page

    # --- Reading ----------------------------------------------------------------------------------

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    @property
    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    def row(self, text: Text) -> Locator:
        """The row of a table."""
        return self.page.get_by_role("row").filter(has_text=text)

    def entries_of(self, name: str) -> Locator:
        """The items of the list called so, such as a timeline; `to_contain_text` wants all of them, in order."""
        return self.page.get_by_role("list", name=name).get_by_role("listitem")

    def read(self, *texts: Text) -> Self:
        for text in texts:
            expect(self.main).to_contain_text(text)
        return self

    def read_nothing_of(self, *texts: str) -> Self:
        for text in texts:
            expect(self.main).not_to_contain_text(text)
        return self

    def read_message(self, text: str) -> Self:
        """What the portal says that it has done."""
        expect(self.page.get_by_role("status").first).to_contain_text(text)
        return self

    def read_problem(self, text: str) -> Self:
        """The error summary, which has the focus, and the title that says so."""
        summary = self.page.get_by_role("alert", name="There is a problem")
        expect(summary).to_contain_text(text)
        expect(summary).to_be_focused()
        expect(self.page).to_have_title(re.compile("^Error: "))
        return self

    def read_code(self) -> str:
        """The code that was sent for a guest's link."""
        mail = self._portal.wait_for_mail(to=self.email, subject="Your code to read a shared plan")
        found = re.search(r"\b\d{4} \d{4}\b", mail.text)
        assert found is not None
        return found[0]

    def look_through_mail(self) -> Self:
        """All that came so far, also what was never opened."""
        for mail in self._portal.mails(to=self.email):
            self._check_mail(mail)
        return self

    def look(self) -> None:
        self._look(self.page, java_script=self.has_scripts)
        self._check_unread(self.page.content(), self.page.url)

    def _check_mail(self, mail: KeptMail) -> None:
        self._check_unread(f"{mail.subject}\n{mail.text}\n{mail.html}", f"the mail {mail.subject!r}")

    def _check_unread(self, text: str, where: str) -> None:
        told = [secret for secret in self._never_reads if secret.casefold() in text.casefold()]
        assert not told, f"{self.email} learns of {told} from {where}"


def email_of(who: User | str) -> str:
    return who if isinstance(who, str) else who.email
