"""The third step: a site and its customer agree how often updates come, the first is posted and read, and later
the customer ends what was agreed."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from findings.models import Finding
from findings.services import answer_triage
from tests.actionplans.files import PDF
from tests.browser.conftest import Visit
from tests.browser.scene import SITE, Scene
from tests.browser.visitor import Visitor
from tests.personas import Personas

pytestmark = pytest.mark.browser

OTHER = ("Fairprice", "customer2", "Fair Work Alliance")
PLAN = f"Action plan of {SITE}"
TEXT = "A third of the fees is repaid. The new contract is signed."


def test_updates_are_agreed_posted_with_a_file_and_read(
    visit: Visit, scene: Scene, personas: Personas
) -> None:
    car = scene.raise_car()
    plan = scene.write_plan(car)
    for party in (personas.customer, personas.customer2):
        scene.share(plan, party)
    scene.publish_plan(plan)
    answer_triage(finding_id=car.pk, actor=personas.site.actor, answers={"U": False, "K": True})
    site = visit(personas.site.user).enter().follow("Log in", to="Log in").log_in(to="Your next steps")
    propose_to_both(site, car)
    customer = visit(personas.customer.user, width=360, never_reads=OTHER)
    accept(customer, car)
    post_with_a_file(site, car)
    read(customer, car)
    end(customer, personas.customer.organisation.name, site, car)
    take_a_name_out_of_the_record(site, car)


def propose_to_both(site: Visitor, car: Finding) -> None:
    site.follow("CARs", to="CARs").follow(car.reference, to="Workers paid fees")
    site.follow("Propose how often updates come", to="How often do you post an update?")
    site.fill("First update on", "2020-01-01").press("Send the proposal", to="How often")
    site.read_problem("The first update has to be on a day after today.")
    soon = timezone.localdate() + timedelta(days=10)
    site.fill("First update on", soon.isoformat()).press("Send the proposal", to="Action plan")
    site.read_message("Your proposal was sent.").read("Your proposal waits for an answer")


def accept(customer: Visitor, car: Finding) -> None:
    subject = f"{SITE} proposes how often updates on {car.reference} come"
    customer.open_mail(subject, "See what is agreed", to="Log in").log_in(to=PLAN)
    customer.read(f"{SITE} proposes updates", "An update every 3 months").press("Accept", to=PLAN)
    customer.read_message("Agreed.").read("The next one is agreed for")


def post_with_a_file(site: Visitor, car: Finding) -> None:
    site.follow(car.reference, to="Workers paid fees").read("An update is agreed for")
    site.follow("Post an update", to="Post an update").read("Counts for", "the next one is then due on")
    site.press("Post the update", to="Post an update").read_problem("Say what happened")
    site.fill("What happened", TEXT)
    choose(site, "report.exe", PDF)
    site.press("Post the update", to="Post an update").read_problem("“report.exe”: Files of this kind")
    site.read("Choose the files again", TEXT)
    choose(site, "report.pdf", PDF)
    site.press("Post the update", to="Action plan").read_message("Update posted to").read(TEXT, "report.pdf")


def choose(site: Visitor, name: str, content: bytes) -> None:
    chosen = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    site.page.get_by_label("Files that show it").set_input_files(chosen)  # type: ignore[arg-type]


def read(customer: Visitor, car: Finding) -> None:
    customer.follow("Home", to="Waiting for your reply")
    subject = f"{SITE} posted an update on {car.reference}"
    customer.open_mail(subject, "Read the update", to=PLAN).read(TEXT)
    expect(customer.entries_of("Updates, newest first")).to_contain_text([TEXT])
    assert customer.save("report.pdf").body() == PDF
    customer.follow("Propose other dates", to="How often would you like an update")


def end(customer: Visitor, name: str, site: Visitor, car: Finding) -> None:
    customer.follow("Cancel", to=PLAN).follow("End the agreement", to="End the agreement on updates with")
    customer.press("End the agreement", to=PLAN).read_message("The agreement is ended.")
    customer.read(
        "Your organisation ended what was agreed", "No dates are agreed until the two sides agree anew."
    )
    subject = f"{name} ended the agreement on updates for {car.reference}"
    site.open_mail(subject, "See the updates", to=f"Shared with {name}").read(f"{name} ended what was agreed")


def take_a_name_out_of_the_record(site: Visitor, car: Finding) -> None:
    site.follow(car.reference, to="Workers paid fees")
    site.follow("Remove a name from this record", to="Remove a name from the record")
    site.press("Remove the name", to="Remove a name").read_problem("Choose the entry that names somebody.")
    site.choose("Raised by audit", of="Entry").fill("Reason", "Named by mistake.")
    site.press("Remove the name", to="Workers paid fees").read_message("The entry names nobody any more.")
    site.read("Name removed", "Reason: Named by mistake.")
