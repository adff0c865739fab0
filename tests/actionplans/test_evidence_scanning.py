"""The virus scan: what clamd is asked and answers, and what becomes of a file by that."""

import io
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from actionplans.evidence import clamd as client
from actionplans.evidence.clamd import ScanFailed, ScannerDown, find_virus
from actionplans.evidence.scanning import FIRST_RETRY, LEASE, scan_due
from actionplans.evidence.services import redact_evidence
from actionplans.models import ActionPlan, EvidenceFile, Scan, ShownTo
from carportal.core.audit import Aggregate, Reader, timeline
from tests.actionplans.clamd import EICAR, Clamd, running_clamd
from tests.actionplans.conftest import Story, make_story
from tests.actionplans.making import add_file, kept_files, share_with
from tests.actionplans.pages import client_of, text_of
from tests.live import LivePortal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_folder")]


@pytest.fixture
def clamd() -> Iterator[Clamd]:
    with running_clamd() as clamd:
        yield clamd


@pytest.fixture
def scanned(clamd: Clamd, settings: Settings) -> Clamd:
    """The portal scans its files with this one."""
    settings.CLAMD_URL = clamd.url
    return clamd


def due_now() -> None:
    EvidenceFile.objects.update(scan_due_at=timezone.now())


def states() -> set[str]:
    return set(EvidenceFile.objects.values_list("scan", flat=True))


