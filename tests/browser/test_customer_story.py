"""The customer's story on a phone: a plan comes by mail, is answered, comes again, and nobody else is heard of."""

import pytest
from playwright.sync_api import expect

from actionplans.models import PlanShare, ReplyKind
from findings.models import Finding
from tests.actionplans.making import CALL
from tests.browser.conftest import Visit
from tests.browser.scene import FEES, SITE, Scene
from tests.browser.visitor import Visitor
from tests.personas import Personas

pytestmark = pytest.mark.browser

# All that could tell of the other customer: its name, its people, what it was asked and what it said.
OTHER = ("Fairprice", "customer2", "Can we speak in May?", "We would rather wait")
PLAN = f"Action plan of {SITE}"
NEWER = "Repay the fees over six months."


def test_customer_answers_a_plan_and_its_newer_version_and_learns_of_no_other(
    visit: Visit, scene: Scene, personas: Personas
) -> None:
    car = scene.raise_car()
    share = share_with_both(scene, car)
    customer = visit(personas.customer.user, width=360, never_reads=OTHER)
    subject = f"{SITE} shared its action plan for {car.reference} with you"
    customer.open_mail(subject, "Read the plan and reply", to="Log in").log_in(to=PLAN)
    read_the_plan(customer)
    acknowledge_then_ask_for_changes(customer)
    scene.rewrite(share.plan, actions=NEWER)
    share_again(scene, share)
    confirm_the_newer(customer, car)
    look_around(customer, car)
    stop_sharing(customer, scene, share)


def share_with_both(scene: Scene, car: Finding) -> PlanShare:
    plan = scene.write_plan(car)
    both = scene.personas
    other = scene.share(plan, both.customer2, CALL, "Can we speak in May?")
    scene.answer(other, both.customer2, ReplyKind.CHANGES_REQUESTED, "We would rather wait.")
    return scene.share(plan, both.customer, note="Please look at the costs.")


def share_again(scene: Scene, share: PlanShare) -> None:
    """With the other first, so that its mail and its record are older than this customer's."""
    scene.share(share.plan, scene.personas.customer2, CALL, "Can we speak in May?")
    scene.share(share.plan, scene.personas.customer)


def read_the_plan(customer: Visitor) -> None:
    customer.read("Reply awaited", "A CAR is no ground to reduce orders", "Please look at the costs.")
    customer.read("Confirmation that action proposed meets customer requirements", FEES)
    customer.read("Repay the fees over twelve months.", "Root cause")


def acknowledge_then_ask_for_changes(customer: Visitor) -> None:
    customer.press("Send the reply", to=PLAN).read_problem("Choose what you reply to the site.")
    customer.choose("We have received the plan").press("Send the reply", to=PLAN)
    customer.read_message(f"Your reply was sent to {SITE}: Acknowledged.")
    customer.choose("We ask for changes").press("Send the reply", to=PLAN)
    customer.read_problem("Say which changes you would like")
    expect(customer.page.get_by_label("We ask for changes")).to_be_checked()
    customer.fill("Comment", "Twelve months is too long.").press("Send the reply", to=PLAN)
    customer.read_message("Changes requested").read("Twelve months is too long.")


def confirm_the_newer(customer: Visitor, car: Finding) -> None:
    subject = f"{SITE} brought its action plan for {car.reference} up to date"
    customer.open_mail(subject, "Read the plan and reply", to=PLAN)
    customer.read(NEWER, "Reply awaited", "to an earlier version").read_nothing_of("over twelve months")
    customer.choose("We confirm").press("Send the reply", to=PLAN)
    customer.read_message(f"Your reply was sent to {SITE}: Confirmed.")
    expect(customer.entries_of("What happened, newest first")).to_contain_text(
        [
            "Reply of Northmarket: Confirmed",
            "Brought the plan shared with Northmarket up to date",
            "Reply of Northmarket: Changes requested",
            "Reply of Northmarket: Acknowledged",
            "Shared the action plan with Northmarket",
        ]
    )


def look_around(customer: Visitor, car: Finding) -> None:
    """Every page there is for it, each looked at as it is passed."""
    customer.follow("Home", to="Waiting for your reply").read("Nothing waits for your reply", "Confirmed")
    customer.follow("CARs", to="CARs").follow(car.reference, to=FEES)
    customer.read("It is no ground to reduce orders").read_nothing_of("Step 1", "Understand")
    customer.follow("The plan that the site shared with you", to=PLAN)
    customer.follow("Organisation", to="Northmarket")


def stop_sharing(customer: Visitor, scene: Scene, share: PlanShare) -> None:
    customer.follow("CARs", to="CARs")
    scene.withdraw(share)
    customer.follow(share.plan.finding.reference, to="Page not found")
    customer.follow("Home", to="Waiting for your reply").read_nothing_of(share.plan.finding.reference)
