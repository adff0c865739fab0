"""One import through the real worker and broker: uploaded on the page, checked, written, published."""

import time
from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from carportal.core.audit import verify
from findings import tasks
from findings.models import Audit, AuditImport, ImportStatus
from tests.findings.scene import text_of
from tests.findings.spreadsheets import COMPANY, clean, csv_of, row
from tests.live import LivePortal
from tests.personas import Personas

PATIENCE = 30.0  # seconds


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.05)


def test_file_goes_through_the_worker(live_portal: LivePortal) -> None:
    personas = Personas()
    assert personas.auditor.organisation.name == COMPANY
    client: Client = personas.compliance.client
    rows = [row(), row(finding_type="Observation", requirement="3.C"), clean(audit_reference="ZAA700002")]
    file = SimpleUploadedFile("audits.csv", csv_of(rows), "text/csv")
    response = client.post(reverse("audit_import_upload"), {"file": file})
    uploaded = AuditImport.objects.get()
    assert response["Location"] == reverse("audit_import", args=[uploaded.pk])
    wait_until(lambda: AuditImport.objects.get().status == ImportStatus.CHECKED)
    page = client.get(response["Location"])
    assert "This records 2 audits with 2 findings, adds 1 supplier and adds 1 site." in text_of(page)
    client.post(response["Location"], {"digest": AuditImport.objects.get().digest})
    wait_until(lambda: AuditImport.objects.get().status == ImportStatus.WRITTEN)
    assert Audit.objects.count() == 2
    assert verify().whole


def test_import_that_a_killed_worker_left_is_taken_up_by_the_next(live_portal: LivePortal) -> None:
    """The worker dies before it is at it; the sweep of every minute finds the file."""
    live_portal.kill("worker")
    personas = Personas()
    file = SimpleUploadedFile("audits.csv", csv_of(), "text/csv")
    personas.compliance.client.post(reverse("audit_import_upload"), {"file": file})
    assert AuditImport.objects.get().status == ImportStatus.WAITING
    live_portal.restore()  # which empties the queue, as a broker that lost its memory does
    tasks.run_imports.delay()
    wait_until(lambda: AuditImport.objects.get().status == ImportStatus.CHECKED)
