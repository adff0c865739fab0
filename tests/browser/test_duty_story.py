"""A customer is named for an action of the plan: it takes it on, shows how far it is, and the site's next version says so."""

import re

import pytest
from playwright.sync_api import FilePayload

from findings.models import Finding
from findings.services import answer_triage
from tests.actionplans.taking_on import PAY, give_action
from tests.browser.conftest import Visit
from tests.browser.scene import SITE, Scene
from tests.browser.visitor import Visitor
from tests.personas import Personas

pytestmark = pytest.mark.browser

OTHER = ("Fairprice", "customer2", "Order six months ahead")
PLAN = f"Action plan of {SITE}"


def test_action_is_taken_on_reported_on_and_taken_into_the_plan(
    visit: Visit, scene: Scene, personas: Personas
) -> None:
    car = scene.raise_car()
    plan = scene.write_plan(car)
    answer_triage(finding_id=car.pk, actor=personas.site.actor, answers={"U": False, "K": False, "E": True})
    site_writes = personas.site.actor
    give_action(plan, site_writes, personas.customer.organisation, ends="2027-Q2")
    give_action(plan, site_writes, personas.customer2.organisation, "Order six months ahead.")
    scene.share(plan, personas.customer)
    scene.share(plan, personas.customer2)
    customer = visit(personas.customer.user, width=360, never_reads=OTHER)
    take_on(customer, car)
    report(customer)
    take_into_the_plan(visit(personas.site.user), car, personas)


def take_on(customer: Visitor, car: Finding) -> None:
    subject = f"{SITE} shared its action plan for {car.reference} with you"
    customer.open_mail(subject, "Read the plan and reply", to="Log in").log_in(to=PLAN)
    customer.read("Your actions", PAY).press(f"Accept {PAY}", to=PLAN)
    customer.read_message("You accepted the action.").follow("Home", to="Waiting for your reply")
    customer.read("Your actions", "Accepted").follow(PAY, to=PLAN)


def report(customer: Visitor) -> None:
    customer.follow(re.compile("Report on it"), to="How far is this action?")
    customer.press("Send the report", to="How far is this action?").read_problem("Choose how far")
    customer.choose("Under way").fill("What was done", "The first rate is paid.")
    paid = FilePayload(name="Transfer.txt", mimeType="text/plain", buffer=b"Paid in June.")
    customer.page.get_by_label("Files that show it").set_input_files(files=[paid])
    customer.press("Send the report", to=PLAN).read_message("Your report was sent")
    customer.read("The first rate is paid.", "Transfer.txt")


def take_into_the_plan(site: Visitor, car: Finding, personas: Personas) -> None:
    customer = personas.customer.organisation.name
    subject = f"{customer} reported on its action of your plan for {car.reference}"
    site.open_mail(subject, "Read the report", to="Log in").log_in(to=f"Shared with {customer}")
    site.follow(car.reference, to="Workers paid fees").read("Waiting on", "Take a report on an action")
    site.follow("See the plan and where it stands", to="Action plan").read(customer, "Accepted")
    site.press(f"Take it into the draft {PAY}", to=f"Shared with {customer}")
    site.read_message("The report is in the draft").follow("Action plan", to="Action plan")
    site.read("Under way", "The first rate is paid.")
