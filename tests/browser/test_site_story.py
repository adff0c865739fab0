"""The supplier's story: from the mail that a CAR was raised to the plan that is published and taken to Sedex."""

from datetime import date
from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from actionplans.models import PlanShare, ReplyKind
from findings.models import Finding
from tests.browser.conftest import Visit
from tests.browser.scene import FEES, SITE, Scene
from tests.browser.visitor import Visitor
from tests.live import LivePortal
from tests.personas import Personas

pytestmark = pytest.mark.browser

CAUSE = "The agency abroad charges workers, because our contract covers only part of its costs."
OTHERS = "The labour provider, and those who buy the seasonal crop."
ACTION = "Repay every fee within twelve months."


def test_site_understands_a_car_and_shares_and_publishes_its_plan(
    visit: Visit, scene: Scene, personas: Personas, live_portal: LivePortal
) -> None:
    car = scene.raise_car()
    site = visit(personas.site.user)
    site.open_mail(f"An audit raised {car.reference} at {SITE}", "Open the CAR", to="Log in")
    site.log_in(to=FEES)
    understand(site)
    write(site, car)
    share(site)
    assert_only_its_party_has_mail(live_portal, personas, car)
    read_the_reply(site, scene, car)
    publish(site, car)
    note_the_upload(site)
    assert_pdf_has_the_plan(site)
    see_what_happened(site)


def understand(site: Visitor) -> None:
    site.read("Collaborative Action Required", "It does not affect your ability to supply", "Open")
    step_1 = "Step 1: understand this CAR"
    site.follow("Understand this CAR", to=step_1)
    site.press("Continue", to=step_1).read_problem("Question 1: choose yes or no.")
    for question, answer in (("Question 1", "No"), ("Question 2", "No"), ("Question 3", "Yes")):
        site.choose(answer, of=question).press("Continue", to=step_1)
    site.read("Send all your customers an outline plan, and schedule a call", "Engage all customers")


def write(site: Visitor, car: Finding) -> None:
    """With a name that is too long on the way, and a page that is left without pressing Save: nothing is lost."""
    page = "Write the action plan"
    site.follow("Write the action plan", to=page)
    expect(site.page.get_by_label("CAR Issue number and Issue title")).to_have_value(FEES)
    expect(site.page.get_by_label("Details of CAR non-compliance")).to_have_value(car.details)
    site.fill("Root cause", CAUSE).fill("Name of Site", "Packhouse " * 70)
    site.press("Save draft", to=page).read_problem("Name of Site has 699 characters; the most is 600.")
    expect(site.page.get_by_label("Root cause")).to_have_value(CAUSE)
    site.fill("Name of Site", SITE).press("Save draft", to=page).read_message("Draft saved.")
    site.fill("Which stakeholders need to be involved", OTHERS)
    expect(site.page.get_by_role("status").last).to_contain_text("Draft saved")
    site.follow("Home", to="Your next steps").follow(car.reference, to=FEES).follow("Edit the plan", to=page)
    expect(site.page.get_by_label("Which stakeholders need to be involved")).to_have_value(OTHERS)
    site.fill("What investigation has the site done", "We read forty contracts.")
    site.fill("Preventative and Corrective Actions", ACTION)


def share(site: Visitor) -> None:
    """With one of the two customers; the other is not even asked anything."""
    site.press("Save and share", to="Who do you want to share the plan with?")
    site.press("Continue", to="Who do you want to share the plan with?").read_problem("Choose at least one")
    site.choose("Northmarket").press("Continue", to="What do you ask of each?")
    site.read_nothing_of("Fairprice Stores")
    site.choose("Yes", of="Confirmation that action proposed").choose("No", of="Schedule a call to discuss")
    site.fill("Note", "Could you answer before the season?")
    site.press("Continue", to="Check before you share")
    site.read("What Northmarket will get", "Could you answer before the season?", ACTION)
    site.press("Share the plan", to="Action plan").read_message("Plan shared with Northmarket.")
    expect(site.row("Northmarket").first).to_contain_text("Reply awaited")


def assert_only_its_party_has_mail(portal: LivePortal, personas: Personas, car: Finding) -> None:
    subject = f"{SITE} shared its action plan for {car.reference} with you"
    for name in ("customer", "customer_viewer"):
        mail = portal.wait_for_mail(to=personas[name].user.email, subject=subject)
        assert "Could you answer before the season?" in mail.text
        assert CAUSE not in mail.text
    assert portal.mails(to=personas.customer2.user.email) == []


def read_the_reply(site: Visitor, scene: Scene, car: Finding) -> None:
    share = PlanShare.objects.get(plan__finding=car)
    scene.answer(share, scene.personas.customer, ReplyKind.CONFIRMED, "We will share the cost.")
    subject = f"Northmarket replied to your action plan for {car.reference}"
    site.open_mail(subject, "Read the reply", to="Shared with Northmarket")
    site.read("Confirmed", "We will share the cost.")


def publish(site: Visitor, car: Finding) -> None:
    site.follow("Home", to="Your next steps")
    site.follow(f"Publish the plan {car.reference}", to="Publish the action plan")
    site.read("The Collaborative Action Required (CAR) finding moves from", CAUSE)
    site.press("Publish the plan", to="Action plan").read_message("Plan published. The CAR is in progress.")
    car = Finding.objects.get(pk=car.pk)
    assert car.status == "in_progress"


def note_the_upload(site: Visitor) -> None:
    site.follow("Note the upload to Sedex", to="When did you upload the plan to Sedex?")
    site.fill("Day of the upload", "2199-01-01")
    site.press("Note the day", to="When did you upload").read_problem("future")
    site.fill("Day of the upload", date.today().isoformat())  # noqa: DTZ011
    site.press("Note the day", to="Action plan").read_message("Day of the upload noted.")


def assert_pdf_has_the_plan(site: Visitor) -> None:
    saved = site.save("PDF of the published plan")
    assert saved.ok
    assert saved.headers["content-type"] == "application/pdf"
    content = saved.body()
    assert content.startswith(b"%PDF-")
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())
    for part in (SITE, FEES, CAUSE, ACTION, "Preventative and Corrective Actions"):
        assert part in text, f"{part!r} is not in the PDF"
    assert "Northmarket" not in text


def see_what_happened(site: Visitor) -> None:
    happened = site.entries_of("What happened, newest first")
    expect(happened).to_contain_text(
        [
            "Noted that the plan was uploaded to Sedex",
            "Published the action plan",
            "Reply of Northmarket: Confirmed",
            "Shared the action plan with Northmarket",
            "Started the action plan",
        ]
    )
    expect(happened.first).to_contain_text("Site Person")
