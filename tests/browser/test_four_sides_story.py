"""A site, two customers and a union that reads by a link, each at its own browser: one plan, and three who never hear
of each other."""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from findings.models import Finding
from findings.services import answer_triage
from tests.actionplans.taking_on import PAY, give_action
from tests.browser.conftest import Visit
from tests.browser.scene import SITE, Scene
from tests.browser.visitor import Visitor
from tests.personas import Persona, Personas

pytestmark = pytest.mark.browser

PLAN = f"Action plan of {SITE}"
FIRST, SECOND, UNION = "Northmarket", "Fairprice Stores", "Harvest Union"
ADDRESS = "hugo@union.example"
LINK = "https://meet.example.org/fees"
ORDER = "Order six months ahead."
SECTION = "Preventative and Corrective Actions"
NEWER = "Repay the fees over six months."

NOTES = {
    FIRST: "Please look at the costs.",
    SECOND: "Can we speak before the season?",
    UNION: "Please tell us what members say.",
}
WISH = "Twelve months is too long."
QUESTION = "Who pays the agency from now on?"
ANSWER = "We do, as of the first of June."
GLAD = "We are glad of this plan."
MEMBERS = "Our members agree with it."

# What is said to one of them, and by it, is on nobody else's pages and in nobody else's mail.
WORDS = {
    FIRST: (NOTES[FIRST], PAY, WISH, QUESTION, ANSWER),
    SECOND: (NOTES[SECOND], ORDER, GLAD),
    UNION: (NOTES[UNION], MEMBERS, UNION, ADDRESS, "Hugo"),
}
# How often the plan was sent to anybody; a party is told dates alone.
NUMBERS = ("Version 1", "Version 2", "Version 3")


class Sides(NamedTuple):
    site: Visitor
    first: Visitor
    second: Visitor
    union: Visitor


def test_site_two_customers_and_a_guest_work_on_one_plan_side_by_side(
    visit: Visit, scene: Scene, personas: Personas
) -> None:
    car = outline(scene)
    sides = at_their_browsers(visit, personas)
    day = timezone.localtime() + timedelta(days=9)
    sides.site.enter().follow("Log in", to="Log in").log_in(to="Your next steps")
    share_with_all_and_propose_a_call(sides.site, car, day)
    ask_for_changes_and_take_an_action_on(sides.first, car)
    confirm_and_pick_a_time(sides.second, car, day)
    open_the_link_and_reply(sides.union, car)
    look_again(sides.first, sides.second, sides.union)
    sides.first.read("Which time suits you?")
    sides.union.read_nothing_of("Which time suits you?")

    talk_about_a_section(sides, car, personas)
    begin_a_reply(sides.union)
    share_the_newer_version(sides.site, car)
    send_the_reply_again(sides.union)
    confirm_the_newer_version(sides.first, car)
    confirm_the_newer_version(sides.second, car)
    hear_that_all_have_confirmed(sides.site, car)

    stop_sharing_with_the_second(sides, car)
    look_around(sides.first, car)
    look_again(sides.union)
    for party in sides[1:]:
        party.look_through_mail()


def outline(scene: Scene) -> Finding:
    """Step 1 is answered, and the plan names each customer for an action that is for it alone."""
    car = scene.raise_car()
    plan = scene.write_plan(car)
    site = scene.personas.site.actor
    answer_triage(finding_id=car.pk, actor=site, answers={"U": False, "K": False, "E": True})
    give_action(plan, site, scene.personas.customer.organisation)
    give_action(plan, site, scene.personas.customer2.organisation, ORDER)
    return car


def at_their_browsers(visit: Visit, personas: Personas) -> Sides:
    first, second = personas.customer, personas.customer2
    of_first, of_second = (*WORDS[FIRST], *told_by(first)), (*WORDS[SECOND], *told_by(second))
    return Sides(
        site=visit(personas.site.user),
        first=visit(first.user, never_reads=(*of_second, *WORDS[UNION], *NUMBERS)),
        second=visit(second.user, never_reads=(*of_first, *WORDS[UNION], *NUMBERS), width=360),
        union=visit(ADDRESS, never_reads=(*of_first, *of_second, *NUMBERS, LINK), width=360),
    )


