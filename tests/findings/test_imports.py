"""An uploaded file on its way: what each step does, who takes it, and what becomes of what went wrong."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.db import IntegrityError, InternalError, transaction
from django.utils import timezone
from django_fsm import TransitionNotAllowed
from pytest_django.fixtures import Settings

from carportal.core.actor import Actor, OrganisationKind, Role
from carportal.core.audit import verify
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from findings.models import Audit, AuditImport, ImportStatus
from findings.services import Checked, check_file, confirm_import, imports, progress_of, upload_import
from findings.services.imports import MOST_ATTEMPTS, remove_old_files, run_import, run_imports
from stakeholders.models import Membership
from tests.factories import make_actor, make_operator, make_organisation
from tests.findings.spreadsheets import COMPANY, csv_of, row
from tests.parallel import at_once, errors, in_turn

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(db: None) -> Actor:
    make_organisation(OrganisationKind.AUDIT_COMPANY, name=COMPANY, reference="ZC7000009")
    return make_actor(make_operator(), Role.COMPLIANCE)


def upload(operator: Actor, content: bytes | None = None) -> AuditImport:
    return upload_import(actor=operator, name="audits.csv", content=csv_of() if content is None else content)


def now(uploaded: AuditImport) -> AuditImport:
    return AuditImport.objects.get(pk=uploaded.pk)


def checked(operator: Actor, content: bytes | None = None) -> AuditImport:
    uploaded = upload(operator, content)
    run_import(import_id=uploaded.pk)
    return now(uploaded)


def confirmed(operator: Actor) -> AuditImport:
    uploaded = checked(operator)
    return confirm_import(actor=operator, import_id=uploaded.pk, digest=uploaded.digest)


class TestUploading:
    def test_file_waits_to_be_checked(self, operator: Actor) -> None:
        uploaded = upload(operator)
        assert uploaded.status == ImportStatus.WAITING
        assert not Audit.objects.exists()

    def test_file_that_is_too_large_is_not_kept(self, operator: Actor, settings: Settings) -> None:
        settings.IMPORT_MAX_MEGABYTES = 1
        with pytest.raises(InvalidInput, match="larger than 1 MB"):
            upload(operator, b"x" * (1024 * 1024 + 1))
        assert not AuditImport.objects.exists()

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
    def test_readers_of_the_operator_do_not_upload(self, operator: Actor, role: Role) -> None:
        with pytest.raises(NotAllowed):
            upload(make_actor(make_operator(), role))
        assert upload(operator)

    def test_long_or_odd_names_are_kept_as_far_as_they_fit(self, operator: Actor) -> None:
        name = "a\0b\n" + "x" * 500 + ".csv"
        uploaded = upload_import(actor=operator, name=name, content=csv_of())
        assert len(uploaded.name) == 200
        assert uploaded.name.endswith(".csv")


class TestRunning:
    def test_good_file_is_checked_then_written_once_somebody_wants_it(self, operator: Actor) -> None:
        uploaded = checked(operator)
        assert uploaded.status == ImportStatus.CHECKED
        assert uploaded.report is not None
        assert uploaded.report["counts"]["audits"] == 1
        assert not Audit.objects.exists()
        confirm_import(actor=operator, import_id=uploaded.pk, digest=uploaded.digest)
        run_import(import_id=uploaded.pk)
        uploaded = now(uploaded)
        assert (uploaded.status, uploaded.confirmed_by_id) == (ImportStatus.WRITTEN, operator.user_id)
        assert Audit.objects.get().reference == "ZAA700001"
        assert verify().whole

    def test_file_with_problems_is_refused_with_all_of_them(self, operator: Actor) -> None:
        uploaded = checked(operator, csv_of([row(country="Nowhere"), row(audit_date="soon")]))
        assert uploaded.status == ImportStatus.REFUSED
        assert uploaded.report is not None
        assert [each["row"] for each in uploaded.report["problems"]] == [2, 3]
        with pytest.raises(Conflict, match="cannot be imported as it is"):
            confirm_import(actor=operator, import_id=uploaded.pk, digest=uploaded.digest)

    def test_file_that_cannot_be_read_is_refused_with_a_sentence(self, operator: Actor) -> None:
        uploaded = checked(operator, b"Dear colleague")
        assert uploaded.status == ImportStatus.REFUSED
        assert uploaded.report is not None
        assert "No row with the names of the columns" in uploaded.report["sentence"]

    def test_what_has_changed_since_it_was_shown_is_shown_again(self, operator: Actor) -> None:
        uploaded, other = confirmed(operator), confirmed(operator)
        run_import(import_id=other.pk)
        run_import(import_id=uploaded.pk)
        uploaded = now(uploaded)
        assert uploaded.status == ImportStatus.CHECKED
        assert uploaded.report is not None
        assert "Something has changed" in uploaded.report["again"]
        assert uploaded.report["counts"]["same"] == 1
        assert Audit.objects.count() == 1

    def test_confirming_twice_is_confirming_once(self, operator: Actor) -> None:
        uploaded = confirmed(operator)
        confirm_import(actor=operator, import_id=uploaded.pk, digest=uploaded.digest)
        run_import(import_id=uploaded.pk)
        run_import(import_id=uploaded.pk)
        confirm_import(actor=operator, import_id=uploaded.pk, digest=uploaded.digest)
        assert now(uploaded).status == ImportStatus.WRITTEN
        assert Audit.objects.count() == 1

    def test_another_digest_than_the_one_shown_confirms_nothing(self, operator: Actor) -> None:
        uploaded = checked(operator)
        with pytest.raises(Conflict, match="checked anew"):
            confirm_import(actor=operator, import_id=uploaded.pk, digest="0" * 64)
        assert now(uploaded).status == ImportStatus.CHECKED

    def test_whoever_has_left_the_operator_writes_nothing(self, operator: Actor) -> None:
        uploaded = confirmed(operator)
        Membership.objects.filter(user=operator.user_id).delete()
        run_import(import_id=uploaded.pk)
        assert now(uploaded).status == ImportStatus.REFUSED
        assert not Audit.objects.exists()

    def test_says_how_far_it_is(self, operator: Actor) -> None:
        uploaded = upload(operator)
        assert progress_of(uploaded) is None
        run_import(import_id=uploaded.pk)
        assert progress_of(uploaded) == (0, 1)
        confirm_import(actor=operator, import_id=uploaded.pk, digest=now(uploaded).digest)
        run_import(import_id=uploaded.pk)
        assert progress_of(uploaded) == (4, 4)
        cache.clear()
        assert progress_of(uploaded) is None

    def test_unknown_or_finished_imports_are_nothing_to_do(self, operator: Actor) -> None:
        run_import(import_id=uuid4())
        uploaded = checked(operator)
        run_import(import_id=uploaded.pk)
        assert now(uploaded).status == ImportStatus.CHECKED


class TestGoingWrong:
    def test_file_that_breaks_its_worker_again_and_again_is_given_up(
        self, operator: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        uploaded, good = upload(operator, csv_of([row(site_name="Breaking")])), upload(operator)

        def check(*, content: bytes, **given: Any) -> Checked:
            if b"Breaking" in content:
                raise MemoryError
            return check_file(content=content, **given)

        monkeypatch.setattr(imports, "check_file", check)
        for _ in range(MOST_ATTEMPTS):
            run_imports()
        assert now(uploaded).attempts == MOST_ATTEMPTS
        assert now(good).status == ImportStatus.CHECKED
        run_imports()
        assert now(uploaded).status == ImportStatus.REFUSED
        report = now(uploaded).report
        assert report is not None
        assert "several times over" in report["sentence"]

    def test_sweep_takes_up_what_no_worker_heard_of(self, operator: Actor) -> None:
        waiting, writing = upload(operator), confirmed(operator)
        run_imports()
        assert now(writing).status == ImportStatus.WRITTEN
        assert now(waiting).status == ImportStatus.CHECKED


class TestOldFiles:
    def test_file_is_removed_after_some_days_and_the_report_stays(
        self, operator: Actor, settings: Settings
    ) -> None:
        settings.IMPORT_KEEP_DAYS = 7
        content = csv_of([row(contact="ana@example.org")])
        uploaded, refused, waiting = checked(operator, content), checked(operator, b"x"), upload(operator)
        assert remove_old_files() == 0
        AuditImport.objects.update(created_at=timezone.now() - timedelta(days=8))
        assert remove_old_files() == 2
        uploaded, refused = now(uploaded), now(refused)
        assert (uploaded.status, uploaded.content) == (ImportStatus.LAPSED, None)
        assert (refused.status, refused.content) == (ImportStatus.REFUSED, None)
        assert uploaded.report is not None
        assert (uploaded.report["counts"]["audits"], uploaded.report["contacts"]) == (1, [])
        assert now(waiting).content is not None
        with pytest.raises(Conflict):
            confirm_import(actor=operator, import_id=uploaded.pk, digest=uploaded.digest)


class TestStates:
    @pytest.mark.parametrize(
        ("status", "step"),
        [
            (ImportStatus.WAITING, "confirm"),
            (ImportStatus.REFUSED, "confirm"),
            (ImportStatus.WRITTEN, "confirm"),
            (ImportStatus.LAPSED, "confirm"),
            (ImportStatus.CHECKED, "finish"),
            (ImportStatus.WRITTEN, "check_passed"),
            (ImportStatus.WRITING, "lapse"),
        ],
    )
    def test_no_step_is_left_out(self, status: ImportStatus, step: str) -> None:
        with pytest.raises(TransitionNotAllowed):
            getattr(AuditImport(status=status), step)()

    @pytest.mark.parametrize(
        "values",
        [{"status": "lost"}, {"content": None}, {"written_at": timezone.now()}, {"status": "written"}],
    )
    def test_database_refuses_what_cannot_be(self, operator: Actor, values: dict[str, object]) -> None:
        uploaded = upload(operator)
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            AuditImport.objects.filter(pk=uploaded.pk).update(**values)


@pytest.mark.django_db(transaction=True)
class TestTwoWorkers:
    def test_one_import_is_taken_by_one_worker(self, operator: Actor) -> None:
        uploaded = confirmed(operator)
        assert not errors(at_once(*([lambda: run_import(import_id=uploaded.pk)] * 3)))
        assert now(uploaded).status == ImportStatus.WRITTEN
        assert Audit.objects.count() == 1
        assert verify().whole

    def test_confirming_at_once_is_confirming_once(self, operator: Actor) -> None:
        uploaded = checked(operator)

        def confirm(by: Actor) -> UUID:
            return confirm_import(actor=by, import_id=uploaded.pk, digest=uploaded.digest).pk

        colleague = make_actor(make_operator(), Role.MANAGER)
        first, second = in_turn(lambda: confirm(operator), lambda: confirm(colleague))
        assert first == second == uploaded.pk
        assert now(uploaded).confirmed_by_id == operator.user_id
