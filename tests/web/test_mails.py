"""Every kind of mail reads well: what it is about, one thing to do, the same in text and HTML, and nothing from afar."""

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.conf import settings
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from carportal.core import notifications
from tests.actionplans.making import undone
from tests.web.mails import SITE, Mails, Seen
from tests.web.markup import Element, parse

REFERENCE = re.compile(r"\bCAR-\d{4}-\d{6}\b")
ADDRESS = re.compile(r"https?://\S+")
# What leads into an account or a plan says in its subject no more than that; and what is about an account alone.
OF_NO_CAR = {"invitation", "password_reset", "guest_code", "mail_stopped", "list_ready"}
# It is asked for on the page where it is entered.
NO_BUTTON = {"guest_code"}
FALLBACK = "If the button does not work, copy this address into your browser:"
ONE_SCREEN = 200  # words, those below the line included

PARTIES = {"customer": "Northmarket", "customer2": "Fairprice", "ngo": "Fair Work Alliance"}


@pytest.fixture(scope="module")
def mails(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Mails:
    """Told once for all kinds, and rolled back before the first test."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, undone():
        return Mails(patch)


KINDS = sorted(name for name in notifications._kinds if not name.startswith("test_"))


@pytest.fixture(params=KINDS)
def seen(request: pytest.FixtureRequest, mails: Mails) -> list[Seen]:
    found = [each for each in mails.seen if each.kind == request.param]
    assert found, f"nothing in tests.web.mails owes a mail of the kind {request.param}"
    return found


def body_of(seen: Seen) -> Element:
    return parse(seen.message.html).one("body")


def words_of(text: str) -> list[str]:
    """Without addresses, and what lists and labels are marked with in text alone."""
    lines = (line.removeprefix("- ") for line in ADDRESS.sub("", text).splitlines())
    return [word.rstrip(":") for line in lines for word in line.split()]


def addresses_in(body: Element) -> set[str]:
    return {link["href"] for link in body.all("a") if not link["href"].startswith("mailto:")}


def without(words: list[str], part: list[str]) -> list[str]:
    """The words but for this run of them."""
    at = next(n for n in range(len(words)) if words[n : n + len(part)] == part)
    return words[:at] + words[at + len(part) :]


def content_of(body: Element) -> list[str]:
    """What the HTML says between heading and line, but for what it says of its own button."""
    cell = body.one("td", class_="text")
    words = words_of(cell.text)[len(words_of(cell.one("h1").text)) :]
    return without(words, words_of(FALLBACK)) if cell.all("a", class_="button") else words


def _long_words(text: str) -> set[str]:
    """Those that say something: no "with" and "the"."""
    return set(re.findall(r"\w{5,}", text.casefold()))


@pytest.mark.django_db
class TestEveryKind:
    def test_subject_says_which_car_of_which_site(self, seen: list[Seen]):
        for each in seen:
            subject = each.message.subject
            assert "\n" not in subject
            assert bool(REFERENCE.search(subject)) is (each.kind not in OF_NO_CAR), subject
            assert (subject.count(SITE) == 1) is (each.kind not in OF_NO_CAR), subject
            assert parse(each.message.html).one("title").text == subject

    def test_has_one_button_that_leads_where_the_text_does(self, seen: list[Seen]):
        for each in seen:
            buttons = body_of(each).all("a", class_="button")
            action = each.message.action
            if each.kind in NO_BUTTON:
                assert (buttons, action) == ([], None)
                continue
            assert action is not None
            assert [(button["href"], button.text) for button in buttons] == [(action.url, action.label)]
            assert f"\n\n{action.label}:\n{action.url}\n" in each.message.text

    def test_text_and_html_say_the_same(self, seen: list[Seen]):
        for each in seen:
            body = body_of(each)
            text, _line, below = each.message.text.partition("\n--\n")
            assert words_of(text) == content_of(body)
            assert words_of(below) == words_of(body.all("td")[-1].text)
            assert set(ADDRESS.findall(each.message.text)) == addresses_in(body)
            said = _long_words(f"{each.message.subject} {text}")
            assert _long_words(body.one("h1").text) <= said, "the heading says more than the text"

    def test_text_has_no_gaps(self, seen: list[Seen]):
        for each in seen:
            assert "\n\n\n" not in each.message.text
            assert not [line for line in each.message.text.splitlines() if line != line.rstrip()]

    def test_is_read_on_one_screen(self, seen: list[Seen]):
        assert max(len(words_of(each.message.text)) for each in seen) <= ONE_SCREEN

    def test_brings_nothing_from_afar(self, seen: list[Seen]):
        """No picture that would say that it was read, and no way but into the portal and to the protocol.

        Each way has a class, by which it is recoloured on a dark ground.
        """
        for each in seen:
            document = parse(each.message.html)
            assert not [tag for name in ("img", "link", "script", "iframe") for tag in document.all(name)]
            assert not [element for element in document.walk() if "src" in element or "background" in element]
            assert not re.findall(r"url\(|@import", each.message.html)
            assert not [link for link in document.all("a") if not link.classes & {"button", "link"}]
            for address in addresses_in(document):
                assert address == settings.SIEP_URL or address.startswith(f"{settings.SITE_URL}/")

    def test_is_in_its_readers_language(self, seen: list[Seen]):
        for each in seen:
            assert parse(each.message.html).one("html")["lang"] == "en-gb"
            assert parse(each.foreign.html).one("html")["lang"] == "de"

    def test_names_no_party_to_another(self, mails: Mails, seen: list[Seen]):
        readers = {mails.personas[name].user.email: name for name in (*PARTIES, "customer_viewer")}
        for each in seen:
            reader = readers.get(each.reader, "").removesuffix("_viewer")
            others = {name: party for name, party in PARTIES.items() if reader and name != reader}
            assert [party for party in others.values() if party in str(each.message)] == []


# The longest, one with what a site wrote and one with a code: all that mails are built of.
BUILT_OTHERWISE = ("escalation_customer", "newer_revision", "guest_code")
AXE = """async () => axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], resultTypes: ["violations"],
})"""


@pytest.mark.browser
@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("seen", BUILT_OTHERWISE, indirect=True)
def test_is_read_easily_by_day_and_by_night_on_a_phone_and_at_a_desk(
    seen: list[Seen], colours: str, browser: Browser
):
    html = max((each.message.html for each in seen), key=len)
    with browser.new_context(color_scheme="dark" if colours == "dark" else "light") as context:
        page = context.new_page()
        page.set_content(html)
        for width in (600, 360):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("() => document.documentElement.scrollWidth") == width
        page.evaluate(AXE_SCRIPT)
        found = AxeResults(page.evaluate(AXE))
        assert found.violations_count == 0, found.generate_report()
        ground = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
        assert (ground == "rgb(255, 255, 255)") is (colours == "light")
