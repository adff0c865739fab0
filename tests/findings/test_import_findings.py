"""`manage.py import_findings`: the same report at the terminal, and one clear sentence when it fails."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from carportal.core.actor import OrganisationKind
from carportal.core.audit import Aggregate, Reader, timeline, verify
from findings.models import Audit
from stakeholders.models import Organisation
from tests.factories import make_operator, make_organisation
from tests.findings.spreadsheets import COMPANY, clean, csv_of, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Organisation:
    make_organisation(OrganisationKind.AUDIT_COMPANY, name=COMPANY, reference="ZC7000009")
    return make_operator()


def run(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("import_findings", str(path), *options, stdout=out, stderr=out)
    return out.getvalue()


def file(folder: Path, content: bytes) -> Path:
    path = folder / "audits.csv"
    path.write_bytes(content)
    return path


def test_dry_run_tells_and_writes_nothing(operator: Organisation, tmp_path: Path) -> None:
    said = run(file(tmp_path, csv_of([row(), clean(audit_reference="ZAA2")])), "--dry-run")
    assert "row 3: ZAA2, Ribera Packhouse, periodic, 27 March 2026: clean, nothing was found" in said
    assert "This records 2 audits with 1 finding, adds 1 supplier and adds 1 site." in said
    assert "Nothing was written." in said
    assert not Audit.objects.exists()


def test_imports_on_behalf_of_the_operator(operator: Organisation, tmp_path: Path) -> None:
    assert "Imported. No audit is published yet." in run(file(tmp_path, csv_of()))
    audit = Audit.objects.get()
    assert (audit.recorded_by, audit.is_draft) == (operator, True)
    (entry,) = timeline(aggregate=Aggregate.AUDIT, aggregate_id=audit.pk, reader=Reader.OPERATOR)
    assert entry.who == "The portal"
    assert verify().whole


def test_second_time_changes_nothing(operator: Organisation, tmp_path: Path) -> None:
    path = file(tmp_path, csv_of())
    run(path)
    assert "Nothing to change." in run(path)


def test_order_of_days_and_months_can_be_said(operator: Organisation, tmp_path: Path) -> None:
    path = file(tmp_path, csv_of([row(audit_date="03/04/2025")]))
    with pytest.raises(CommandError, match="One cell or row cannot be taken, so nothing was written"):
        run(path)
    run(path, "--month-first")
    assert Audit.objects.get().date.isoformat() == "2025-03-04"


def test_each_problem_is_told_and_nothing_is_written(operator: Organisation, tmp_path: Path) -> None:
    out = StringIO()
    path = file(tmp_path, csv_of([row(), row(country="Nowhere"), row(audit_type="Yearly")]))
    with pytest.raises(CommandError, match="2 cells or rows cannot be taken"):
        call_command("import_findings", str(path), stdout=out, stderr=out)
    assert "Row 3, column E: Country: “Nowhere” No country has this name" in out.getvalue()
    assert not Audit.objects.exists()


def test_file_that_cannot_be_read_is_one_sentence(
    operator: Organisation, tmp_path: Path, settings: Settings
) -> None:
    with pytest.raises(CommandError, match="could not be read: No such file"):
        run(tmp_path / "nothing.csv")
    with pytest.raises(CommandError, match="This file is empty"):
        run(file(tmp_path, b""))
    settings.IMPORT_MAX_MEGABYTES = 0
    with pytest.raises(CommandError, match="larger than 0 MB"):
        run(file(tmp_path, csv_of()))


def test_without_an_operator_there_is_nobody_to_import_for(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no operator yet"):
        run(file(tmp_path, csv_of()))