class TestAsking:
    @pytest.mark.parametrize("content", [b"", b"a", b"abc" * 100_000])
    def test_sends_all_of_it(self, clamd: Clamd, content: bytes) -> None:
        assert find_virus(io.BytesIO(content), clamd.url) == ""
        assert clamd.heard == [content]

    def test_hears_of_a_virus_by_name(self, clamd: Clamd) -> None:
        assert find_virus(io.BytesIO(b"x" * 70_000 + EICAR), clamd.url) == "Eicar-Test-Signature"

    def test_goes_over_a_socket_file_too(self, tmp_path: Path) -> None:
        with running_clamd(tmp_path / "ctl") as clamd:
            assert find_virus(io.BytesIO(b"a"), clamd.url) == ""
            assert find_virus(io.BytesIO(EICAR), clamd.url) == "Eicar-Test-Signature"

    @pytest.mark.parametrize(
        "answer",
        [
            b"INSTREAM: Can't allocate memory ERROR",
            b"stream: OK\nstream: OK",
            b"stream: not OK",
            b"OK",
            b"stream: FOUND",
            b" ",
        ],
    )
    def test_takes_nothing_else_for_clean(self, clamd: Clamd, answer: bytes) -> None:
        clamd.answer = answer
        with pytest.raises(ScanFailed):
            find_virus(io.BytesIO(b"a"), clamd.url)

    def test_hears_that_a_file_is_too_large_for_the_scanner(self, clamd: Clamd) -> None:
        clamd.limit = 100_000
        with pytest.raises(ScanFailed):
            find_virus(io.BytesIO(bytes(5_000_000)), clamd.url)

    def test_knows_that_nobody_is_there(self, tmp_path: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        for address in (url, f"unix://{tmp_path}/none"):
            with pytest.raises(ScannerDown):
                find_virus(io.BytesIO(b"a"), address)

    def test_does_not_wait_for_ever(self, clamd: Clamd, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(client, "PATIENCE", 0.2)
        clamd.hold.clear()
        with pytest.raises(ScanFailed):
            find_virus(io.BytesIO(b"a"), clamd.url)


class TestScanning:
    def test_gives_out_what_is_clean(self, story: Story, plan: ActionPlan, scanned: Clamd) -> None:
        share_with(plan, story.alice, story.customer)
        file = add_file(plan, story.alice, content=b"Forty.", shown_to=ShownTo.READERS)
        assert not EvidenceFile.objects.visible_to(story.dora).exists()
        assert scan_due() == 1
        assert scanned.heard == [b"Forty."]
        assert EvidenceFile.objects.visible_to(story.dora).get() == file
        assert scan_due() == 0

    @pytest.mark.usefixtures("scanned")
    def test_deletes_what_is_infected_and_says_so_to_the_site(
        self,
        story: Story,
        plan: ActionPlan,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        share_with(plan, story.alice, story.customer)
        file = add_file(plan, story.alice, "test.txt", EICAR, shown_to=ShownTo.READERS)
        with django_capture_on_commit_callbacks(execute=True):
            assert scan_due() == 1
        assert states() == {Scan.INFECTED}
        assert kept_files() == []
        assert not EvidenceFile.objects.visible_to(story.dora).exists()
        entry = timeline(aggregate=Aggregate.PLAN, aggregate_id=plan.pk, reader=Reader.SITE)[-1]
        assert (entry.who, entry.sentence) == (
            "The portal",
            "Found a virus in the file “test.txt” and deleted it",
        )
        alice = client_of(story.alice)
        assert alice.get(f"/evidence/{file.pk}/").status_code == 409
        assert "A virus was found" in text_of(alice.get(f"/cars/{plan.finding_id}/plan/"))

    @pytest.mark.usefixtures("scanned")
    def test_leaves_a_name_that_can_still_be_taken_out(self, story: Story, plan: ActionPlan) -> None:
        file = add_file(plan, story.alice, "Ana Lopez.txt", EICAR)
        scan_due()
        redact_evidence(file_id=file.pk, actor=story.alice, reason="Named.")
        entries = timeline(aggregate=Aggregate.PLAN, aggregate_id=plan.pk, reader=Reader.SITE)
        assert "Ana" not in str(entries)

    def test_tries_again_what_could_not_be_scanned(
        self, story: Story, plan: ActionPlan, scanned: Clamd
    ) -> None:
        add_file(plan, story.alice)
        scanned.answer = b"stream: Can't open file ERROR"
        for attempt in (1, 2):
            due_now()
            assert scan_due() == 0
            row = EvidenceFile.objects.get()
            assert (row.scan, row.scan_attempts) == (Scan.ERROR, attempt)
            assert row.scan_due_at > timezone.now() + FIRST_RETRY * attempt - timedelta(seconds=30)
        assert scan_due() == 0
        scanned.answer = b""
        due_now()
        assert scan_due() == 1
        assert states() == {Scan.CLEAN}

    @pytest.mark.usefixtures("scanned")
    def test_one_file_that_fails_stops_no_other(self, story: Story, plan: ActionPlan) -> None:
        add_file(plan, story.alice)
        kept_files()[0].unlink()
        add_file(plan, story.alice, "two.txt")
        assert scan_due() == 1
        assert states() == {Scan.ERROR, Scan.CLEAN}

    @pytest.mark.usefixtures("scanned")
    def test_a_scanner_that_is_down_leaves_all_as_it_is(
        self, story: Story, plan: ActionPlan, settings: Settings
    ) -> None:
        add_file(plan, story.alice)
        settings.CLAMD_URL = "tcp://127.0.0.1:1"
        assert scan_due() == 0
        row = EvidenceFile.objects.get()
        assert (row.scan, row.scan_attempts) == (Scan.PENDING, 0)
        assert row.scan_due_at < timezone.now() + FIRST_RETRY

    @pytest.mark.usefixtures("scanned")
    def test_a_worker_that_died_leaves_its_file_to_others(self, story: Story, plan: ActionPlan) -> None:
        add_file(plan, story.alice)
        EvidenceFile.objects.update(scan_attempts=1, scan_due_at=timezone.now() + LEASE)
        assert scan_due() == 0
        EvidenceFile.objects.update(scan_due_at=timezone.now() - timedelta(seconds=1))
        assert scan_due() == 1

    def test_takes_up_files_from_before_there_was_a_scanner(
        self, story: Story, plan: ActionPlan, clamd: Clamd, settings: Settings
    ) -> None:
        add_file(plan, story.alice)
        assert states() == {Scan.UNSCANNED}
        assert scan_due() == 0
        settings.CLAMD_URL = clamd.url
        assert not EvidenceFile.objects.get().is_served
        assert scan_due() == 1
        assert states() == {Scan.CLEAN}

    def test_leaves_alone_what_was_taken_out(self, story: Story, plan: ActionPlan, scanned: Clamd) -> None:
        file = add_file(plan, story.alice)
        redact_evidence(file_id=file.pk, actor=story.alice, reason="Named.")
        assert scan_due() == 0
        assert scanned.heard == []


@pytest.mark.django_db(transaction=True)
def test_file_is_scanned_by_a_worker_as_soon_as_it_was_added(
    live_portal: LivePortal, clamd: Clamd, settings: Settings, evidence_folder: Path
) -> None:
    settings.CLAMD_URL = clamd.url
    live_portal.restart("worker", CLAMD_URL=clamd.url, EVIDENCE_DIR=str(evidence_folder))
    story = make_story()
    plan = story.plan()
    clean, infected = add_file(plan, story.alice), add_file(plan, story.alice, "virus.txt", EICAR)
    deadline = time.monotonic() + 20
    while states() != {Scan.CLEAN, Scan.INFECTED}:
        assert time.monotonic() < deadline, states()
        time.sleep(0.05)
    assert EvidenceFile.objects.get(pk=clean.pk).is_served
    assert not EvidenceFile.objects.get(pk=infected.pk).is_served
