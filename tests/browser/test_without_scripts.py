"""The core of the story on a phone whose browser runs no script: everything is a link, a form and a page."""

import pytest
from playwright.sync_api import expect

from findings.models import Finding
from tests.browser.conftest import Visit
from tests.browser.scene import FEES, SITE, Scene
from tests.browser.visitor import Visitor
from tests.personas import Personas

pytestmark = pytest.mark.browser

TEXTS = {
    "Root cause": "The agency charges workers.",
    "Which stakeholders need to be involved": "The labour provider.",
    "What investigation has the site done": "We read forty contracts.",
    "Preventative and Corrective Actions": "Repay every fee within twelve months.",
}


def test_plan_is_written_shared_answered_and_published_without_scripts(
    visit: Visit, scene: Scene, personas: Personas
) -> None:
    car = scene.raise_car()
    site = visit(personas.site.user, width=360, java_script=False)
    site.enter().follow("Log in", to="Log in").log_in(to="Your next steps")
    understand(site, car)
    write(site)
    share(site)
    customer = visit(personas.customer.user, width=360, java_script=False, never_reads=("Fairprice",))
    reply(customer, car)
    publish(site, car)


def understand(site: Visitor, car: Finding) -> None:
    """Urgent on the way, which the page says at once and again at the end."""
    step_1 = "Step 1: understand this CAR"
    site.follow(f"Understand this CAR {car.reference}", to=step_1)
    site.press("Continue", to=step_1).read_problem("Question 1: choose yes or no.")
    site.choose("Yes", of="Question 1").press("Continue", to=step_1)
    site.read("Act now: follow the Serious Incident Escalation Protocol")
    site.choose("Yes", of="Question 2").press("Continue", to=step_1)
    site.read("Act now: follow the Serious Incident", "Go on to step 2: write the action plan")


def write(site: Visitor) -> None:
    page = "Write the action plan"
    site.follow(page, to=page)
    for label, text in TEXTS.items():
        site.fill(label, text)
    site.fill("Date", "").press("Save draft", to=page).read_message("Draft saved.")
    site.press("Save and share", to="The plan cannot be shared yet").follow("Date", to=page)
    site.fill("Date", "2026-03-09").press("Save and share", to="Who do you want to share the plan with?")


def share(site: Visitor) -> None:
    site.choose("Northmarket").press("Continue", to="What do you ask of each?")
    ask = "What do you ask of each?"
    site.press("Continue", to=ask).read_problem("Northmarket:")
    site.choose("Yes", of="Confirmation that action proposed")
    site.press("Continue", to="Check before you share")
    site.press("Share the plan", to="Action plan").read_message("Plan shared with Northmarket.")


def reply(customer: Visitor, car: Finding) -> None:
    plan = f"Action plan of {SITE}"
    customer.enter().follow("Log in", to="Log in").log_in(to="Waiting for your reply")
    customer.follow(car.reference, to=plan).read(*TEXTS.values())
    customer.choose("We ask for changes").press("Send the reply", to=plan).read_problem("Say which changes")
    customer.choose("We confirm").press("Send the reply", to=plan)
    customer.read_message(f"Your reply was sent to {SITE}: Confirmed.")


def publish(site: Visitor, car: Finding) -> None:
    site.follow("CARs", to="CARs").follow(car.reference, to=FEES).read("Confirmed")
    site.follow("Publish the plan", to="Publish the action plan")
    site.press("Publish the plan", to="Action plan").read_message("Plan published. The CAR is in progress.")
    site.follow("Note the upload to Sedex", to="When did you upload the plan to Sedex?")
    site.press("Note the day", to="Action plan").read_message("Day of the upload noted.")
    expect(site.row("Northmarket").first).to_contain_text("Confirmed")