def told_by(customer: Persona) -> tuple[str, ...]:
    """All that names it, also where a page would say it to a machine alone."""
    organisation, user = customer.organisation, customer.user
    return organisation.name, organisation.reference, str(organisation.pk), user.name, user.email


def look_again(*parties: Visitor) -> None:
    """After what the others did; that it says nothing of them, each look makes sure."""
    for party in parties:
        party.reload(to=PLAN)


def look_around(customer: Visitor, car: Finding) -> None:
    """Where lists and figures would tell of others, too."""
    customer.follow("Home", to="Waiting for your reply").read("Nothing waits for your reply")
    customer.follow("CARs", to="CARs").follow(car.reference, to="Workers paid fees")
    customer.follow("The plan that the site shared with you", to=PLAN)


# --- Sharing -------------------------------------------------------------------------------------------


def share_with_all_and_propose_a_call(site: Visitor, car: Finding, day: datetime) -> None:
    """Each with asks of its own, in one act; times go to those alone who are asked for a call."""
    whom = "Who do you want to share the plan with?"
    site.follow(f"Share the plan {car.reference}", to=whom).follow("Add a party", to="Add a party")
    site.fill("Name of the organisation", UNION).select("Trade union", of="Kind")
    site.fill("Contact person", "Hugo").fill("E-mail address of that person", ADDRESS)
    site.press("Add the party", to=whom).choose(FIRST).choose(SECOND)
    site.press("Continue", to="What do you ask of each?")
    for party, note in NOTES.items():
        site.choose("Yes", of="Confirmation that action proposed", within=party)
        site.fill("Note", note, within=party)
    site.choose("Yes", of="Schedule a call to discuss", within=FIRST)
    site.choose("Yes", of="Schedule a call to agree next steps", within=SECOND)
    site.fill("Day and time", f"{day:%Y-%m-%d}T15:00").fill("Link or phone number", LINK)
    another = site.page.get_by_label("Another day and time, if you wish").first
    another.fill(f"{day + timedelta(days=1):%Y-%m-%d}T09:30")
    site.press("Continue", to="Check before you share")
    for party, its_note in NOTES.items():
        gets = site.page.get_by_role("region", name=f"What {party} will get")
        expect(gets).to_contain_text(its_note)
        expect(gets.get_by_text("You propose a call")).to_have_count(0 if party == UNION else 1)
    site.press("Share the plan", to="Action plan")
    site.read_message(f"Plan shared with {SECOND}, {UNION} and {FIRST}.")


def share_the_newer_version(site: Visitor, car: Finding) -> None:
    """The wish for changes is what the site is to look at next."""
    site.follow("Home", to="Your next steps").follow(
        f"Edit the plan {car.reference}", to="Write the action plan"
    )
    site.fill(SECTION, NEWER).press("Save and share", to="Who do you want to share the plan with?")
    site.choose(FIRST).choose(SECOND).choose(UNION).press("Continue", to="What do you ask of each?")
    site.press("Continue", to="Check before you share").read(NEWER)
    site.press("Share the plan", to="Action plan")


def stop_sharing_with_the_second(sides: Sides, car: Finding) -> None:
    """Its page is open at that moment; nothing on it leads anywhere any more."""
    site, second = sides.site, sides.second
    site.follow("See the plan and where it stands", to="Action plan")
    shares = site.page.get_by_role("table", name="Shared with")
    site.go(shares.get_by_role("link", name=SECOND).click, to=f"Shared with {SECOND}")
    site.follow("Stop sharing", to="Stop sharing the plan")
    site.press("Stop sharing", to="Action plan").read_message(f"no longer shared with {SECOND}")
    second.read(NEWER).press("Send the reply", to="Page not found")
    second.follow("Home", to="Waiting for your reply").read_nothing_of(car.reference)


# --- Replying ------------------------------------------------------------------------------------------


def open_the_plan(customer: Visitor, car: Finding) -> None:
    subject = f"{SITE} shared its action plan for {car.reference} with you"
    customer.open_mail(subject, "Read the plan and reply", to="Log in").log_in(to=PLAN)


