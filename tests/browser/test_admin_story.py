"""The managers' stories: the operator's brings a supplier in, the supplier's says who may see what."""

import pytest
from playwright.sync_api import expect

from carportal.core.actor import Role
from stakeholders.models import Organisation
from tests.browser.conftest import Visit
from tests.browser.scene import FEES, SITE, Scene
from tests.browser.visitor import Visitor
from tests.factories import PASSWORD, make_customer, make_member
from tests.personas import Personas

pytestmark = pytest.mark.browser

GROWERS = "Riverside Growers"
INVITED = f"You are invited to act for {GROWERS}"
ACCEPT = "Accept the invitation"


def test_operator_brings_in_a_supplier_whose_manager_looks_after_its_people(
    visit: Visit, personas: Personas
) -> None:
    admin = visit(personas.admin.user)
    admin.enter().follow("Log in", to="Log in").log_in(to="CARs under way")
    add_organisation(admin)
    add_site(admin)
    invite(admin, "maria@example.org", "Manager")
    maria = visit("maria@example.org")
    join(maria, "Maria Silva")
    an_invitation_is_good_once(visit("maria@example.org"))
    maria.follow("Organisation", to=GROWERS)
    invite(maria, "tomas@example.org", "Viewer")
    tomas = visit("tomas@example.org", width=360)
    join(tomas, "Tomás Reyes")
    a_role_changes(maria, tomas)
    a_person_leaves(maria, tomas)


def add_organisation(admin: Visitor) -> None:
    page = "Add an organisation"
    admin.follow("Organisations", to="Organisations").follow(page, to=page)
    admin.select("Supplier", of="Kind of organisation").fill("Name", GROWERS).fill("Reference", "Riverside")
    admin.press("Add the organisation", to=page).read_problem("ZC")
    expect(admin.page.get_by_label("Name", exact=True)).to_have_value(GROWERS)
    admin.fill("Reference", "zc 7000001").press("Add the organisation", to=GROWERS)
    admin.read_message("The organisation has been added.").read("ZC7000001")


def add_site(admin: Visitor) -> None:
    admin.follow("Add a site", to=f"Add a site of {GROWERS}")
    admin.fill("Site reference", "ZS7000001").fill("Site name", "Riverside Packhouse")
    admin.select("Portugal", of="Country").select("Europe/Lisbon", of="Time zone")
    admin.press("Add the site", to="Riverside Packhouse").read_message("The site has been added.")
    admin.follow("Open Supplier", to=GROWERS)


def invite(manager: Visitor, email: str, role: str) -> None:
    page = f"Invite a person to {GROWERS}"
    manager.follow("Invite a person", to=page).fill("E-mail address", email)
    manager.press("Send the invitation", to=page).read_problem("Choose a role.")
    manager.choose(role, of="Role").press("Send the invitation", to=GROWERS)
    manager.read_message(f"The invitation to {email} is on its way.")


def join(newcomer: Visitor, name: str) -> None:
    page = f"Join {GROWERS}"
    newcomer.open_mail(INVITED, ACCEPT, to=page)
    newcomer.fill("Your name", name).fill("Choose a password", "short")
    newcomer.press("Make the account and join", to=page).read_problem("at least 10 characters")
    expect(newcomer.page.get_by_label("Your name")).to_have_value(name)
    newcomer.fill("Choose a password", PASSWORD).press("Make the account and join", to="Your next steps")
    newcomer.read_message(f"Welcome. You now act for {GROWERS}.")


def an_invitation_is_good_once(stranger: Visitor) -> None:
    stranger.open_mail(INVITED, ACCEPT, to="This invitation no longer works").read("It has been used.")


def a_role_changes(maria: Visitor, tomas: Visitor) -> None:
    """It holds from the next click on."""
    tomas.follow("Organisation", to=GROWERS).read_nothing_of("Invite a person")
    maria.follow("Organisation", to=GROWERS)
    maria.follow("Change role of Tomás Reyes", to="Change the role of Tomás Reyes")
    maria.choose("Manager", of="Role").press("Change the role", to=GROWERS)
    maria.read("Changed the role of Tomás Reyes from viewer to manager")
    tomas.follow("Organisation", to=GROWERS).read("Invite a person")


def a_person_leaves(maria: Visitor, tomas: Visitor) -> None:
    maria.follow("Remove Tomás Reyes", to=f"Remove Tomás Reyes from {GROWERS}?")
    maria.press("Remove Tomás Reyes", to=GROWERS).read_message(f"Tomás Reyes no longer acts for {GROWERS}.")
    tomas.follow("Invite a person", to="Page not found")
    tomas.follow("Go to the home page", to="You do not act for an organisation yet")
    tomas.enter()
    expect(tomas.heading).to_have_text("You do not act for an organisation yet")


def test_supplier_says_what_a_customer_sees_from_its_next_click_on(
    visit: Visit, scene: Scene, personas: Personas
) -> None:
    car = scene.raise_car()
    scene.publish_plan(scene.write_plan(car))
    buyer = make_customer("Ocean Retail")
    person = make_member(buyer, Role.VIEWER).user
    customer = visit(person, never_reads=("Northmarket", "Fairprice"))
    customer.enter().follow("Log in", to="Log in").log_in(to="Waiting for your reply")
    customer.follow("CARs", to="CARs").read("No CARs yet")
    manager = visit(personas.site_manager.user)
    manager.enter().follow("Log in", to="Log in").log_in(to="Your next steps")
    add_customer(manager, buyer)
    customer.reload(to="CARs").follow(car.reference, to=FEES).read_nothing_of("Read the published plan")
    let_it_read_plans(manager)
    customer.reload(to=FEES).follow("Read the published plan", to="Action plan")
    customer.read("Repay the fees over twelve months.")
    end_relationship(manager)
    customer.reload(to="Page not found").follow("CARs", to="CARs").read("No CARs yet")


def add_customer(manager: Visitor, buyer: Organisation) -> None:
    page = f"Add a customer of {SITE}"
    manager.follow("Sites", to="Sites").follow(SITE, to=SITE).follow("Add a customer", to=page)
    manager.fill("The customer’s reference", "ZC9999999").press("Add the customer", to=page)
    manager.read_problem("No customer has this reference.")
    manager.fill("The customer’s reference", buyer.reference).choose("The list of CARs")
    manager.press("Add the customer", to=SITE).read_message("Ocean Retail is now a customer of this site.")
    expect(manager.row("Ocean Retail")).to_contain_text("The list of CARs")


def let_it_read_plans(manager: Visitor) -> None:
    page = f"Change what Ocean Retail sees of {SITE}"
    manager.follow("Change what Ocean Retail sees", to=page)
    manager.choose("CARs and published plans").press("Save", to=SITE)
    manager.read_message("What Ocean Retail sees has been changed.")


def end_relationship(manager: Visitor) -> None:
    page = f"Does Ocean Retail no longer buy from {SITE}?"
    manager.follow("End the relationship with Ocean Retail", to=page)
    manager.press("End the relationship", to=SITE).read("Former customers")
    expect(manager.row("Ocean Retail")).to_have_count(0)
