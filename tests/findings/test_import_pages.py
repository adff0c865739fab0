"""The pages of an import: upload, how far it is, what it will do, what is wrong, what it did."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertRedirects
from pytest_django.fixtures import Settings

from findings.importing.columns import Column
from findings.importing.reading import read_spreadsheet
from findings.models import Audit, AuditImport, ImportStatus
from findings.services.imports import remove_old_files, run_import
from tests.findings.scene import Response, errors_on, text_of
from tests.findings.spreadsheets import clean, csv_of, row
from tests.personas import Personas

UPLOAD = "/audits/import/"


def upload(personas: Personas, content: bytes | None = None, **more: str) -> Response:
    file = SimpleUploadedFile("audits.csv", csv_of() if content is None else content, "text/csv")
    return personas.compliance.client.post(UPLOAD, {"file": file, **more})


def checked(personas: Personas, content: bytes | None = None) -> str:
    """The address of an import that a worker has checked."""
    url: str = upload(personas, content)["Location"]
    run_import(import_id=AuditImport.objects.latest("created_at").pk)
    return url


def page(personas: Personas, url: str) -> Response:
    return personas.compliance.client.get(url)


class TestUpload:
    def test_leads_to_the_page_that_says_how_far_it_is(self, personas: Personas) -> None:
        response = upload(personas)
        uploaded = AuditImport.objects.get()
        assertRedirects(response, reverse("audit_import", args=[uploaded.pk]))
        text = text_of(page(personas, response["Location"]))
        assert "The file is being checked" in text
        assert "It begins in a moment" in text

    def test_order_of_days_and_months_is_asked_for(self, personas: Personas) -> None:
        upload(personas, csv_of([row(audit_date="03/04/2025")]), day_order="day_first")
        run_import(import_id=AuditImport.objects.get().pk)
        report = AuditImport.objects.get().report
        assert report is not None
        assert report["audits"][0]["date"] == "2025-04-03"

    def test_says_beside_the_field_what_is_wrong(self, personas: Personas, settings: Settings) -> None:
        client = personas.compliance.client
        assert errors_on(client.post(UPLOAD, {"day_order": ""})) == {"file": ["Choose the spreadsheet."]}
        assert errors_on(upload(personas, b"")) == {"file": ["This file is empty."]}
        settings.IMPORT_MAX_MEGABYTES = 1
        (sentence,) = errors_on(upload(personas, b"x" * 1_100_000))["file"]
        assert sentence == "This file is larger than 1 MB. Divide it into several and upload each."
        assert not AuditImport.objects.exists()

    def test_explains_every_column_and_offers_a_template(self, personas: Personas) -> None:
        text = text_of(page(personas, UPLOAD))
        for column in Column:
            assert str(column.label) in text
        response = page(personas, "/audits/import/template/")
        assert len(read_spreadsheet(response.content).header.columns) == len(Column)

    def test_lists_the_last_imports_without_their_bytes(
        self, personas: Personas, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        client = personas.compliance.client
        for _ in range(2):
            for _ in range(3):
                upload(personas)
            with django_assert_num_queries(4):  # session, person, memberships; imports with who uploaded them
                response = client.get(UPLOAD)
        assert len(response.context["imports"]) == 6

    @pytest.mark.parametrize("name", ["auditor", "site_manager", "customer", "nobody"])
    def test_is_the_operators_alone(self, personas: Personas, name: str) -> None:
        url = checked(personas)
        client = personas[name].client
        assert client.get(UPLOAD).status_code == 403
        assert client.post(UPLOAD, {}).status_code == 403
        for path in (url, f"{url}problems/"):
            assert client.get(path).status_code == 404
        assert client.post(url, {"digest": AuditImport.objects.get().digest}).status_code == 404
        assert AuditImport.objects.get().status == ImportStatus.CHECKED

    def test_is_reachable_from_the_list_of_audits_and_from_home(self, personas: Personas) -> None:
        for url in ("/audits/", "/"):
            assert f'href="{UPLOAD}"' in page(personas, url).content.decode()
            assert f'href="{UPLOAD}"' not in personas.auditor.client.get(url).content.decode()


class TestProgress:
    def test_page_asks_again_with_and_without_scripts(self, personas: Personas) -> None:
        url = upload(personas)["Location"]
        html = page(personas, url).content.decode()
        assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in html
        assert f'hx-get="{url}"' in html

    def test_script_gets_the_middle_of_the_page_until_it_is_over(self, personas: Personas) -> None:
        url = upload(personas)["Location"]
        client = personas.compliance.client
        response = client.get(url, headers={"HX-Request": "true"})
        assert "<html" not in response.content.decode()
        assert "HX-Refresh" not in response
        run_import(import_id=AuditImport.objects.get().pk)
        assert client.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


class TestDryRun:
    def test_shows_all_that_importing_does(self, personas: Personas) -> None:
        rows = [row(contact="ana@example.org"), clean(audit_reference="ZAA700002", scope="")]
        text = text_of(page(personas, checked(personas, csv_of(rows))))
        assert (
            "This records 2 audits with 1 finding, adds 1 supplier, adds 1 site and prepares 1 invitation."
            in text
        )
        assert "ZAA700001 Ribera Packhouse, periodic, 27 March 2026: 1 CAR 2" in text
        assert "ZAA700002 Ribera Packhouse, periodic, 27 March 2026: clean, nothing was found 3" in text
        assert "Ribera Packhouse, Spain, of supplier ZC7000001" in text
        assert "1 audit comes without a scope." in text
        assert not Audit.objects.exists()

    def test_click_has_exactly_that_written(self, personas: Personas) -> None:
        url = checked(personas)
        client = personas.compliance.client
        form = client.get(url).context["form"]
        assertRedirects(client.post(url, {"digest": form["digest"].value()}), url)
        assert "The audits are being recorded" in text_of(page(personas, url))
        run_import(import_id=AuditImport.objects.get().pk)
        text = text_of(page(personas, url))
        assert "Imported" in text
        assert "Choose the audits to publish" in text
        assert "Send the invitations" not in text
        assert Audit.objects.count() == 1

    def test_click_on_what_was_checked_anew_shows_it_again(self, personas: Personas) -> None:
        url = checked(personas)
        response = personas.compliance.client.post(url, {"digest": "0" * 64})
        assert response.status_code == 409
        assert "This file has been checked anew." in text_of(response)
        assert response.context["form"]["digest"].value() == AuditImport.objects.get().digest

    def test_file_that_changes_nothing_says_so_and_offers_nothing(self, personas: Personas) -> None:
        for _ in range(2):
            url = checked(personas)
            digest = AuditImport.objects.latest("created_at").digest
            if not Audit.objects.exists():
                personas.compliance.client.post(url, {"digest": digest})
                run_import(import_id=AuditImport.objects.get().pk)
        text = text_of(page(personas, url))
        assert "This changes nothing: all of it is here already." in text
        assert "Import all of it" not in text

    def test_removed_file_is_told(self, personas: Personas, settings: Settings) -> None:
        url = checked(personas)
        settings.IMPORT_KEEP_DAYS = 0
        remove_old_files()
        assert "This file was not imported" in text_of(page(personas, url))


class TestProblems:
    BAD = [row(country="Nowhere"), row(audit_date="03/04/2025", issue_title="")]

    def test_each_is_told_by_row_column_value_and_reason(self, personas: Personas) -> None:
        text = text_of(page(personas, checked(personas, csv_of(self.BAD))))
        assert "3 cells or rows cannot be taken. Nothing was recorded" in text
        assert "Row 2 E: Country Nowhere No country has this name or code." in text
        assert "Row 3 H: Audit date 03/04/2025 This could be 3 April 2025 or 4 March 2025." in text
        assert "Row 3 M: Issue title – This is missing." in text
        assert "Import all of it" not in text

    def test_list_can_be_saved_and_holds_no_formula(self, personas: Personas) -> None:
        url = checked(personas, csv_of([row(country="=1+1"), row(country='@x","y')]))
        response = page(personas, f"{url}problems/")
        assert "audits-to-correct.csv" in response["Content-Disposition"]
        rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert rows[0] == ["Row", "Column", "Value", "What to do"]
        assert [each[2] for each in rows[1:]] == ["'=1+1", '\'@x","y']

    def test_nasty_values_are_shown_as_text(self, personas: Personas) -> None:
        url = checked(personas, csv_of([row(country="<script>alert(1)</script>")]))
        assert "<script>alert(1)" not in page(personas, url).content.decode()

    def test_file_that_cannot_be_read_says_why(self, personas: Personas) -> None:
        text = text_of(page(personas, checked(personas, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))))
        assert "This is a workbook of an old kind (.xls). Save it as .xlsx and upload that." in text
        assert "Nothing was recorded." in text
