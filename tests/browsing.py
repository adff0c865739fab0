"""A Chromium for the tests: whatever it complains about on the way fails the test."""

import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    expect,
    sync_playwright,
)

from carportal.local.chromium import find_chromium
from stakeholders.models import User
from tests.accessibility import Axe
from tests.engines import TEST_DATA
from tests.live import LivePortal

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
PATIENCE = 15_000  # milliseconds
FAILURES = TEST_DATA / "failures"

OpenPage = Callable[..., Page]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember on the test whether it failed, for the screenshot."""
    report = yield
    if report.failed:
        item.stash[_failed] = True
    return report


_failed = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield chromium
        chromium.close()
        # While Playwright is at work, Django has connections of their own, which nobody else would close.
        connections.close_all()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser objected to; a test that provokes something on purpose takes it out again."""
    return []


@pytest.fixture
def open_page(
    request: pytest.FixtureRequest, browser: Browser, live_portal: LivePortal, complaints: list[str]
) -> Iterator[OpenPage]:
    """`open_page(user, width=360, java_script=False)`: a page of a browser of one's own, logged in as `user`.

    Addresses are relative (`page.goto("/cars/")`). A failed test leaves pictures in `.test-data/failures/`.
    """
    contexts: list[BrowserContext] = []

    def open_one(
        user: User | None = None, *, width: int = 1280, height: int = 900, java_script: bool = True
    ) -> Page:
        context = browser.new_context(
            base_url=live_portal.url,
            viewport={"width": width, "height": height},
            java_script_enabled=java_script,
            locale="en-GB",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        _listen(context, live_portal.url, complaints)
        if user is not None:
            name, value = settings.SESSION_COOKIE_NAME, live_portal.session_cookie(user)
            context.add_cookies([{"name": name, "value": value, "url": live_portal.url}])
        return context.new_page()

    yield open_one
    if request.node.stash.get(_failed, False):
        _picture(contexts, request.node.nodeid)
    for context in contexts:
        context.close()
    assert not complaints, "the browser complained:\n" + "\n".join(complaints)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page of somebody who is not logged in."""
    return open_page()


@pytest.fixture(scope="session")
def assert_accessible() -> Callable[[Page], None]:
    """`assert_accessible(page)` fails with what axe finds on the page as it is."""
    return Axe().check


def _listen(context: BrowserContext, own: str, complaints: list[str]) -> None:
    def on_console(message: ConsoleMessage) -> None:
        # A page that is refused on purpose (403, 404) is said here too; `on_response` judges it.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            complaints.append(f"console: {message.text}")

    def on_response(response: Response) -> None:
        own_page = response.request.is_navigation_request()
        if response.status >= 500 or (response.status >= 400 and not own_page):
            complaints.append(f"{response.status} from {response.url}")
        if not response.url.startswith((own, "data:", "about:", "blob:")):
            complaints.append(f"a request to another host: {response.url}")

    context.on("console", on_console)
    context.on("response", on_response)
    context.on("weberror", lambda error: complaints.append(f"script: {error.error}"))


def _picture(contexts: list[BrowserContext], test: str) -> None:
    FAILURES.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W+", "-", test)[-100:]
    for number, page in enumerate(page for context in contexts for page in context.pages):
        page.screenshot(path=Path(FAILURES) / f"{name}-{number}.png", full_page=True)
