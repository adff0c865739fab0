"""What a customer is told by mail is in its inbox, and is read by going where it leads."""

import re

import pytest
from playwright.sync_api import expect

from actionplans.models import PlanShare
from tests.browser.conftest import Visit
from tests.browser.scene import SITE, Scene
from tests.browser.visitor import Visitor
from tests.live import LivePortal
from tests.personas import Personas

pytestmark = pytest.mark.browser

PLAN = f"Action plan of {SITE}"


def test_customer_finds_a_plan_by_the_inbox_and_has_nothing_left_to_read(
    visit: Visit, scene: Scene, personas: Personas, live_portal: LivePortal
) -> None:
    car = scene.raise_car()
    scene.share(scene.write_plan(car), personas.customer)
    told = f"{SITE} shared its action plan for {car.reference} with you"
    live_portal.wait_for_mail(to=personas.customer.user.email, subject=told)
    customer = visit(personas.customer.user, width=360)
    customer.enter().follow("Log in", to="Log in").log_in(to="Waiting for your reply")
    customer.follow("Inbox 1 unread", to="Inbox")
    expect(customer.entries_of("Messages")).to_have_text([re.compile(rf"{told}.*Unread", re.DOTALL)])
    customer.press(told, to=PLAN)
    customer.follow("Inbox", to="Inbox").read(told).read_nothing_of("Unread")
    hear_more_and_mark_it(customer, scene, live_portal)


def hear_more_and_mark_it(customer: Visitor, scene: Scene, portal: LivePortal) -> None:
    """What comes while the inbox is open is there with the next page, and is marked as read where it stands."""
    share = PlanShare.objects.get()
    scene.rewrite(share.plan, actions="Repay the fees over six months.")
    scene.share(share.plan, scene.personas.customer)
    portal.wait_for_mail(to=customer.email, subject="brought its action plan")
    customer.reload(to="Inbox").read("Unread", "brought its action plan")
    customer.press("Mark all as read", to="Inbox").read_message("1 message is marked as read.")
    customer.read_nothing_of("Unread", "Mark all as read")
    expect(customer.page.get_by_role("banner")).not_to_contain_text("unread")
