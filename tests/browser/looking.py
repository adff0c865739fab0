"""What has to hold for every page that anybody comes to, whatever the page is about."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.urls import resolve
from playwright.sync_api import Page, expect

WIDTHS = (360, 1280)

# What a page is built of: each kind of element with the kind it stands in, and what tells kinds apart.
BUILT_OF = """() => {
  const name = (node) => [
    node.tagName, node.getAttribute("class"), node.getAttribute("role"), node.getAttribute("type"),
    node.hasAttribute("aria-label"), node.hasAttribute("aria-labelledby"), node.hasAttribute("open"),
  ].join();
  const pairs = [...document.querySelectorAll("body *")].map((node) => `${name(node.parentNode)} ${name(node)}`);
  return [...new Set(pairs)];
}"""
IS_DARK = "() => matchMedia('(prefers-color-scheme: dark)').matches"
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
  .map((node) => node.outerHTML.slice(0, 120)).slice(0, 5)"""
WIDTH = "() => document.documentElement.scrollWidth"
TWICE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  return ids.filter((id, index) => ids.indexOf(id) !== index);
}"""


class SeenByAxe:
    """What axe has been shown in this session: address patterns, and building blocks of pages."""

    def __init__(self) -> None:
        self._patterns: set[str] = set()
        self._blocks: set[tuple[object, ...]] = set()

    def knows(self, page: Page) -> bool:
        return _pattern(page) in self._patterns and _blocks(page) <= self._blocks

    def remember(self, page: Page) -> None:
        self._patterns.add(_pattern(page))
        self._blocks |= _blocks(page)


class Look:
    """`look(page)` fails with what is wrong with the page, scripts or not.

    Axe is shown a page if it is the first of its address pattern, or is built of anything new.
    """

    def __init__(self, assert_accessible: Callable[[Page], None], seen: SeenByAxe) -> None:
        self._assert_accessible = assert_accessible
        self._seen = seen

    def __call__(self, page: Page, *, java_script: bool = True) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        assert page.title().endswith(" – CAR portal"), f"{page.url} is called {page.title()!r}"
        assert page.evaluate(TWICE) == [], f"ids that {page.url} has twice"
        self._fits(page)
        if java_script:
            self._is_accessible(page)

    def _fits(self, page: Page) -> None:
        """Nobody scrolls sideways, neither on a phone nor at a desk."""
        usual = page.viewport_size
        assert usual is not None
        # At its own width first, before the other one is set.
        for width in sorted(WIDTHS, key=lambda width: width != usual["width"]):
            if usual["width"] != width:
                page.set_viewport_size({"width": width, "height": usual["height"]})
            needed = page.evaluate(WIDTH)
            assert needed <= width, f"{page.url} needs {needed} px of {width}: {page.evaluate(TOO_WIDE)}"
        page.set_viewport_size(usual)

    def _is_accessible(self, page: Page) -> None:
        if not self._seen.knows(page):
            self._assert_accessible(page)
            self._seen.remember(page)


def _pattern(page: Page) -> str:
    return str(resolve(urlsplit(page.url).path).route)


def _blocks(page: Page) -> set[tuple[object, ...]]:
    """As they look at this width and in these colours."""
    size = page.viewport_size
    assert size is not None
    conditions = (size["width"], page.evaluate(IS_DARK))
    return {(*conditions, block) for block in page.evaluate(BUILT_OF)}
