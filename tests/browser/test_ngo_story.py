"""The story of another stakeholder, in dark colours: it sees the one plan that was shared with it, and replies."""

from datetime import date

import pytest
from playwright.sync_api import expect

from actionplans.models import PlanShare, ReplyKind
from tests.actionplans.making import CALL
from tests.browser.conftest import Visit
from tests.browser.scene import FEES, SITE, WAGES, Scene
from tests.browser.visitor import Visitor
from tests.personas import Personas

pytestmark = pytest.mark.browser

PLAN = f"Action plan of {SITE}"
# The customers of the site and what they said, its other CAR, and what it wrote after the plan was shared.
NOT_SHARED = ("Northmarket", "Fairprice", "We would rather wait", "living wage", "Repay within six months")


def test_ngo_sees_exactly_what_was_shared_with_it_and_replies(
    visit: Visit, scene: Scene, personas: Personas
) -> None:
    share = share_one_of_two(scene)
    car = share.plan.finding
    ngo = visit(personas.ngo.user, never_reads=NOT_SHARED, dark=True)
    subject = f"{SITE} shared its action plan for {car.reference} with you"
    ngo.open_mail(subject, "Read the plan and reply", to="Log in").log_in(to=PLAN)
    ngo.read("Schedule a call to discuss further the approach", "Repay the fees over twelve months.")
    reply(ngo)
    go_on_without_it(scene, share)
    look_around(ngo, car.reference)


def share_one_of_two(scene: Scene) -> PlanShare:
    audit = scene.audits.hold(date(2026, 3, 2), FEES, WAGES)
    scene.write_plan(scene.audits.car(audit, "5A.A"))
    plan = scene.write_plan(scene.audits.car(audit, "1A.B"))
    other = scene.share(plan, scene.personas.customer)
    scene.answer(other, scene.personas.customer, ReplyKind.CHANGES_REQUESTED, "We would rather wait.")
    return scene.share(plan, scene.personas.ngo, CALL)


def reply(ngo: Visitor) -> None:
    ngo.choose("We have received the plan").fill("Comment", "We know two agencies without fees.")
    ngo.press("Send the reply", to=PLAN).read_message(f"Your reply was sent to {SITE}: Acknowledged.")
    ngo.choose("We ask for changes").fill("Comment", "Please speak to the workers’ committee first.")
    ngo.press("Send the reply", to=PLAN).read("Changes requested", "workers’ committee", "two agencies")
    expect(ngo.entries_of("What happened, newest first")).to_contain_text(
        [
            "Reply of Fair Work Alliance: Changes requested",
            "Reply of Fair Work Alliance: Acknowledged",
            "Shared the action plan with Fair Work Alliance",
        ]
    )


def go_on_without_it(scene: Scene, share: PlanShare) -> None:
    """A newer version is published, and shared with the customer alone."""
    scene.rewrite(share.plan, actions="Repay within six months.")
    scene.share(share.plan, scene.personas.customer)
    scene.publish_plan(share.plan)


def look_around(ngo: Visitor, reference: str) -> None:
    ngo.follow("Home", to="Waiting for your reply").read("Also shared with you", "Changes requested")
    ngo.follow("CARs", to="CARs").read("1 CAR").follow(reference, to=FEES)
    ngo.read("In progress").read_nothing_of("Read the published plan")
    ngo.follow("The plan that the site shared with you", to=PLAN).read("Repay the fees over twelve months.")
