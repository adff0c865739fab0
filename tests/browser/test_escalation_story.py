"""A site tells a customer that its CAR is urgent, the other one never learns of it, and each records that it has acted."""

import pytest

from tests.browser.conftest import Visit
from tests.browser.scene import Scene
from tests.browser.visitor import Visitor
from tests.personas import Personas

pytestmark = pytest.mark.browser

OTHER = ("Fairprice", "customer2", "Fair Work Alliance")
PINNED = "Urgent: until the protocol has taken over"
ESCALATION = "Who was told that it is urgent"
TAKEN_OVER = "Record that the protocol has taken over"


def test_urgent_car_is_told_to_one_customer_and_taken_over(
    visit: Visit, scene: Scene, personas: Personas
) -> None:
    car = scene.raise_car()
    site = visit(personas.site.user).enter().follow("Log in", to="Log in").log_in(to="Your next steps")
    customer = visit(personas.customer.user, width=360, never_reads=OTHER)
    tell(site, car.reference)
    customer.open_mail(
        f"Urgent: {scene.site.name} tells you about {car.reference}", "Open the escalation", to="Log in"
    ).log_in(to="tells you that this is urgent")
    customer.press("We know of it", to="urgent").read_message("your organisation knows")
    customer.follow("Home", to="Waiting for your reply").read(PINNED, car.reference)
    customer.follow(car.reference, to="urgent").follow(TAKEN_OVER, to="Has the protocol taken over?")
    customer.press("Record that it has taken over", to="urgent").read_nothing_of(TAKEN_OVER)
    customer.follow("Home", to="Waiting for your reply").read_nothing_of(PINNED)
    take_over(site, f"{personas.customer.organisation.name}: the protocol has taken over for {car.reference}")
    other = visit(personas.customer2.user).enter().follow("Log in", to="Log in")
    other.log_in(to="Waiting for your reply").read_nothing_of(car.reference, "Urgent")


def tell(site: Visitor, reference: str) -> None:
    """Step 1 leads there; nothing is sent before the last click."""
    site.follow("CARs", to="CARs").follow(reference, to="Workers paid fees")
    site.follow("Understand this CAR", to="Step 1").choose("Yes", of="Question 1").press(
        "Continue", to="Step 1"
    )
    site.choose("Yes", of="Question 2").press("Continue", to="Step 1").read("Act now: tell those")
    site.follow("Choose who is told", to="Tell those who need to know").read("Nobody has been told yet")
    site.choose("Northmarket").press("Tell them now", to=ESCALATION).read("Northmarket", "No answer yet")
    site.follow("Record whom you told otherwise", to="Record whom you told otherwise")
    site.press("Record it", to="Record whom you told otherwise").read_problem(
        "Choose which customer was told."
    )
    site.follow("Cancel", to=ESCALATION)
    site.follow("Home", to="Your next steps").read(PINNED)


def take_over(site: Visitor, subject: str) -> None:
    site.open_mail(subject, "Open the escalation", to=ESCALATION).read("Customer Person")
    site.follow(TAKEN_OVER, to="Has the protocol taken over?")
    site.press("Record that it has taken over", to=ESCALATION).read("The protocol has taken over")
    site.follow("Home", to="Your next steps").read_nothing_of(PINNED)
