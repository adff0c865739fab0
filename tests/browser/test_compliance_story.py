"""The story of the operator's compliance staff: a call for support, every open CAR, an audit recorded for another."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from actionplans.models import ReplyKind
from findings.models import Finding
from findings.quarters import Quarter
from findings.services import answer_triage, request_support
from tests.browser.conftest import Visit
from tests.browser.scene import FEES, SITE, WAGES, Scene
from tests.browser.visitor import Visitor
from tests.personas import Personas

pytestmark = pytest.mark.browser

DRAFT, REPLY = "Only a draft so far.", "We would rather wait."
FARM, MILL = "Ribera Farm", "Harbour Mill"
HOME = "CARs under way"
LATELY = timezone.localdate() - timedelta(days=30)


def test_compliance_staff_see_every_open_car_and_decide_what_an_audit_left(
    visit: Visit, scene: Scene, personas: Personas
) -> None:
    fees = left_by_an_audit(scene)
    ask_for_support(scene, fees)
    in_progress_elsewhere(scene)
    staff = visit(personas.compliance.user, never_reads=(DRAFT, REPLY))
    answer_the_call(staff, fees)
    find_by_every_filter(staff, fees)
    read_the_dashboard(staff)
    share_a_view(staff, visit(personas.admin.user))
    decide(staff, fees)
    record_for_an_audit_company(staff, scene)


def left_by_an_audit(scene: Scene) -> Finding:
    """A CAR of one audit, and of the next an ordinary finding on its requirement."""
    fees = scene.raise_car(FEES, date(2025, 3, 4))
    scene.audits.hold(date(2026, 3, 3), others=["1A.B"])
    plan = scene.write_plan(fees, {"root_cause": DRAFT, "actions": "Repay."})
    share = scene.share(plan, scene.personas.customer)
    scene.answer(share, scene.personas.customer, ReplyKind.CHANGES_REQUESTED, REPLY)
    return fees


def ask_for_support(scene: Scene, car: Finding) -> None:
    site = scene.personas.site.actor
    answer_triage(finding_id=car.pk, actor=site, answers={"U": False, "K": False, "E": False, "O": False})
    request_support(finding_id=car.pk, actor=site)


def in_progress_elsewhere(scene: Scene) -> None:
    farm = scene.add_site(FARM, "ES")
    car = scene.raise_car(WAGES, LATELY, farm)
    scene.publish_plan(scene.write_plan(car))
    mill = scene.add_site(MILL, "BD", scene.personas.site2.organisation)
    scene.raise_car(WAGES, date(2026, 1, 6), mill)


def answer_the_call(staff: Visitor, fees: Finding) -> None:
    staff.open_mail(f"{SITE} asks for support with {fees.reference}", "Open the CAR", to="Log in")
    staff.log_in(to=FEES).follow("See what step 1 led to", to="Step 1: what it led to")
    staff.read("The site asks for support", "Seek support").read_nothing_of("One customer to begin with")


def find_by_every_filter(staff: Visitor, fees: Finding) -> None:
    staff.follow("Home", to=HOME)
    expect(staff.page.get_by_role("listitem").filter(has_text="In progress").first).to_contain_text("1")
    staff.follow("Open", to="CARs")
    assert_listed(staff, SITE, MILL)
    staff.follow("Clear filters", to="CARs")
    assert_listed(staff, SITE, FARM, MILL)
    narrow(staff, "Area", "5A Living wages are paid")
    assert_listed(staff, FARM, MILL)
    narrow(staff, "Status", "In progress")
    assert_listed(staff, FARM)
    narrow(staff, "Country", "Bangladesh")
    staff.read("No CAR matches these filters").follow("Clear filters", to="CARs")
    narrow(staff, "Country", "Spain")
    assert_listed(staff, FARM)
    staff.follow("Clear filters", to="CARs")
    narrow(staff, "Site", f"{SITE} ({fees.site.reference})")
    assert_listed(staff, SITE)


def narrow(staff: Visitor, name: str, value: str) -> None:
    staff.select(value, of=name).press("Apply filters", to="CARs")
    expect(staff.page.get_by_label(name, exact=True).locator("option:checked")).to_have_text(value)


def assert_listed(staff: Visitor, *sites: str) -> None:
    rows = (
        staff.page.get_by_role("table")
        .get_by_role("row")
        .filter(has_not=staff.page.get_by_role("columnheader"))
    )
    expect(rows).to_have_count(len(sites))
    for site in sites:
        expect(rows.filter(has_text=site)).to_have_count(1)


def read_the_dashboard(staff: Visitor) -> None:
    staff.follow("Home", to=HOME).select("Spain", of="Country").press("Apply filters", to=HOME)
    staff.read("By sector", "Raised and ended", "See this CAR in the list")
    column = staff.page.get_by_role("link", name=f"{Quarter.of(LATELY).in_words}: 1 raised")
    column.focus()
    staff.go(lambda: staff.page.keyboard.press("Enter"), to="CARs")
    assert_listed(staff, FARM)
    expect(staff.page.get_by_text("1 in use")).to_be_visible()
    saved = staff.save("Save as CSV").text()
    assert FARM in saved
    assert MILL not in saved


def share_a_view(staff: Visitor, colleague: Visitor) -> None:
    staff.follow("Home", to=HOME).select("Spain", of="Country").press("Apply filters", to=HOME)
    staff.follow("Save this view", to="Save this view").read("Country: Spain")
    staff.press("Save the view", to="Save this view").read_problem("Give the view a name.")
    staff.fill("Name of the view", "What is under way in Spain")
    staff.choose("Share it with everybody in your organisation").press("Save the view", to=HOME)
    staff.read_message("The view “What is under way in Spain” is saved.")
    colleague.enter().follow("Log in", to="Log in").log_in(to=HOME)
    colleague.follow("What is under way in Spain", to=HOME).follow("See this CAR in the list", to="CARs")
    assert_listed(colleague, FARM)


def decide(staff: Visitor, fees: Finding) -> None:
    staff.follow("Home", to=HOME).read("For you to decide", "something else on the same requirement")
    staff.follow(fees.reference, to=FEES).read("An audit left this CAR for you to decide")
    page = "Decide what an audit left open"
    staff.follow("Decide", to=page).choose("Stays as it is").press("Keep this decision", to=page)
    staff.read_problem("Say why, for the record.")
    staff.fill("Why?", "What the audit found is another matter.").press("Keep this decision", to=FEES)
    staff.read("Decided on what audit").follow("Home", to=HOME).read_nothing_of("For you to decide")


def record_for_an_audit_company(staff: Visitor, scene: Scene) -> None:
    staff.follow("Audits", to="Audits").follow("Record an audit", to="Record an audit")
    farm = scene.site.supplier.sites.get(name=FARM)
    staff.fill("Site reference", farm.reference)
    staff.fill("Audit company’s reference", scene.personas.auditor2.organisation.reference)
    staff.fill("Audit reference", "ZAA600001").fill("Date of the audit", f"{LATELY + timedelta(days=7)}")
    staff.choose("Partial follow-up", of="Type of audit").choose("6 Working hours are not excessive")
    staff.press("Record the audit", to=FARM).read("Second Look Audits")
    staff.follow("Add a finding", to="Add a finding")
    staff.fill("Code of the Workplace Requirement (WR)", "6.B").fill(
        "Issue title", "Hours depend on late orders"
    )
    staff.press("Add the finding", to=FARM)
    staff.follow("See what publishing will do", to="Check what publishing will do")
    staff.read("This raises 1 CAR.", "Only a periodic audit ends earlier CARs")
    staff.press("Publish the audit", to=FARM).read_message("The audit has been published.")
    staff.follow("CARs", to="CARs").read("6.B Hours depend on late orders")
