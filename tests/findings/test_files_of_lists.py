"""A list too long to wait for: asked for on a page, written by a worker, told by mail, kept for its asker alone."""

import csv
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings
from python_calamine import CalamineWorkbook

from carportal.core.errors import NotAllowed
from carportal.core.models import Notification
from carportal.core.notifications import notification_kind
from findings.exporting import columns, storing, writing
from findings.filters import Filters, Viewpoint
from findings.models import AccessSource, FileFormat, FileReason, FileStatus, Finding, ListFile
from findings.services import files, withdraw_access
from findings.services.files import ask_for_file
from stakeholders.models import Membership
from tests.findings.making import Auditing
from tests.findings.scene import Response, audits_of, let_see, text_of
from tests.parallel import at_once, errors
from tests.personas import Persona, Personas

pytestmark = pytest.mark.usefixtures("auditing")

NEW = "/cars/files/new/"


@pytest.fixture(autouse=True)
def export_folder(tmp_path: Path, settings: Settings) -> Path:
    """Where the files of this test are kept, and no others."""
    folder = tmp_path / "exports"
    kept = settings.STORAGES["exports"]
    there = kept | {"OPTIONS": kept["OPTIONS"] | {"location": str(folder)}}
    settings.STORAGES = settings.STORAGES | {"exports": there}
    return folder


@pytest.fixture
def auditing(personas: Personas, settings: Settings) -> Auditing:
    """Three CARs, which are more than one waits for."""
    settings.EXPORT_MAX_ROWS = 2
    auditing = audits_of(personas)
    auditing.hold(date(2025, 3, 1), "5A.B Wages", "2.A", "8.A")
    return auditing


def filters_of(persona: Persona, **chosen: str) -> Filters:
    return Filters(Viewpoint(persona.actor, timezone.localdate()), chosen)


def asked(persona: Persona, kind: FileFormat = FileFormat.CSV, **chosen: str) -> ListFile:
    return ask_for_file(actor=persona.actor, filters=filters_of(persona, **chosen), kind=kind)


def written(persona: Persona, kind: FileFormat = FileFormat.CSV, **chosen: str) -> ListFile:
    file = asked(persona, kind, **chosen)
    assert writing.write_due()
    file = ListFile.objects.get(pk=file.pk)
    assert file.is_ready, file.reason
    return file


def page_of(persona: Persona, file: ListFile, part: str = "") -> Response:
    return persona.client.get(f"/cars/files/{file.pk}/{part}")


def content_of(persona: Persona, file: ListFile) -> bytes:
    response = page_of(persona, file, "download/")
    assert response.status_code == 200
    content = b"".join(response)
    assert len(content) == int(response["Content-Length"]) == file.size
    return content


