"""What was typed into a plan survives whatever happens before it is saved, and is gone afterwards."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Error, Page, Route, expect

from actionplans.models import ActionPlan, DraftRow
from actionplans.plans.services import start_plan
from stakeholders.models import User
from tests.actionplans.conftest import Story, make_story
from tests.actionplans.making import add_row, person_of, share_with, texts_of, write
from tests.browsing import OpenPage
from tests.factories import PASSWORD
from tests.live import LivePortal

pytestmark = pytest.mark.browser

RESTORED = "We brought back what you had typed and not saved."


@pytest.fixture
def told(live_portal: LivePortal) -> Story:
    """The story, where the portal sees it."""
    return make_story()


@pytest.fixture
def plan(told: Story) -> ActionPlan:
    return told.plan()


@pytest.fixture
def alice(told: Story) -> User:
    return person_of(told.alice)


@pytest.fixture
def address(plan: ActionPlan) -> str:
    return reverse("plan_edit", args=[plan.finding_id])


@pytest.fixture
def page(open_page: OpenPage, alice: User, address: str) -> Page:
    """Alice has the form open."""
    page = open_page(alice)
    stop_autosave(page)
    page.goto(address)
    return page


def kept(page: Page) -> int:
    """How many drafts the browser keeps, of all its tabs, once the page's scripts have run: its text shows before."""
    page.wait_for_load_state("load")
    return int(page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length"))


def stop_autosave(page: Page) -> None:
    """Nothing comes through but whole pages: these tests are about what the browser itself keeps."""

    def whole_pages(route: Route) -> None:
        if route.request.headers.get("accept") == "application/json":
            route.abort()
        else:
            route.continue_()

    page.route("**/plan/edit/", whole_pages)


def cause(page: Page) -> str:
    return page.get_by_label("Root cause").input_value()


def log_in(page: Page, user: User) -> None:
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def test_text_outlives_a_session(plan: ActionPlan, alice: User, page: Page, address: str) -> None:
    page.get_by_label("Root cause").fill("Because of the season")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save draft").click()
    log_in(page, alice)
    expect(page).to_have_url(address)
    expect(page.get_by_text(RESTORED)).to_be_visible()
    expect(page.get_by_label("Root cause")).to_be_focused()
    assert cause(page) == "Because of the season"
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Draft saved.")).to_be_visible()
    assert texts_of(plan)["root_cause"] == "Because of the season"
    assert kept(page) == 0


def test_text_outlives_a_server_that_does_not_answer(
    live_portal: LivePortal, plan: ActionPlan, page: Page, address: str
) -> None:
    page.get_by_label("Root cause").fill("Because of the season")
    live_portal.stop("web")
    with pytest.raises(Error), page.expect_navigation():
        page.get_by_role("button", name="Save draft").click()
    live_portal.start("web")
    page.goto(address)
    expect(page.get_by_text(RESTORED)).to_be_visible()
    assert cause(page) == "Because of the season"


def test_text_outlives_leaving_the_page_and_can_be_discarded(
    plan: ActionPlan, page: Page, address: str
) -> None:
    before = cause(page)
    page.get_by_label("Root cause").fill("Because of the season")
    page.goto("/cars/")
    page.goto(address)
    expect(page.get_by_label("Root cause")).to_have_value("Because of the season")
    page.get_by_role("button", name="Discard it and show what is saved").click()
    expect(page.get_by_label("Root cause")).to_have_value(before)
    assert kept(page) == 0


@pytest.mark.parametrize("button", ["Save draft", "Save and share", "Save and publish"])
def test_nothing_stays_behind_once_it_is_saved(page: Page, button: str) -> None:
    page.get_by_label("Root cause").fill("Because of the season")
    assert kept(page) == 1
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Draft saved.")
    assert kept(page) == 0


def test_nothing_stays_behind_in_any_tab_after_logging_out(page: Page, address: str) -> None:
    page.get_by_label("Root cause").fill("Because of the season")
    second = page.context.new_page()
    stop_autosave(second)
    second.goto(address)
    second.get_by_label("Preventative and Corrective Actions").fill("Repay at once")
    assert kept(second) == 2
    second.get_by_role("banner").locator("summary", has_text="Your account").click()
    second.get_by_role("button", name="Log out").click()
    expect(second.get_by_label("Email")).to_be_visible()
    assert kept(second) == 0


def test_two_tabs_do_not_mix_their_texts(plan: ActionPlan, page: Page, address: str) -> None:
    second = page.context.new_page()
    stop_autosave(second)
    second.goto(address)
    page.get_by_label("Root cause").fill("Of the first tab")
    second.get_by_label("Root cause").fill("Of the second tab")
    for tab, text in ((page, "Of the first tab"), (second, "Of the second tab")):
        tab.reload()
        expect(tab.get_by_label("Root cause")).to_have_value(text)


def test_text_outlives_its_tab(page: Page, address: str) -> None:
    page.get_by_label("Root cause").fill("Because of the season")
    other = page.context.new_page()
    page.close()
    other.goto(address)
    expect(other.get_by_text(RESTORED)).to_be_visible()
    assert cause(other) == "Because of the season"


def test_text_typed_into_what_is_gone_is_shown(
    told: Story, plan: ActionPlan, open_page: OpenPage, alice: User, address: str
) -> None:
    row_id = add_row(plan, told.alice, "causes", what="Workers paid fees")
    page = open_page(alice)
    stop_autosave(page)
    page.goto(address)
    page.get_by_label("What went wrong").fill("Workers paid fees abroad")
    page.goto("/cars/")
    DraftRow.objects.filter(row_id=row_id).delete()
    page.goto(address)
    for _visit in range(2):
        expect(page.get_by_text("not in the plan any more")).to_be_visible()
        expect(page.get_by_text("Workers paid fees abroad")).to_be_visible()
        page.reload()
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Draft saved.")).to_be_visible()
    assert kept(page) == 0


def test_colleague_at_the_same_computer_sees_nothing_of_it(
    told: Story, plan: ActionPlan, page: Page, address: str
) -> None:
    before = cause(page)
    page.get_by_label("Root cause").fill("Because of the season")
    Session.objects.all().delete()
    page.goto(address)
    log_in(page, person_of(told.bob))
    expect(page).to_have_url(address)
    assert cause(page) == before


def test_text_that_was_typed_over_a_newer_one_is_asked_about(
    told: Story, plan: ActionPlan, page: Page, address: str
) -> None:
    page.get_by_label("Root cause").fill("Alice's cause")
    page.goto("/cars/")
    write(plan, told.bob, root_cause="Bob's cause")
    page.goto(address)
    assert cause(page) == "Alice's cause"
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("alert")).to_contain_text("saved with another text while you were writing")
    # Who leaves without having chosen is asked again: no text takes the place of another unseen.
    page.goto("/cars/")
    page.goto(address)
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("alert")).to_contain_text("saved with another text while you were writing")
    assert texts_of(plan)["root_cause"] == "Bob's cause"
    page.get_by_label("What I wrote, as it stands here").check()
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("status").first).to_contain_text("Draft saved.")
    assert texts_of(plan)["root_cause"] == "Alice's cause"
    assert kept(page) == 0


