"""The auditor's story: three periodic audits of a site, and what each of them does to the CARs of the one before."""

import re

import pytest
from playwright.sync_api import expect

from findings.models import Finding
from tests.browser.conftest import Visit
from tests.browser.scene import FEES, SITE, WAGES, Scene
from tests.browser.visitor import Visitor
from tests.live import LivePortal
from tests.personas import Personas

pytestmark = pytest.mark.browser

# An auditor never sees who buys from a site, nor a word of its plan.
NOT_FOR_AUDITORS = ("Northmarket", "Fairprice", "Repay the fees", "Published the action plan")
PREVIEW = "Check what publishing will do"


def test_auditor_records_and_publishes_three_audits_of_a_site(
    visit: Visit, scene: Scene, personas: Personas, live_portal: LivePortal
) -> None:
    auditor = visit(personas.auditor.user, never_reads=NOT_FOR_AUDITORS)
    auditor.enter().follow("Log in", to="Log in").log_in(to="Your audits")
    record_with_a_mistake(auditor, scene)
    add_findings(auditor)
    correct_mistakes(auditor)
    fees, wages = publish_the_first(auditor)
    for car in (fees, wages):
        live_portal.wait_for_mail(to=personas.site.user.email, subject=f"An audit raised {car.reference}")
    scene.publish_plan(scene.write_plan(fees))
    publish_the_second(auditor, scene, fees, wages)
    follow_the_chain(auditor, fees)
    publish_a_clean_one(auditor, scene)


def record_with_a_mistake(auditor: Visitor, scene: Scene) -> None:
    page = "Record an audit"
    auditor.follow("Record an audit", to=page)
    fill_in(auditor, scene, "ZAA500001", "2024-03-05")
    auditor.press("Record the audit", to=page).read_problem("Choose the type of audit.")
    auditor.read_problem("Choose the areas that the audit assessed.")
    expect(auditor.page.get_by_label("Audit reference", exact=True)).to_have_value("ZAA500001")
    auditor.choose("Periodic", of="Type of audit").press("Four pillars", to=page)
    expect(auditor.page.get_by_label("10C Business ethics")).to_be_checked()
    auditor.press("Record the audit", to=SITE).read_message("The audit has been recorded.")


def fill_in(auditor: Visitor, scene: Scene, reference: str, on: str) -> None:
    auditor.fill("Site reference", scene.site.reference.lower())
    auditor.fill("Audit reference", reference).fill("Date of the audit", on)


def record(auditor: Visitor, scene: Scene, reference: str, on: str) -> None:
    auditor.follow("Home", to="Your audits").follow("Record an audit", to="Record an audit")
    fill_in(auditor, scene, reference, on)
    auditor.choose("Periodic", of="Type of audit").press("Four pillars", to="Record an audit")
    auditor.press("Record the audit", to=SITE)


def add_car(auditor: Visitor, car: str, button: str, *, to: str) -> None:
    code, _, title = car.partition(" ")
    auditor.fill("Code of the Workplace Requirement (WR)", code).fill("Issue title", title)
    auditor.fill("Details", f"What was seen on {code}.").press(button, to=to)


def add_other(auditor: Visitor, kind: str, code: str, button: str, *, to: str) -> None:
    auditor.choose(kind, of="Kind of finding")
    auditor.fill("Code of the Workplace Requirement (WR)", code).press(button, to=to)


def add_findings(auditor: Visitor) -> None:
    auditor.follow("Add a finding", to="Add a finding")
    another = "Add it, then another"
    auditor.press(another, to="Add a finding").read_problem("Enter the code, such as 5A.B.")
    add_car(auditor, FEES, another, to="Add a finding")
    auditor.read_message("CAR 1A.B has been added.")
    add_car(auditor, "5A.A Wages do not reach a living standard", another, to="Add a finding")
    add_other(auditor, "Non-compliance", "3.C", another, to="Add a finding")
    add_other(auditor, "Observation", "9.A", "Add the finding", to=SITE)
    auditor.read(FEES, "5A.A Wages do not reach a living standard", "3.C", "9.A")


def correct_mistakes(auditor: Visitor) -> None:
    auditor.follow(re.compile("^Change 5A.A"), to="Change CAR 5A.A")
    auditor.fill("Issue title", WAGES.removeprefix("5A.A ")).press("Save", to=SITE)
    auditor.read_message("CAR 5A.A has been saved.").read(WAGES)
    auditor.follow("Remove Observation 9.A", to="Remove Observation 9.A?")
    auditor.press("Remove it", to=SITE).read_message("Observation 9.A has been removed.")


def publish_the_first(auditor: Visitor) -> tuple[Finding, Finding]:
    auditor.follow("See what publishing will do", to=PREVIEW)
    auditor.read("This raises 2 CARs.", "Publishing cannot be undone.")
    assert not Finding.objects.exists()
    auditor.press("Publish the audit", to=SITE).read_message("The audit has been published.")
    fees, wages = Finding.objects.get(raw_code="1A.B"), Finding.objects.get(raw_code="5A.A")
    auditor.read(fees.reference, wages.reference, "Other findings", "3.C")
    return fees, wages


def publish_the_second(auditor: Visitor, scene: Scene, fees: Finding, wages: Finding) -> None:
    """One CAR is raised again, nothing was found where the other was."""
    record(auditor, scene, "ZAA500002", "2025-03-04")
    auditor.follow("Add a finding", to="Add a finding")
    add_car(auditor, FEES, "Add the finding", to=SITE)
    auditor.follow("See what publishing will do", to=PREVIEW)
    auditor.read("This raises 1 CAR, supersedes 1 and closes 1.")
    auditor.read(f"{fees.reference} {FEES}", "This audit has a CAR on 1A.B again.")
    auditor.read(f"{wages.reference} {WAGES}", "This audit assessed 5A.A and found nothing on it.")
    auditor.press("Publish the audit", to=SITE).read("CARs that this audit ended")
    ended = auditor.main.get_by_role("listitem")
    expect(ended.filter(has_text=fees.reference).first).to_contain_text("Superseded")
    expect(ended.filter(has_text=wages.reference).first).to_contain_text("Closed")


def follow_the_chain(auditor: Visitor, fees: Finding) -> None:
    again = Finding.objects.exclude(pk=fees.pk).get(raw_code="1A.B")
    auditor.follow(fees.reference, to=FEES).read("This CAR has ended")
    expect(auditor.entries_of("Across audits")).to_contain_text(
        [
            f"This CAR: {fees.reference} raised by audit ZAA500001 (periodic)",
            f"{again.reference} raised by audit ZAA500002 (periodic)",
        ]
    )
    auditor.follow(again.reference, to=FEES)
    auditor.read("audits do not judge it and it is not shown to you").read_nothing_of("Action plan", "Step 1")


def publish_a_clean_one(auditor: Visitor, scene: Scene) -> None:
    record(auditor, scene, "ZAA500003", "2026-03-03")
    auditor.read("No findings yet", "a clean audit is a good audit")
    auditor.follow("See what publishing will do", to=PREVIEW).read("This raises no new CAR and closes 1.")
    auditor.press("Publish the audit", to=SITE).read("A clean audit: nothing was found.")
    assert not Finding.objects.under_way().exists()
    auditor.follow("Audits", to="Audits").read("ZAA500001", "ZAA500002", "ZAA500003")
    auditor.follow("CARs", to="CARs").read("No CAR is under way")
