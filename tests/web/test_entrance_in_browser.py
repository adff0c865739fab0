"""The way in and out, as somebody with a keyboard, a phone or without JavaScript finds it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from carportal.core.actor import OrganisationKind, Role
from stakeholders.models import Membership
from tests.browsing import OpenPage
from tests.factories import PASSWORD, make_member, make_organisation, make_supplier, make_user
from tests.live import LivePortal

pytestmark = pytest.mark.browser


def fits(page: Page) -> bool:
    """Whether nothing makes the page wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth") is True


@pytest.mark.parametrize("java_script", [True, False], ids=["with scripts", "without scripts"])
def test_refused_login_says_what_is_wrong_and_the_next_one_succeeds(
    open_page: OpenPage, *, java_script: bool
) -> None:
    member = make_member(make_supplier("Vale Verde"), Role.EDITOR)
    page = open_page(width=360, java_script=java_script)
    page.goto("/cars/")
    page.get_by_label("Email").fill(member.user.email)
    page.get_by_role("button", name="Log in").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("There is a problem")
    expect(summary).to_be_focused()
    expect(page).to_have_title("Error: Log in – CAR portal")
    summary.get_by_role("link", name="Password").click()
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type("not my password")
    page.keyboard.press("Enter")
    expect(summary).to_contain_text("not correct")
    expect(summary).to_be_focused()
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url("/cars/")
    expect(page.get_by_role("banner")).to_contain_text("Vale Verde")


def test_menus_open_by_keyboard_and_close_with_escape(open_page: OpenPage) -> None:
    member = make_member(make_supplier("Vale Verde"), Role.EDITOR)
    other = make_organisation(OrganisationKind.CUSTOMER, name="Northmoor")
    Membership.objects.create(user=member.user, organisation=other, role=Role.VIEWER)
    page = open_page(member.user)
    page.goto("/")
    summary = page.locator("summary", has_text="Vale Verde")
    summary.press("Enter")
    switch = page.get_by_role("button", name="Northmoor")
    expect(switch).to_be_visible()
    page.keyboard.press("Tab")
    expect(switch).to_be_focused()
    page.keyboard.press("Escape")
    expect(switch).to_be_hidden()
    expect(summary).to_be_focused()


@pytest.mark.parametrize("java_script", [True, False], ids=["with scripts", "without scripts"])
def test_switching_and_logging_out_need_no_script(open_page: OpenPage, *, java_script: bool) -> None:
    member = make_member(make_supplier("Vale Verde"), Role.EDITOR)
    other = make_organisation(OrganisationKind.CUSTOMER, name="Northmoor")
    Membership.objects.create(user=member.user, organisation=other, role=Role.VIEWER)
    page = open_page(member.user, width=360, java_script=java_script)
    page.goto("/")
    page.locator("summary", has_text="Vale Verde").click()
    page.get_by_role("button", name="Northmoor").click()
    expect(page.locator("summary", has_text="Northmoor")).to_be_visible()
    page.locator("summary", has_text=str(member.user)).click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


def test_first_tab_leads_past_the_header(open_page: OpenPage) -> None:
    page = open_page(make_member(make_supplier(), Role.EDITOR).user)
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


@pytest.mark.parametrize("width", [1280, 360])
def test_entrance_is_accessible_at_every_width(
    open_page: OpenPage, assert_accessible: Callable[[Page], None], width: int
) -> None:
    page = open_page(width=width)
    for path in (
        "/accounts/login/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-stale/",
        "/accounts/password/reset/key/done/",
        "/accounts/inactive/",
        "/no-such-page/",
    ):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert_accessible(page)
        assert fits(page), path


@pytest.mark.parametrize("width", [1280, 360])
def test_pages_of_ones_account_are_accessible_at_every_width(
    open_page: OpenPage, assert_accessible: Callable[[Page], None], width: int
) -> None:
    page = open_page(
        make_member(make_supplier("A supplier with quite a long name Ltda."), Role.EDITOR).user, width=width
    )
    for path in ("/accounts/password/change/", "/accounts/logout/", "/profile/", "/no-such-page/"):
        page.goto(path)
        page.locator("summary").last.click()
        assert_accessible(page)
        assert fits(page), path


def test_new_password_is_chosen_by_the_link_in_the_mail(open_page: OpenPage, live_portal: LivePortal) -> None:
    user = make_user(name="Ines")
    page = open_page(width=360)
    page.goto("/accounts/login/")
    page.get_by_role("link", name="I have forgotten my password").click()
    page.get_by_label("Email").fill(user.email)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your e-mail")
    mail = live_portal.wait_for_mail(to=user.email)
    page.goto(next(word for word in mail.text.split() if "/password/reset/key/" in word))
    for field in page.locator("input[type=password]").all():
        field.fill("plum orchard tractor")
    page.get_by_role("button", name="Save the new password").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your password is changed")
