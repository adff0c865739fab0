"""Logging in, opening a CAR, writing and saving, without a mouse: wherever the focus goes, it is seen."""

import pytest
from playwright.sync_api import Error, Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.scene import FEES, Scene
from tests.browser.visitor import Visitor
from tests.factories import PASSWORD
from tests.personas import Personas

pytestmark = pytest.mark.browser

# A person gives up some time; no page of the story needs as many.
MOST_TABS = 60
CAUSE = "The agency charges workers."

# Nothing, once what has the focus has a ring around it, lies in the window, and is not under something else.
UNSEEN = """() => {
  const node = document.activeElement;
  const style = getComputedStyle(node);
  const box = node.getBoundingClientRect();
  const [x, y] = [box.left + Math.min(box.width, 20) / 2, box.top + Math.min(box.height, 20) / 2];
  const top = document.elementFromPoint(x, y);
  const wrong = {
    "no ring": style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2,
    "outside the window": !top,
    "under something else": !!top && !node.contains(top) && !top.contains(node),
  };
  const found = Object.keys(wrong).filter((each) => wrong[each]);
  return found.length ? `${node.outerHTML.slice(0, 200)}: ${found}` : "";
}"""


def tab_to(page: Page, wanted: Locator) -> None:
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        check_focus_is_seen(page)
        if wanted.evaluate("(node) => node === document.activeElement"):
            return
    raise AssertionError(f"{wanted} is not reached by {MOST_TABS} times Tab on {page.url}")


def check_focus_is_seen(page: Page) -> None:
    """At once, or when the browser has scrolled to it."""
    try:
        page.wait_for_function(f"() => !({UNSEEN})()")
    except Error as error:
        raise AssertionError(f"the focus is not seen on {page.url}: {page.evaluate(UNSEEN)}") from error


def open_by_key(visitor: Visitor, name: str, *, to: str, role: str = "link") -> None:
    """Tab to the link or button, which Enter opens."""
    found = visitor.page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
    tab_to(visitor.page, found)
    visitor.go(lambda: visitor.page.keyboard.press("Enter"), to=to)


def test_plan_is_written_and_saved_with_the_keyboard_alone(
    visit: Visit, scene: Scene, personas: Personas
) -> None:
    car = scene.raise_car()
    site = visit(personas.site.user)
    site.enter()
    open_by_key(site, "Log in", to="Log in")
    log_in(site)
    skip_to_the_content(site)
    open_by_key(site, car.reference, to=FEES)
    open_by_key(site, "Write the action plan", to="Write the action plan")
    write_with_an_error(site)
    close_a_menu(site)


def log_in(site: Visitor) -> None:
    tab_to(site.page, site.page.get_by_label("Email"))
    site.page.keyboard.type(site.email)
    page = "Log in"
    site.go(lambda: site.page.keyboard.press("Enter"), to=page).read_problem(
        "Password: this field is required."
    )
    open_summary_link(site, "Password")
    site.page.keyboard.type(PASSWORD)
    site.go(lambda: site.page.keyboard.press("Enter"), to="Your next steps")


def open_summary_link(site: Visitor, field: str) -> None:
    """The error summary has the focus, and its link leads to the field."""
    link = site.page.get_by_role("alert", name="There is a problem").get_by_role("link").first
    tab_to(site.page, link)
    site.page.keyboard.press("Enter")
    expect(site.page.get_by_label(field, exact=True)).to_be_focused()


def skip_to_the_content(site: Visitor) -> None:
    skip = site.page.get_by_role("link", name="Skip to main content")
    site.page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    site.page.keyboard.press("Enter")
    expect(site.main).to_be_focused()


def write_with_an_error(site: Visitor) -> None:
    page = "Write the action plan"
    name = site.page.get_by_label("Name of Site")
    tab_to(site.page, name)
    site.page.keyboard.insert_text("Packhouse " * 70)
    tab_to(site.page, site.page.get_by_label("Root cause"))
    site.page.keyboard.type(CAUSE)
    open_by_key(site, "Save draft", to=page, role="button")
    site.read_problem("Name of Site has")
    open_summary_link(site, "Name of Site")
    site.page.keyboard.press("Control+A")
    site.page.keyboard.type("Packhouse")
    site.go(lambda: site.page.keyboard.press("Enter"), to=page).read_message("Draft saved.")
    expect(name).to_have_value("Packhouse")
    expect(site.page.get_by_label("Root cause")).to_have_value(CAUSE)


def close_a_menu(site: Visitor) -> None:
    account = site.page.locator("summary", has_text="Site Person")
    tab_to(site.page, account)
    site.page.keyboard.press("Enter")
    log_out = site.page.get_by_role("button", name="Log out")
    expect(log_out).to_be_visible()
    site.page.keyboard.press("Escape")
    expect(log_out).to_be_hidden()
    expect(account).to_be_focused()
    site.page.keyboard.press("Enter")
    tab_to(site.page, log_out)
    site.go(lambda: site.page.keyboard.press("Enter"), to="Log in")
