"""The story of a guest at a phone: from the link in a mail by a code to the plan, a reply, and an account."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.scene import SITE, Scene
from tests.browser.visitor import Visitor
from tests.factories import PASSWORD
from tests.personas import Personas

pytestmark = pytest.mark.browser

PLAN = f"Action plan of {SITE}"
ADDRESS = "hugo@union.example"
# The site's customer, who has the plan too, and what it said.
NOT_SHARED = ("Northmarket", "We would rather wait")


def test_union_without_an_account_reads_replies_and_makes_one(
    visit: Visit, scene: Scene, personas: Personas
) -> None:
    car = scene.raise_car()
    scene.share(scene.write_plan(car), personas.customer)
    site = visit(personas.site.user)
    whom = "Who do you want to share the plan with?"
    site.go(lambda: site.page.goto(f"/cars/{car.pk}/plan/share/"), to="Log in").log_in(to=whom)
    share_with_the_union(site)

    guest = visit(ADDRESS, never_reads=NOT_SHARED, width=360)
    subject = f"{SITE} shared its action plan for {car.reference} with you"
    guest.open_mail(subject, "Read the plan", to="Read a plan that was shared with you")
    guest.read("h…@union.example").press("Send me the code", to="Enter the code")
    enter_the_code(guest)
    guest.read("You read this one plan for Harvest Union", "Repay the fees over twelve months.")
    guest.choose("We have received the plan").press("Send the reply", to=PLAN)
    guest.read_message(f"Your reply was sent to {SITE}: Acknowledged.")
    guest.follow("Make an account", to="Make an account").fill("Choose a password", PASSWORD)
    guest.press("Make the account", to=PLAN).read("Acknowledged", "Write a comment")

    site.follow("Harvest Union", to="Shared with Harvest Union").read("Acknowledged", "Hugo Harvest")


def share_with_the_union(site: Visitor) -> None:
    site.follow("Add a party", to="Add a party")
    site.fill("Name of the organisation", "Harvest Union").select("Trade union", of="Kind")
    site.fill("Contact person", "Hugo").fill("E-mail address of that person", ADDRESS)
    site.press("Add the party", to="Who do you want to share the plan with?")
    site.read_message("Harvest Union was added. Nothing was sent yet.")
    site.press("Continue", to="What do you ask of each?")
    site.choose("Yes", of="Confirmation that action proposed")
    site.press("Continue", to="Check before you share").read("It reads the plan by a link", ADDRESS)
    site.press("Share the plan", to="Action plan")


def enter_the_code(guest: Visitor) -> None:
    code = guest.read_code()
    guest.fill("The code from the e-mail", "1111 1111").press("Open the plan", to="Enter the code")
    guest.read_problem("This is not the code.")
    guest.fill("The code from the e-mail", code).fill("Your name", "Hugo Harvest")
    guest.press("Open the plan", to=PLAN)
    expect(guest.page).to_have_url(re.compile(r"/shares/[0-9a-f-]+/$"))
