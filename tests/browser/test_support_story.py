"""A site lets compliance staff read its draft along, its customer sees that, and the site takes it back."""

import pytest

from tests.actionplans.talking import say
from tests.browser.conftest import Visit
from tests.browser.scene import SITE, Scene
from tests.personas import Personas

pytestmark = pytest.mark.browser

QUESTION = "Could you pay a third of it?"
PURPOSE = "How do others share such costs?"


def test_compliance_staff_read_along_for_as_long_as_the_site_lets_them(
    visit: Visit, scene: Scene, personas: Personas
) -> None:
    car = scene.raise_car()
    plan = scene.write_plan(car)
    share = scene.share(plan, personas.customer)
    say(share, personas.site.actor, QUESTION)
    site = visit(personas.site.user).enter().follow("Log in", to="Log in").log_in(to="Your next steps")
    site.go(lambda: site.page.goto(f"/cars/{car.pk}/plan/"), to="Action plan")
    site.follow("Let them read along", to="Support from")
    site.press("Let them read along for 14 days", to="Support from").read_problem(
        "Say what you would like help with."
    )
    site.fill("What would you like help with?", PURPOSE).press(
        "Let them read along for 14 days", to="Support from"
    )
    site.read("reads along", PURPOSE, "Nobody has read along.")

    staff = visit(personas.compliance.user, width=360)
    staff.open_mail(
        f"{SITE} lets compliance staff read its plan for {car.reference}", "Open the plan", to="Log in"
    )
    staff.log_in(to="Action plan").follow("Read the draft", to="Draft of the action plan")
    staff.read("You read along for support", PURPOSE, "The agency charges workers")
    staff.follow("What the site and Northmarket say about it", to="Comments with Northmarket").read(QUESTION)

    customer = visit(personas.customer.user, never_reads=(PURPOSE,))
    customer.enter().follow("Log in", to="Log in").log_in(to="Waiting for your reply")
    customer.go(lambda: customer.page.goto(f"/shares/{share.pk}/"), to=f"Action plan of {SITE}")
    customer.read("reads along", "to get help from them")

    site.reload(to="Support from").read("Compliance Person read along")
    site.press("End it now", to="Support from").read_message("Nobody of the operator reads along any more.")
    customer.reload(to=f"Action plan of {SITE}").read_nothing_of("reads along")
    staff.open_mail(
        f"Reading along with the plan for {car.reference} at {car.site.name} is over",
        "Open the CAR",
        to="Workers paid",
    )
    staff.read_nothing_of("Read the draft")
