"""A store that is full or away, and what the nightly sweep finds in it."""

import io
import os
import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from actionplans.evidence.services import redact_evidence
from actionplans.evidence.storing import NoRoom, Sweep, keep, sweep
from actionplans.models import ActionPlan, EvidenceFile, Update
from carportal.core.models import AuditEvent
from tests.actionplans.agreeing import post
from tests.actionplans.conftest import Story
from tests.actionplans.making import add_file, kept_files, share_with
from tests.actionplans.pages import client_of, problems_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_folder")]

SMALL = 256 * 1024
LARGE = b"a line of text\n" * 40_000


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A file system of its own that is full after SMALL bytes."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def short_files(_folder: Path) -> Iterator[None]:
    """Writing beyond SMALL fails in this process, as it does where a disk is full; for whom may not mount."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def may_mount() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        try:
            with small_disk(Path(folder)):
                return True
        except (OSError, subprocess.CalledProcessError):
            return False


Full = Callable[[Path], AbstractContextManager[None]]
FULL = [
    pytest.param(small_disk, id="disk", marks=pytest.mark.skipif(not may_mount(), reason="may not mount")),
    pytest.param(short_files, id="limit"),
]


@pytest.mark.parametrize("full", FULL)
class TestFullDisk:
    def test_leaves_no_half_file_and_no_row(
        self, story: Story, plan: ActionPlan, evidence_folder: Path, full: Full
    ) -> None:
        events = AuditEvent.objects.count()
        content = io.BytesIO(LARGE).read()
        with full(evidence_folder):
            with pytest.raises(NoRoom, match="Nothing was saved"):
                add_file(plan, story.alice, content=content)
            assert kept_files() == []
            assert EvidenceFile.objects.count() == 0
            assert AuditEvent.objects.count() == events
            # What is small enough still goes in: nothing of the other is left to take the room.
            assert add_file(plan, story.alice, content=b"a" * (SMALL // 2))

    def test_in_the_midst_of_an_updates_files_leaves_neither_them_nor_the_update(
        self, story: Story, plan: ActionPlan, evidence_folder: Path, full: Full
    ) -> None:
        share = share_with(plan, story.alice, story.customer)
        events = AuditEvent.objects.count()
        with full(evidence_folder):
            with pytest.raises(NoRoom, match="Nothing was saved"):
                post(share, story.alice, files={"small.txt": b"Forty.", "large.txt": LARGE})
            assert kept_files() == []
        assert Update.objects.count() == EvidenceFile.objects.count() == 0
        assert AuditEvent.objects.count() == events

    def test_in_the_upload_brings_the_form_back(
        self,
        story: Story,
        plan: ActionPlan,
        full: Full,
        settings: Settings,
        tmp_path: Path,
    ) -> None:
        uploads = tmp_path / "uploads"
        uploads.mkdir()
        settings.FILE_UPLOAD_TEMP_DIR = str(uploads)
        client = client_of(story.alice)
        file = SimpleUploadedFile("big.txt", LARGE)
        url = f"/cars/{plan.finding_id}/plan/evidence/add/"
        with full(uploads):
            page = client.post(url, {"file": file, "description": "Forty receipts", "shown_to": "site"})
            assert list(uploads.iterdir()) == []
        assert page.status_code == 200
        (problem,) = problems_of(page)
        assert problem.startswith("There is no room for the file at the moment.")
        assert 'value="Forty receipts"' in page.content.decode()
        assert kept_files() == []


def test_store_that_is_away_brings_the_form_back(
    story: Story, plan: ActionPlan, evidence_folder: Path
) -> None:
    evidence_folder.write_text("Not a folder: nothing can be written below it.")
    page = client_of(story.alice).post(
        f"/cars/{plan.finding_id}/plan/evidence/add/",
        {"file": SimpleUploadedFile("a.txt", LARGE), "description": "Forty receipts", "shown_to": "site"},
    )
    assert page.status_code == 503
    assert "Nothing was saved. Try again later" in problems_of(page)[0]
    assert 'value="Forty receipts"' in page.content.decode()
    assert EvidenceFile.objects.count() == 0


class TestSweep:
    @staticmethod
    def age(hours: float) -> None:
        then = (timezone.now() - timedelta(hours=hours)).timestamp()
        for path in kept_files():
            os.utime(path, (then, then))

    def test_of_an_empty_store_finds_nothing(self) -> None:
        assert sweep() == Sweep(0, [])

    def test_deletes_what_never_got_a_row_once_it_is_old(self, story: Story, plan: ActionPlan) -> None:
        file = add_file(plan, story.alice)
        keep(io.BytesIO(b"An upload whose server lost its power."))
        assert sweep() == Sweep(0, [])
        assert len(kept_files()) == 2
        self.age(hours=7)
        assert sweep() == Sweep(1, [])
        assert [path.name for path in kept_files()] == [file.storage_key.rpartition("/")[2]]

    def test_deletes_what_was_taken_out_while_the_store_was_away(
        self, story: Story, plan: ActionPlan
    ) -> None:
        file = add_file(plan, story.alice)
        redact_evidence(file_id=file.pk, actor=story.alice, reason="Named.")  # never committed here
        assert len(kept_files()) == 1
        assert sweep() == Sweep(1, [])
        assert kept_files() == []

    def test_names_the_rows_whose_files_are_gone(
        self, story: Story, plan: ActionPlan, caplog: pytest.LogCaptureFixture
    ) -> None:
        file = add_file(plan, story.alice)
        add_file(plan, story.alice, "two.txt", b"Two.")
        Path(kept_files()[0].parents[1] / file.storage_key).unlink()
        assert sweep() == Sweep(0, [str(file.pk)])
        assert f"1 evidence files are missing from the store: {file.pk}" in caplog.text

    def test_of_what_was_taken_out_misses_nothing(
        self,
        story: Story,
        plan: ActionPlan,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        file = add_file(plan, story.alice)
        with django_capture_on_commit_callbacks(execute=True):
            redact_evidence(file_id=file.pk, actor=story.alice, reason="Named.")
        assert sweep() == Sweep(0, [])