def codes_in(content: bytes) -> list[str]:
    rows = csv.DictReader(StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    return [row["Workplace Requirement (WR)"] for row in rows]


def kept_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.django_db
class TestAsking:
    def test_page_says_how_long_it_is_and_what_will_happen(self, personas: Personas) -> None:
        page = personas.site.client.get(NEW, {"file": "xlsx", "status": "open"})
        assert page.status_code == 200
        text = text_of(page)
        assert "This list has 3 CARs now. It will be written as Excel." in text
        assert "Status: Open" in text
        assert "we will send you an e-mail when the file is ready" in text
        assert not ListFile.objects.exists()

    def test_it_is_asked_for_and_then_waits(self, personas: Personas) -> None:
        response = personas.site.client.post(f"{NEW}?file=xlsx&status=open")
        file = ListFile.objects.get()
        assert response["Location"] == f"/cars/files/{file.pk}/"
        assert (file.status, file.format, file.filters, file.total) == (
            "waiting",
            "xlsx",
            {"status": "open"},
            3,
        )
        page = personas.site.client.get(response["Location"])
        assert "Your file is being written" in text_of(page)
        assert "It begins in a moment." in text_of(page)
        assert b'http-equiv="refresh"' in page.content

    def test_a_short_list_is_made_at_once(self, personas: Personas) -> None:
        response = personas.site.client.get(NEW, {"file": "xlsx", "area": "5A"})
        assert response["Location"] == "/cars/excel/?area=5A"

    def test_asked_for_twice_it_is_written_once(self, personas: Personas) -> None:
        assert asked(personas.site).pk == asked(personas.site).pk
        assert asked(personas.site, FileFormat.EXCEL).pk != asked(personas.site).pk
        assert asked(personas.compliance).pk != asked(personas.site).pk

    def test_one_person_asks_for_few_at_a_time(self, personas: Personas) -> None:
        for area in ("5A", "2", "8"):
            asked(personas.site, area=area)
        response = personas.site.client.post(f"{NEW}?file=csv")
        assert response.status_code == 409
        assert "3 of your files are still to be written." in text_of(response)
        assert asked(personas.site_manager).is_to_do, "another person's are another matter"

    def test_who_acts_for_nobody_asks_for_none(self, personas: Personas) -> None:
        with pytest.raises(NotAllowed):
            asked(personas.nobody)


@pytest.mark.django_db
class TestWriting:
    @pytest.mark.parametrize("kind", list(FileFormat))
    def test_file_is_the_one_that_would_be_made_at_once(
        self, personas: Personas, settings: Settings, kind: FileFormat
    ) -> None:
        content = content_of(personas.site, written(personas.site, kind, status="all"))
        settings.EXPORT_MAX_ROWS = 20_000
        route = "csv" if kind == FileFormat.CSV else "excel"
        at_once_made = b"".join(personas.site.client.get(f"/cars/{route}/?status=all"))
        if kind == FileFormat.CSV:
            assert content == at_once_made
        else:
            first, second = (
                CalamineWorkbook.from_filelike(BytesIO(each)).get_sheet_by_index(0).to_python()
                for each in (content, at_once_made)
            )
            assert first == second
            assert len(first) == 4

    def test_has_what_its_asker_sees_when_it_is_written(self, personas: Personas) -> None:
        first, second, _third = Finding.objects.order_by("reference")
        let_see(personas.customer.organisation, first, second)
        file = asked(personas.customer)
        withdraw_access(
            organisation_id=personas.customer.organisation.pk,
            finding_id=first.pk,
            source=AccessSource.SHARE,
            source_id=first.pk,
        )
        assert writing.write_due()
        file.refresh_from_db(fields=["total"])
        assert file.total == 1
        kept = ListFile.objects.get()
        assert codes_in(content_of(personas.customer, kept)) == [second.raw_code]

    def test_its_asker_is_told_once(self, personas: Personas) -> None:
        file = written(personas.site)
        (told,) = Notification.objects.filter(kind="list_ready")
        assert told.recipient == personas.site.user
        kind = notification_kind("list_ready")
        assert kind.still_due(told)
        message = kind.render(told)
        assert f"/cars/files/{file.pk}/" in message.text
        assert "3 CARs, as CSV" in message.text
        files.expire_file(file_id=file.pk, reason=FileReason.TIME)
        assert not kind.still_due(told)

    def test_page_says_how_far_it_is(self, personas: Personas) -> None:
        file = asked(personas.site)
        claimed = files.claim_file()
        assert claimed is not None
        assert files.note_progress(claimed=claimed, done=2)
        part = personas.site.client.get(f"/cars/files/{file.pk}/", headers={"hx-request": "true"})
        assert b"2 of 3 CARs written" in part.content
        assert b"<html" not in part.content
        assert files.note_written(claimed=claimed, key="0/key", size=1, rows=3)
        part = personas.site.client.get(f"/cars/files/{file.pk}/", headers={"hx-request": "true"})
        assert part["HX-Refresh"] == "true"

    def test_says_so_where_a_filter_is_gone(self, personas: Personas) -> None:
        file = asked(personas.site)
        ListFile.objects.filter(pk=file.pk).update(filters={"site": "gone"})
        writing.write_due()
        assert "One of its filters is not there any more." in text_of(page_of(personas.site, file))
        assert ListFile.objects.get().status == FileStatus.FAILED

    def test_takes_as_many_queries_for_many_cars_as_for_few(
        self, personas: Personas, auditing: Auditing, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(writing, "TELL_EVERY", 3600.0)
        counts = []
        for number, how_many in enumerate((2, 20)):
            auditing.hold(
                date(2025, 4, 1 + number), *(f"5A.C Issue {n}" for n in range(how_many)), scope=["5A"]
            )
            with CaptureQueriesContext(connection) as queries:
                written(personas.compliance, status="all")
            counts.append(len(queries))
        assert counts[0] == counts[1]


@pytest.mark.django_db
class TestWhoHasIt:
    def test_it_is_its_askers_alone(self, personas: Personas) -> None:
        file = written(personas.site)
        for persona in (personas.site_manager, personas.compliance, personas.customer, personas.nobody):
            for part in ("", "download/"):
                assert page_of(persona, file, part).status_code == 404
            assert file not in ListFile.objects.visible_to(persona.actor)

    def test_who_acts_for_another_organisation_does_not_have_it(self, personas: Personas) -> None:
        file = written(personas.site)
        elsewhere = replace(personas.site.actor, organisation_id=personas.customer.organisation.pk)
        assert not ListFile.objects.visible_to(elsewhere).exists()
        Membership.objects.filter(user=personas.site.user, organisation=personas.site.organisation).delete()
        assert page_of(personas.site, file, "download/").status_code == 404

    def test_who_has_left_gets_none_written(self, personas: Personas, export_folder: Path) -> None:
        asked(personas.site)
        Membership.objects.filter(user=personas.site.user).delete()
        writing.write_due()
        assert ListFile.objects.get().status == FileStatus.FAILED
        assert kept_in(export_folder) == []

    @pytest.mark.parametrize("is_written", [True, False])
    def test_goes_when_its_organisation_sees_less(
        self,
        personas: Personas,
        export_folder: Path,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
        is_written: bool,
    ) -> None:
        first, second, third = Finding.objects.order_by("reference")
        let_see(personas.customer.organisation, first, second, third)
        let_see(personas.customer2.organisation, first, second, third)
        others = written(personas.customer2)
        if is_written:
            written(personas.customer)
        else:
            asked(personas.customer)
        claimed = None if is_written else files.claim_file()
        with django_capture_on_commit_callbacks(execute=True):
            withdraw_access(
                organisation_id=personas.customer.organisation.pk,
                finding_id=first.pk,
                source=AccessSource.SHARE,
                source_id=first.pk,
            )
        file = ListFile.objects.get(asked_by=personas.customer.user)
        if claimed is None:
            assert "What your organisation may see has changed." in text_of(page_of(personas.customer, file))
            assert page_of(personas.customer, file, "download/").status_code == 302
        else:
            assert not files.note_written(claimed=claimed, key="0/key", size=1, rows=3)
            assert file.status == FileStatus.WAITING
        assert [path.name for path in kept_in(export_folder)] == [others.storage_key.partition("/")[2]]


@pytest.mark.django_db
class TestSweep:
    def test_what_was_kept_long_enough_goes_and_is_told_as_gone(
        self,
        personas: Personas,
        export_folder: Path,
        settings: Settings,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        file = written(personas.site)
        for days, left in ((settings.EXPORT_KEEP_DAYS - 1, 1), (settings.EXPORT_KEEP_DAYS + 1, 0)):
            ListFile.objects.update(ready_at=timezone.now() - timedelta(days=days))
            with django_capture_on_commit_callbacks(execute=True):
                writing.sweep()
            assert len(kept_in(export_folder)) == left
        assert "Its time was over." in text_of(page_of(personas.site, file))
        ListFile.objects.update(asked_at=timezone.now() - writing.REMEMBERED - timedelta(days=1))
        writing.sweep()
        assert not ListFile.objects.exists()

    def test_bytes_without_a_row_go_once_they_are_old(
        self, personas: Personas, export_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        written(personas.site)
        storing.keep(BytesIO(b"left by a worker that died"))
        assert writing.sweep() == 0
        monkeypatch.setattr(storing, "is_old", lambda _key: True)
        assert writing.sweep() == 1
        assert len(kept_in(export_folder)) == 1


@pytest.mark.django_db
class TestWhatGoesWrong:
    def test_a_dead_workers_file_is_written_by_the_next(self, personas: Personas) -> None:
        asked(personas.site)
        dead = files.claim_file()
        assert dead is not None
        assert not writing.write_due(), "the lease still holds"
        ListFile.objects.update(due_at=timezone.now())
        assert writing.write_due()
        assert ListFile.objects.get().is_ready
        assert not files.note_progress(claimed=dead, done=1)
        assert not files.note_written(claimed=dead, key="0/late", size=1, rows=1)

    def test_what_kills_every_worker_is_given_up(self, personas: Personas) -> None:
        file = asked(personas.site)
        for _attempt in range(writing.MOST_ATTEMPTS):
            assert files.claim_file() is not None
            ListFile.objects.update(due_at=timezone.now())
        writing.write_due()
        assert "could not be written, several times over" in text_of(page_of(personas.site, file))

    def test_a_store_that_is_away_is_tried_again(self, personas: Personas, export_folder: Path) -> None:
        export_folder.write_text("no folder")
        asked(personas.site)
        assert writing.write_due()
        assert ListFile.objects.get().is_to_do
        export_folder.unlink()
        ListFile.objects.update(due_at=timezone.now())
        assert writing.write_due()
        assert ListFile.objects.get().is_ready

    def test_a_file_that_is_lost_is_no_error(self, personas: Personas, export_folder: Path) -> None:
        file = written(personas.site)
        kept_in(export_folder)[0].unlink()
        response = page_of(personas.site, file, "download/")
        assert response.status_code == 503
        assert "save the list again" in text_of(response)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_clicks_at_once_are_one_file(self, personas: Personas) -> None:
        results = at_once(*[lambda: asked(personas.site)] * 2)
        assert not errors(results)
        assert ListFile.objects.count() == 1

    def test_two_workers_take_one_file_once(self, personas: Personas) -> None:
        asked(personas.site)
        claimed = at_once(*[files.claim_file] * 3)
        assert len([each for each in claimed if each is not None]) == 1


@pytest.mark.django_db
def test_list_of_ones_files_costs_the_same_for_many(
    personas: Personas, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = personas.site.client
    for area in ("5A", "2", "8"):
        written(personas.site, area=area)
        # session, person, memberships; the files
        with django_assert_num_queries(4):
            page = client.get("/cars/files/")
    assert text_of(page).count("1 CAR ·") == 3


# What an audit says is corrected by a new edition alone, and names of sites and suppliers are no words about people.
KNOWN_TO_HAVE_NO_WORDS_THAT_ARE_REMOVED = {
    "CAR",
    "Status",
    "Workplace Requirement (WR)",
    "Area",
    "Issue title",
    "Details",
    "Raised on",
    "Ended on",
    "Times raised",
    "Raised by audit",
    "Site",
    "Site reference",
    "Supplier",
    "Supplier reference",
    "Country",
    "Sector",
    "Action plan",
}


@pytest.mark.django_db
def test_nothing_is_kept_in_a_file_that_a_redaction_would_have_to_find() -> None:
    """A column of words that people write about a plan needs its files to go with them."""
    assert {str(column.label) for column in columns._columns} == KNOWN_TO_HAVE_NO_WORDS_THAT_ARE_REMOVED
