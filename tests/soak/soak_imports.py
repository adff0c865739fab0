"""Damaged spreadsheets of audits: each is checked or refused with a sentence, and writes nothing by itself."""

import pytest
from hypothesis import HealthCheck, given, settings

from carportal.core.actor import OrganisationKind, Role
from findings.models import Audit, ImportStatus
from findings.services import upload_import
from findings.services.imports import run_import
from tests.actionplans.making import undone
from tests.factories import make_actor, make_operator, make_organisation
from tests.findings.spreadsheets import COMPANY, clean, csv_of, row, xlsx_of
from tests.soak.damage import damaged

pytestmark = [pytest.mark.soak, pytest.mark.django_db]

ROWS = [row(), row(finding_type="Observation", requirement="3.C"), clean(audit_reference="ZAA700002")]
FILES = {
    "comma": csv_of(ROWS),
    "semicolon": csv_of(ROWS, delimiter=";", encoding="cp1252"),
    "utf-16": csv_of(ROWS, encoding="utf-16"),
    "workbook": xlsx_of(ROWS),
    "workbook with a title": xlsx_of(ROWS, titles=[["An export"]]),
}


@settings(
    max_examples=settings().max_examples * 4, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=damaged(FILES))
def soak_no_damaged_spreadsheet_breaks_the_check(db: None, content: bytes) -> None:
    with undone():
        make_organisation(OrganisationKind.AUDIT_COMPANY, name=COMPANY, reference="ZC7000009")
        operator = make_actor(make_operator(), Role.COMPLIANCE)
        uploaded = upload_import(actor=operator, name="audits.xlsx", content=content or b"-")
        run_import(import_id=uploaded.pk)
        uploaded.refresh_from_db()
        assert uploaded.status in {ImportStatus.CHECKED, ImportStatus.REFUSED}
        assert uploaded.report
        assert not Audit.objects.exists()
