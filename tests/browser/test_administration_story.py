"""The administrator's story: reference data, a person who is locked out, and mail that did not arrive."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.looking import Look, SeenByAxe
from tests.browser.scene import FEES, Scene
from tests.browser.visitor import Visitor
from tests.browsing import OpenPage
from tests.live import LivePortal
from tests.personas import Personas

pytestmark = pytest.mark.browser

TITLE = "No fees are charged to workers"
SAVED = "was added successfully"


@pytest.fixture
def admin(open_page: OpenPage, live_portal: LivePortal, personas: Personas) -> Visitor:
    """Looks at everything but by axe, which imports Django's stylesheets again and breaks the policy itself."""
    look = Look(lambda _page: None, SeenByAxe())
    return Visitor(open_page(), live_portal, look, personas.admin.user.email, ())


def test_administrator_looks_after_titles_people_and_mail(
    visit: Visit, scene: Scene, personas: Personas, admin: Visitor
) -> None:
    car = scene.raise_car()
    site = visit(personas.site.user, width=360)
    site.enter().follow("Log in", to="Log in").log_in(to="Your next steps")
    admin.enter().follow("Log in", to="Log in").log_in(to="CARs under way")
    admin.follow("Administration", to="Administration")
    enter_title(admin, car.get_area_display(), car.letter)
    lock_out(admin, personas.site.user.name)
    site.reload(to="Work on social-audit findings together")  # as to everybody who is not logged in
    find_mail(admin, personas.site_manager.user.email)
    admin.follow("Back to the portal", to="CARs under way").follow("CARs", to="CARs")
    admin.follow(car.reference, to=FEES).read(f"{car.requirement} {TITLE}")


def enter_title(admin: Visitor, area: str, letter: str) -> None:
    admin.follow("Titles of requirements", to="Titles of requirements")
    admin.follow("Add title of a requirement", to="Add title of a requirement")
    admin.select(area, of="Area:").fill("Letter:", letter).fill("Title:", TITLE)
    admin.press("Save", to="Titles of requirements").read(SAVED)
    admin.follow("Home", to="Administration")


def lock_out(admin: Visitor, name: str) -> None:
    admin.follow("People", to="People").follow(name, to="Change person")
    admin.page.get_by_label("May log in").uncheck()
    admin.press("Save", to="People").read("was changed successfully")
    admin.follow("Home", to="Administration")


def find_mail(admin: Visitor, email: str) -> None:
    admin.follow("Deliveries", to="Deliveries")
    admin.page.get_by_role("textbox").fill(email)
    admin.press("Search", to="Deliveries").read(email)
    expect(admin.page.locator("#result_list tbody tr").first).to_contain_text(email)
