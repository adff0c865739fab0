"""The story of a spreadsheet: refused, corrected, imported, its audits published at once, its contact invited."""

import pytest
from playwright.sync_api import expect

from findings.models import Finding
from stakeholders.models import Organisation
from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor
from tests.findings.spreadsheets import clean, csv_of, row, xlsx_of
from tests.personas import Personas

pytestmark = pytest.mark.browser

CONTACT = "ana@ribera.example"
CHECK, PUBLISH = "Check what importing will do", "Check what publishing will do"
ROWS = [
    row(audit_reference="ZAA700001", audit_date="2025-03-04", contact=CONTACT),
    row(audit_reference="ZAA700002", audit_date="2026-03-05"),
    clean(audit_reference="ZAA700003", site_reference="ZS7000002", site_name="Ribera Farm"),
]


def test_compliance_staff_import_audits_and_publish_them_at_once(visit: Visit, personas: Personas) -> None:
    staff = visit(personas.compliance.user)
    staff.enter().follow("Log in", to="Log in").log_in(to="CARs under way")
    staff.follow("Audits", to="Audits").follow("Import audits", to="Import audits from a spreadsheet")
    staff.press("Check the file", to="Import audits").read_problem("Choose the spreadsheet.")
    upload(staff, "wrong.csv", csv_of([*ROWS, row(country="Nowhere")]))
    expect(staff.heading).to_contain_text("This file cannot be imported as it is")
    staff.read("Row 5", "E: Country", "Nowhere", "No country has this name or code.").look()
    staff.follow("Upload it again", to="Import audits")
    upload(staff, "audits.xlsx", xlsx_of(ROWS))
    expect(staff.heading).to_contain_text(CHECK)
    staff.read("This records 3 audits with 2 findings", "prepares 1 invitation").look()
    staff.page.get_by_role("button", name="Import all of it").click()
    expect(staff.heading).to_contain_text("Imported")
    staff.look()
    publish_all(staff)
    invite_the_contact(staff)


def test_page_asks_again_how_far_it_is_without_scripts(visit: Visit, personas: Personas) -> None:
    staff = visit(personas.compliance.user, width=360, java_script=False)
    staff.enter().follow("Log in", to="Log in").log_in(to="CARs under way")
    staff.follow("Import audits", to="Import audits from a spreadsheet")
    upload(staff, "audits.xlsx", xlsx_of(ROWS))
    expect(staff.heading).to_contain_text(CHECK)
    staff.look()


def upload(staff: Visitor, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    staff.page.get_by_label("Spreadsheet").set_input_files(file)  # type: ignore[arg-type]
    staff.page.get_by_role("button", name="Check the file").click()


def publish_all(staff: Visitor) -> None:
    staff.follow("Choose the audits to publish", to="Choose the audits to publish")
    staff.press("See what publishing will do", to=PUBLISH)
    staff.read("This publishes 3 audits", "2 raised, 1 superseded, 0 closed", "The new CAR 5A.B Wages")
    staff.press("Publish 3 audits", to="Audits").read_message("3 audits have been published.")
    assert sorted(Finding.objects.values_list("status", flat=True)) == ["open", "superseded"]


def invite_the_contact(staff: Visitor) -> None:
    staff.follow("Organisations", to="Organisations")
    staff.follow("1 invitation is prepared and not sent yet", to="Prepared invitations").read(CONTACT)
    staff.press("Send these invitations", to="Organisations").read_message("1 invitation is on its way.")
    supplier = Organisation.objects.get(reference="ZC7000001")
    assert not supplier.invitations.get().is_prepared