def test_reply_and_note_are_kept_like_the_plan(
    told: Story, plan: ActionPlan, open_page: OpenPage, alice: User
) -> None:
    share = share_with(plan, told.alice, told.customer)
    dora = open_page(person_of(told.dora))
    dora.goto(reverse("share", args=[share.pk]))
    dora.get_by_label("We ask for changes").check()
    dora.get_by_role("textbox", name="Comment").fill("A long comment")
    dora.reload()
    expect(dora.get_by_label("We ask for changes")).to_be_checked()
    expect(dora.get_by_role("textbox", name="Comment")).to_have_value("A long comment")
    dora.get_by_role("button", name="Send the reply").click()
    expect(dora.get_by_role("status").first).to_contain_text("Your reply was sent")
    assert kept(dora) == 0

    site = open_page(alice)
    site.goto(f"{reverse('plan_share', args=[plan.finding_id])}?party={told.other.pk}")
    site.get_by_label("Note").fill("A long note")
    site.get_by_role("link", name="Share with others instead").click()
    site.get_by_role("button", name="Continue").click()
    expect(site.get_by_label("Note")).to_have_value("A long note")


@pytest.mark.parametrize("java_script", [True, False], ids=["with scripts", "without scripts"])
def test_enter_saves_and_stays(told: Story, open_page: OpenPage, alice: User, *, java_script: bool) -> None:
    plan = start_plan(finding_id=told.finding.pk, actor=told.alice)
    page = open_page(alice, width=360, java_script=java_script)
    page.goto(reverse("plan_edit", args=[plan.finding_id]))
    page.get_by_label("Person completing CAR action plan").fill("Alice, manager")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Draft saved.")
    assert texts_of(plan)["completed_by"] == "Alice, manager"


def test_pages_that_refuse_are_accessible_and_fit_a_phone(
    told: Story,
    plan: ActionPlan,
    open_page: OpenPage,
    alice: User,
    assert_accessible: Callable[[Page], None],
) -> None:
    def expect_problem(page: Page) -> None:
        expect(page.get_by_role("alert")).to_be_focused()
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    page = open_page(alice, width=360)
    stop_autosave(page)
    page.goto(reverse("plan_edit", args=[plan.finding_id]))
    write(plan, told.bob, root_cause="Bob's cause")
    page.get_by_label("Root cause").fill("Alice's cause")
    page.get_by_label("Which stakeholders need to be involved").fill("Fairprice, who buys most of it")
    page.get_by_role("button", name="Save draft").click()
    expect_problem(page)

    page.goto(f"{reverse('plan_share', args=[plan.finding_id])}?party={told.customer.pk}")
    page.get_by_role("button", name="Continue").click()
    expect_problem(page)
    page.get_by_role("group", name="Confirmation that action proposed").get_by_label("Yes").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Share the plan").click()
    expect_problem(page)
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Northmarket Ltd may read the name “Fairprice Stores plc”")).to_be_focused()
