"""A site sends its outline and proposes a call as one act; its customer picks a time, both talk, and what they agreed
on goes into the plan."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from actionplans.models import Call
from findings.models import Finding
from findings.services import answer_triage
from tests.actionplans.icalendar_reader import read
from tests.browser.conftest import Visit
from tests.browser.scene import SITE, Scene
from tests.browser.visitor import Visitor
from tests.personas import Personas

pytestmark = pytest.mark.browser

OTHER = ("Fairprice", "customer2")
PLAN = f"Action plan of {SITE}"
LINK = "https://meet.example.org/fees"


def test_call_is_proposed_with_the_plan_picked_held_and_followed_up(
    visit: Visit, scene: Scene, personas: Personas
) -> None:
    car = scene.raise_car()
    scene.write_plan(car)
    answer_triage(finding_id=car.pk, actor=personas.site.actor, answers={"U": False, "K": False, "E": True})
    site = visit(personas.site.user).enter().follow("Log in", to="Log in").log_in(to="Your next steps")
    day = timezone.localtime() + timedelta(days=9)
    share_and_propose(site, car, personas, day)
    customer = visit(personas.customer.user, width=360, never_reads=OTHER)
    pick(customer, car, day)
    write_minutes(customer)
    take_into_the_plan(site, car, personas)


def share_and_propose(site: Visitor, car: Finding, personas: Personas, day: datetime) -> None:
    site.follow("CARs", to="CARs").follow(car.reference, to="Workers paid fees")
    site.follow("Share the plan", to="Who do you want to share the plan with?")
    site.choose(personas.customer.organisation.name).press("Continue", to="What do you ask of each?")
    site.choose("Yes", of="Schedule a call to agree next steps")
    site.fill("Day and time", f"{day:%Y-%m-%d}T15:00").press("Continue", to="What do you ask of each?")
    site.read_problem("Enter a link that begins with https://, or a phone number.")
    site.fill("Link or phone number", LINK).press("Continue", to="Check before you share")
    site.read("You propose a call", "15:00 to 16:00, Europe/London").press("Share the plan", to="Action plan")
    site.read("Your proposal waits for an answer")


def pick(customer: Visitor, car: Finding, day: datetime) -> None:
    subject = f"{SITE} proposes a call on {car.reference}"
    customer.open_mail(subject, "Pick a time", to="Log in").log_in(to=PLAN)
    customer.read(f"{SITE} proposes a call").choose(f"{day:%A}", of="Which time suits you?")
    customer.press("Agree to this time", to=PLAN).read_message("Agreed:").read("A call is agreed", LINK)
    saved = customer.save("Save it for your calendar (.ics)")
    assert read(saved.body().decode())["LOCATION"] == LINK


def write_minutes(customer: Visitor) -> None:
    Call.objects.update(starts_at=timezone.now() - timedelta(hours=1))
    customer.reload(to=PLAN).follow("Write down what came of it", to="What came of the call")
    customer.fill("What came of the call", "We share the cost.")
    customer.page.get_by_label("What is to be done").first.fill("Repay the fees")
    customer.page.get_by_label("Who does it").first.select_option(label=SITE)
    customer.press("Keep the minutes", to=PLAN).read_message("The minutes are kept.").read(
        "We share the cost."
    )


def take_into_the_plan(site: Visitor, car: Finding, personas: Personas) -> None:
    customer = personas.customer.organisation.name
    site.open_mail(
        f"The minutes of the call on {car.reference} at {car.site.name} are there",
        "Read the minutes",
        to=customer,
    )
    site.read("We share the cost.").press("Take it into the plan Repay the fees", to=customer)
    site.read_message("The action is in the draft").read("in the plan").follow(
        "Action plan", to="Action plan"
    )
    site.read("Repay the fees")
