"""The draft is saved by itself, and says in one line whether it is."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from actionplans.models import ActionPlan
from actionplans.plans.drafts import draft_of
from actionplans.plans.folding import LONGEST_OPEN
from stakeholders.models import User
from tests.actionplans.conftest import Story, make_story
from tests.actionplans.making import add_row, person_of, texts_of
from tests.actionplans.test_draft_in_browser import kept, log_in
from tests.browsing import OpenPage
from tests.live import LivePortal

pytestmark = pytest.mark.browser

SAVED = re.compile(r"Draft saved \d\d:\d\d")


@pytest.fixture
def told(live_portal: LivePortal) -> Story:
    return make_story()


@pytest.fixture
def plan(told: Story) -> ActionPlan:
    return told.plan()


@pytest.fixture
def alice(told: Story) -> User:
    return person_of(told.alice)


@pytest.fixture
def page(open_page: OpenPage, alice: User, plan: ActionPlan) -> Page:
    page = open_page(alice)
    page.goto(reverse("plan_edit", args=[plan.finding_id]))
    return page


def expect_status(page: Page, said: str | re.Pattern[str]) -> None:
    line = page.locator("[data-save-status]")
    expect(line).to_have_text(said)
    expect(line).to_have_attribute("role", "status")


def test_what_is_typed_is_saved_soon_after_and_on_leaving_the_field(plan: ActionPlan, page: Page) -> None:
    page.get_by_label("Root cause").fill("Because of the season")
    assert kept(page) == 1
    expect_status(page, SAVED)
    assert texts_of(plan)["root_cause"] == "Because of the season"
    assert kept(page) == 0
    # Typed on, it is based on what was saved, not on what the page began with.
    actions = page.get_by_label("Preventative and Corrective Actions")
    page.get_by_label("Root cause").fill("Because of the long season")
    with page.expect_response(lambda response: response.request.method == "POST"):
        actions.focus()
    expect_status(page, SAVED)
    assert texts_of(plan)["root_cause"] == "Because of the long season"


def test_text_outlives_a_lost_connection_and_is_saved_once_it_is_back(plan: ActionPlan, page: Page) -> None:
    page.context.set_offline(True)
    page.get_by_label("Root cause").fill("Because of the season")
    expect_status(page, "Not saved: no connection, your text is kept on this device")
    assert kept(page) == 1
    page.context.set_offline(False)
    expect_status(page, SAVED)
    assert texts_of(plan)["root_cause"] == "Because of the season"
    assert kept(page) == 0


def test_session_that_ends_leads_back_to_the_same_field(
    plan: ActionPlan, alice: User, page: Page, complaints: list[str]
) -> None:
    Session.objects.all().delete()
    page.get_by_label("Which stakeholders need to be involved").fill("The growers")
    expect_status(page, "Not saved: you are logged out, your text is kept on this device")
    page.get_by_role("link", name="Log in and go on writing").click()
    log_in(page, alice)
    field = page.get_by_label("Which stakeholders need to be involved")
    expect(field).to_be_focused()
    expect(field).to_have_value("The growers")
    field.press("End")
    field.press_sequentially(" and others")
    expect_status(page, SAVED)
    assert texts_of(plan)["stakeholders"] == "The growers and others"
    assert not complaints


def test_text_outlives_an_error_of_the_portal(plan: ActionPlan, page: Page, complaints: list[str]) -> None:
    page.route("**/plan/edit/", lambda route: route.fulfill(status=500, body="Oh"))
    page.get_by_label("Root cause").fill("Because of the season")
    expect_status(page, "Not saved: the portal has a problem, your text is kept on this device")
    assert kept(page) == 1
    page.unroute("**/plan/edit/")
    page.get_by_label("Root cause").press("End")
    page.keyboard.type(".")
    expect_status(page, SAVED)
    assert texts_of(plan)["root_cause"] == "Because of the season."
    complaints[:] = [each for each in complaints if not each.startswith("500 from")]


def test_two_people_at_once(told: Story, plan: ActionPlan, page: Page, open_page: OpenPage) -> None:
    """In different fields and rows neither notices the other; in the same field both texts are shown."""
    row_id = add_row(plan, told.bob, "causes", what="Workers paid fees")
    bob = open_page(person_of(told.bob))
    bob.goto(page.url)
    page.get_by_label("Root cause").fill("Alice's cause")
    bob.get_by_label("What went wrong").fill("Workers paid fees abroad")
    for each in (page, bob):
        expect_status(each, SAVED)
    texts = texts_of(plan)
    assert texts["root_cause"] == "Alice's cause"
    bob.get_by_label("Root cause").fill("Bob's cause")
    expect_status(bob, re.compile("^Not saved: somebody else changed “Root cause”"))
    assert kept(bob) == 1
    bob.get_by_role("button", name="Save draft").click()
    expect(bob.get_by_role("group", name="Which text is to stay?")).to_contain_text("Alice's cause")
    expect(bob.get_by_label("Root cause")).to_have_value("Bob's cause")
    assert texts_of(plan) == texts
    assert bob.locator(f"[id='id_{row_id}.what']").input_value() == "Workers paid fees abroad"


def test_causes_are_written_by_keyboard_alone(plan: ActionPlan, page: Page) -> None:
    def press(name: str) -> None:
        page.get_by_role("button", name=name, exact=True).focus()
        with page.expect_event("load"):
            page.keyboard.press("Enter")

    press("Add a cause")
    expect(page.get_by_label("What went wrong")).to_be_focused()
    page.keyboard.type("Workers paid fees")
    for number, answer in enumerate(["The agency charges them", "Our contract leaves it out"]):
        press("Ask why once more")
        expect(page.get_by_label("Because").nth(number)).to_be_focused()
        page.keyboard.type(answer)
    press("Move up Why? 2")
    expect(page.get_by_role("group", name="Why? 1")).to_be_focused()
    expect(page.get_by_label("Because").first).to_have_value("Our contract leaves it out")
    press("Remove Why? 2")
    expect(page.get_by_label("Because")).to_have_count(1)
    expect(page.get_by_label("What went wrong")).to_have_value("Workers paid fees")


def test_form_with_rows_is_accessible_and_fits_a_phone(
    told: Story, plan: ActionPlan, open_page: OpenPage, alice: User, assert_accessible
) -> None:
    party = add_row(plan, told.alice, "stakeholders", name="The growers' association", shown="everyone")
    add_row(plan, told.alice, "actions", what="Repay the fees in full " * 5, owner=str(party), ends="2028")
    cause = add_row(plan, told.alice, "causes", what="Workers paid fees")
    add_row(plan, told.alice, "whys", cause, because="The agency charges them")
    for width, path in [(360, "plan_edit"), (360, "plan"), (1280, "plan_edit"), (1280, "plan")]:
        page = open_page(alice, width=width)
        page.goto(reverse(path, args=[plan.finding_id]))
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert_accessible(page)


def test_folded_row_is_opened_in_its_place_and_saved_by_itself(
    told: Story, plan: ActionPlan, page: Page, complaints: list[str]
) -> None:
    """Nothing else of the page is fetched anew; the list of parts says at once that the part is finished."""
    rows = [add_row(plan, told.alice, "actions", what=f"Action {n}") for n in range(LONGEST_OPEN)]
    last = add_row(plan, told.alice, "actions", support="Half of the cost")
    page.reload()
    page.get_by_label("Root cause").fill("Because of the season")
    expect_status(page, SAVED)
    parts = page.get_by_role("navigation", name="Parts of the plan")
    expect(parts.get_by_text("(not finished)")).to_have_count(1)
    page.get_by_role("button", name="Change Action 6").click()
    cell = page.locator(f'[id="id_{last}.what"]')
    expect(cell).to_be_focused()
    expect(page.get_by_label("Root cause")).to_have_value("Because of the season")
    expect(page.locator(f'[id="id_{rows[0]}.what"]')).to_have_count(0)
    cell.fill("Repay")
    expect(parts.get_by_text("(not finished)")).to_have_count(0)
    assert draft_of(plan).texts[f"{last}.what"] == "Repay"
    assert kept(page) == 0
    assert not complaints


def test_text_in_a_row_that_is_folded_again_is_brought_back_with_the_row_open(
    told: Story, plan: ActionPlan, page: Page
) -> None:
    rows = [add_row(plan, told.alice, "actions", what=f"Action {n}") for n in range(LONGEST_OPEN + 1)]
    page.reload()
    page.get_by_role("button", name="Change Action 3").click()
    cell = page.locator(f'[id="id_{rows[2]}.what"]')
    page.route(
        "**/plan/edit/", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    cell.fill("Repay all of it")
    expect_status(page, "Not saved: no connection, your text is kept on this device")
    page.unroute("**/plan/edit/")
    page.reload()
    expect(cell).to_have_value("Repay all of it")
    expect(page.get_by_text("We brought back what you had typed and not saved.")).to_be_visible()
    expect_status(page, SAVED)
    assert draft_of(plan).texts[f"{rows[2]}.what"] == "Repay all of it"
    assert kept(page) == 0