def ask_for_changes_and_take_an_action_on(first: Visitor, car: Finding) -> None:
    open_the_plan(first, car)
    first.read(NOTES[FIRST], "Your actions").press(f"Accept {PAY}", to=PLAN)
    first.read_message("You accepted the action.")
    first.choose("We ask for changes").select(SECTION, of="What your comment is about")
    first.fill("Comment", WISH).press("Send the reply", to=PLAN)
    first.read_message("Changes requested").read(f"About: {SECTION}")


def confirm_and_pick_a_time(second: Visitor, car: Finding, day: datetime) -> None:
    open_the_plan(second, car)
    second.read(NOTES[SECOND]).choose("We confirm").fill("Comment", GLAD)
    second.press("Send the reply", to=PLAN).read_message("Confirmed")
    second.choose(f"{day:%A}", of="Which time suits you?").press("Agree to this time", to=PLAN)
    second.read("A call is agreed", LINK).save("Save it for your calendar (.ics)")


def open_the_link_and_reply(union: Visitor, car: Finding) -> None:
    subject = f"{SITE} shared its action plan for {car.reference} with you"
    union.open_mail(subject, "Read the plan", to="Read a plan that was shared with you")
    union.press("Send me the code", to="Enter the code").fill("The code from the e-mail", union.read_code())
    union.press("Open the plan", to=PLAN).read("You are here as a guest", NOTES[UNION])
    union.choose("We have received the plan").press("Send the reply", to=PLAN).read_message("Acknowledged")


def begin_a_reply(union: Visitor) -> None:
    union.choose("We confirm").fill("Comment", MEMBERS)


def send_the_reply_again(union: Visitor) -> None:
    """It was written about the version before: refused, with the newer one on the page and nothing of it lost."""
    union.read_nothing_of(NEWER).press("Send the reply", to=PLAN)
    union.read_problem("The site has brought the plan up to date since you opened this page").read(NEWER)
    expect(union.page.get_by_label("Comment", exact=True)).to_have_value(MEMBERS)
    expect(union.page.get_by_label(re.compile("^We confirm"))).to_be_checked()
    union.press("Send the reply", to=PLAN).read_message("Confirmed")


def confirm_the_newer_version(customer: Visitor, car: Finding) -> None:
    subject = f"{SITE} brought its action plan for {car.reference} up to date"
    customer.open_mail(subject, "Read the plan and reply", to=PLAN)
    customer.follow("What changed since the version you last answered", to="What changed")
    customer.read("1 part changed").follow("Action plan", to=PLAN)
    customer.choose("We confirm").press("Send the reply", to=PLAN).read_message("Confirmed").read(NEWER)


def hear_that_all_have_confirmed(site: Visitor, car: Finding) -> None:
    site.open_mail(
        f"{SECOND} replied to your action plan for {car.reference}",
        "Read the reply",
        to=f"Shared with {SECOND}",
        saying="Everyone whom you asked has confirmed it now.",
    )
    site.follow("Home", to="Your next steps")
    expect(
        site.row(car.reference).get_by_role("link", name=f"Publish the plan {car.reference}")
    ).to_be_visible()
    site.follow(car.reference, to="Workers paid fees").read("Everyone whom you asked has confirmed it.")


# --- Talking -------------------------------------------------------------------------------------------


def talk_about_a_section(sides: Sides, car: Finding, personas: Personas) -> None:
    """The first customer asks, the site answers; how much is said in a thread, nobody outside it can tell."""
    site, first, supplier = sides.site, sides.first, personas.site.organisation.name
    first.follow("Write a comment", to="Write a comment").select(SECTION, of="About")
    first.fill("Comment", QUESTION).press("Send the comment", to=PLAN)
    site.open_mail(
        f"{FIRST} commented on the plan for {car.reference}", "Read the comment", to=f"Shared with {FIRST}"
    )
    site.read(QUESTION).follow(re.compile("^Answer"), to="Answer a comment")
    site.fill("Comment", ANSWER).press("Send the answer", to=f"Shared with {FIRST}")
    subject = f"{supplier} answered a comment on the plan for {car.reference}"
    first.open_mail(subject, "Read the comment", to=PLAN).read(ANSWER, "1 comment is open.")
    look_again(sides.second, sides.union)
    sides.second.read_nothing_of("comment is open")
    sides.union.read("Nobody has written a comment.")
