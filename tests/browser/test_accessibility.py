"""However much axe has seen pass, it finds what is wrong on the next page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.accessibility import Axe

pytestmark = pytest.mark.browser

PALE = '<p style="color: #bbb">Fees were paid.</p>'


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        yield context.new_page()


def show(page: Page, main: str) -> None:
    page.set_content(
        f'<!doctype html><html lang="en"><title>Fees</title><main><h1>Fees</h1>{main}</main></html>'
    )


@pytest.fixture
def axe(page: Page) -> Axe:
    """One that has seen dark text on white."""
    axe = Axe()
    show(page, "<p>Fees were paid.</p><div><p>Fees were paid.</p></div>")
    axe.check(page)
    return axe


def test_pale_text_fails_as_often_as_it_is_met(axe: Axe, page: Page) -> None:
    for _ in range(2):
        show(page, PALE)
        with pytest.raises(AssertionError, match="color-contrast"):
            axe.check(page)


@pytest.mark.parametrize(
    "main",
    [
        '<p style="font-size: 2rem; color: #999">Fees were paid.</p>',
        '<div style="background: #555"><p>Fees were paid.</p></div>',
        '<div style="background: #555"><div><p>Fees were paid.</p></div></div>',
        '<div style="opacity: .4"><p>Fees were paid.</p></div>',
        f"<p>Fees were paid.</p><p>Fees were paid.</p>{PALE}",
    ],
    ids=["colour", "ground", "ground further out", "seen through", "last of many"],
)
def test_text_that_looks_otherwise_is_judged_anew(axe: Axe, page: Page, main: str) -> None:
    show(page, main)
    with pytest.raises(AssertionError, match="color-contrast"):
        axe.check(page)


def test_everything_but_contrast_is_looked_at_on_every_page(axe: Axe, page: Page) -> None:
    show(page, "<p>Fees were paid.</p><img>")
    with pytest.raises(AssertionError, match="image-alt"):
        axe.check(page)


def test_page_is_left_as_it_was(axe: Axe, page: Page) -> None:
    show(page, '<p class="lead">Fees were paid.</p>')
    before = page.content()
    axe.check(page)
    assert page.content() == before
