"""A site and its customer talk about one section of the plan, until it is settled; what each notes stays its own."""

import re

import pytest
from playwright.sync_api import expect

from findings.models import Finding
from tests.browser.conftest import Visit
from tests.browser.scene import SITE, Scene
from tests.browser.visitor import Visitor
from tests.personas import Personas

pytestmark = pytest.mark.browser

OTHER = ("Fairprice", "customer2", "Fair Work Alliance")
PLAN = f"Action plan of {SITE}"
QUESTION = "Could you pay a third of it?"
ANSWER = "Our board decides in June."
NOTE = "A quarter at most."


def test_section_of_a_plan_is_talked_about_and_settled(
    visit: Visit, scene: Scene, personas: Personas
) -> None:
    car = scene.raise_car()
    plan = scene.write_plan(car)
    for party in (personas.customer, personas.customer2):
        scene.share(plan, party)
    site = visit(personas.site.user).enter().follow("Log in", to="Log in").log_in(to="Your next steps")
    customer = visit(personas.customer.user, width=360, never_reads=(*OTHER, "site_manager"))
    name, supplier = personas.customer.organisation.name, personas.site.organisation.name
    ask(site, car, name)
    answer(customer, f"{supplier} commented on the plan for {car.reference}")
    settle(site, f"{name} answered a comment on the plan for {car.reference}", name)
    mention(site, personas.customer.user.name, name)
    customer.open_mail(
        f"{supplier} mentions you in a comment on the plan for {car.reference}", "Read the comment", to=PLAN
    )
    customer.read("Resolved on", "1 comment is open.", f"mentions {personas.customer.user.name}")


def ask(site: Visitor, car: Finding, name: str) -> None:
    site.follow("CARs", to="CARs").follow(car.reference, to="Workers paid fees")
    site.go(lambda: site.page.goto(f"/cars/{car.pk}/plan/"), to="Action plan")
    site.follow(name, to=f"Shared with {name}").follow("Write a comment", to="Write a comment")
    site.press("Send the comment", to="Write a comment").read_problem("Write your comment.")
    site.select("Preventative and Corrective Actions", of="About").fill("Comment", QUESTION)
    site.press("Send the comment", to=f"Shared with {name}").read_message("Your comment was sent.")
    site.read("1 open comment", QUESTION, "about the newest version")


def answer(customer: Visitor, subject: str) -> None:
    customer.open_mail(subject, "Read the comment", to="Log in").log_in(to=PLAN).read(QUESTION)
    customer.follow("Write a private note", to="Write a private note").fill("Private note", NOTE)
    customer.press("Keep the note", to=PLAN).read_message("The note is kept.").read(NOTE)
    customer.follow(re.compile("^Answer"), to="Answer a comment").read(QUESTION)
    customer.fill("Comment", ANSWER).press("Send the answer", to=PLAN).read(ANSWER)
    customer.follow(re.compile("^Change your comment"), to="Change your comment")
    customer.fill("Comment", f"{ANSWER} Not before.").press("Save the change", to=PLAN).read("Not before.")


def settle(site: Visitor, subject: str, name: str) -> None:
    """The thread alone is taken out of the page, and the count beside the section with it."""
    site.open_mail(subject, "Read the comment", to=f"Shared with {name}")
    site.read(ANSWER, "changed").read_nothing_of(NOTE, "private note")
    site.page.get_by_role("button", name=re.compile("^Mark as resolved")).click()
    expect(site.page.get_by_role("button", name=re.compile("^Open again"))).to_be_focused()
    site.read("All comments are resolved.").read_nothing_of("1 open comment")
    site.look()


def mention(site: Visitor, person: str, name: str) -> None:
    site.follow("Write a comment", to="Write a comment").fill("Comment", "Thank you.")
    site.choose(person, of="Mention").press("Send the comment", to=f"Shared with {name}")
    site.read(f"mentions {person}")
