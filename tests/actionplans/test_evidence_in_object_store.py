"""Evidence in an object store: private, streamed both ways, and nothing of a file where the store fails."""

import hashlib
import io
import socket
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from actionplans.evidence.scanning import scan_due
from actionplans.evidence.services import redact_evidence
from actionplans.evidence.storing import Sweep, keep, opened, store, sweep
from actionplans.models import ActionPlan, EvidenceFile, Scan
from carportal.core import blobs
from carportal.core.errors import Unavailable
from carportal.core.models import AuditEvent
from carportal.environment import FileStore
from tests.actionplans.clamd import EICAR, running_clamd
from tests.actionplans.conftest import Story
from tests.actionplans.making import add_file
from tests.actionplans.pages import client_of, problems_of
from tests.object_store import ENTERED_BY, Bucket, keep_evidence_in

pytestmark = pytest.mark.django_db

MEGABYTE = 1024**2


def key_of(file: EvidenceFile) -> str:
    return f"portal/evidence/{file.storage_key}"


class TestKeeping:
    def test_leaves_the_file_whole_private_and_under_a_key_that_says_nothing(
        self, story: Story, plan: ActionPlan, bucket: Bucket
    ) -> None:
        file = add_file(plan, story.alice, "Receipts.txt", b"Forty.")
        (key,) = bucket.keys()
        assert key == key_of(file)
        assert set(file.storage_key) <= set("0123456789abcdef/")
        assert bucket.read(key) == b"Forty."
        assert file.sha256 == hashlib.sha256(b"Forty.").hexdigest()
        assert bucket.is_private(key)

    def test_leads_nobody_past_the_portal(self, story: Story, plan: ActionPlan, bucket: Bucket) -> None:
        file = add_file(plan, story.alice)
        with pytest.raises(NotImplementedError):
            store().url(file.storage_key)
        page = client_of(story.alice).get(f"/cars/{plan.finding_id}/plan/").content.decode()
        assert file.name in page
        assert bucket.name not in page
        assert file.storage_key not in page

    @pytest.mark.usefixtures("bucket")
    def test_gives_the_file_out_as_one_to_be_saved(self, story: Story, plan: ActionPlan) -> None:
        file = add_file(plan, story.alice, "Receipts.txt", b"Forty.")
        response: Any = client_of(story.alice).get(f"/evidence/{file.pk}/")
        assert b"".join(response.streaming_content) == b"Forty."
        assert response["Content-Length"] == "6"
        assert response["Content-Disposition"] == 'attachment; filename="Receipts.txt"'
        assert response["X-Content-Type-Options"] == "nosniff"

    @pytest.mark.usefixtures("bucket")
    def test_of_a_large_file_takes_little_memory_both_ways(self, tmp_path: Path) -> None:
        keep(io.BytesIO(b"Whatever is loaded only once."))
        large = tmp_path / "large"
        with large.open("wb") as hole:
            hole.truncate(24 * MEGABYTE)
        tracemalloc.start()
        try:
            with large.open("rb") as content:
                key = keep(content)
            with store().open(key) as content:
                length = sum(len(piece) for piece in iter(lambda: content.read(64 * 1024), b""))
            assert length == 24 * MEGABYTE
            assert tracemalloc.get_traced_memory()[1] < 4 * MEGABYTE
        finally:
            tracemalloc.stop()

    @pytest.mark.usefixtures("bucket")
    def test_lets_a_file_be_read_where_it_is_and_fetches_it_nowhere(self) -> None:
        key = keep(io.BytesIO(b"Forty."))
        with store().open(key) as content:
            assert not content.seekable()
            assert content.read() == b"Forty."

    def test_takes_out_the_bytes_with_the_name(
        self,
        story: Story,
        plan: ActionPlan,
        bucket: Bucket,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        file = add_file(plan, story.alice)
        with django_capture_on_commit_callbacks(execute=True):
            redact_evidence(file_id=file.pk, actor=story.alice, reason="Named.")
        assert bucket.keys() == []

    @pytest.mark.usefixtures("bucket")
    def test_has_files_scanned_where_they_are(
        self, story: Story, plan: ActionPlan, settings: Settings
    ) -> None:
        with running_clamd() as clamd:
            settings.CLAMD_URL = clamd.url
            clean = add_file(plan, story.alice, "clean.txt", b"Forty.")
            bad = add_file(plan, story.alice, "bad.txt", EICAR)
            assert scan_due() == 2
        verdicts = dict(EvidenceFile.objects.values_list("pk", "scan"))
        assert verdicts == {clean.pk: Scan.CLEAN, bad.pk: Scan.INFECTED}


@contextmanager
def nobody() -> Iterator[str]:
    """An address at which nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    yield address


@contextmanager
def losing() -> Iterator[str]:
    """A store that goes away in the middle of whatever is sent to it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        over = threading.Event()
        thread = threading.Thread(target=_hang_up, args=(server, over), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        over.set()
        thread.join()


def _hang_up(server: socket.socket, over: threading.Event) -> None:
    while not over.is_set():
        try:
            connection, _address = server.accept()
        except TimeoutError:
            continue
        with connection:
            connection.recv(4096)


@contextmanager
def refusing(object_store: str) -> Iterator[str]:
    """A store in which there is no such bucket, or none that the portal may use."""
    yield object_store


class TestFailing:
    @pytest.fixture(params=["nobody", "losing", "refusing"])
    def failing(
        self, request: pytest.FixtureRequest, object_store: str, settings: Settings
    ) -> Iterator[None]:
        ways = {"nobody": nobody, "losing": losing, "refusing": lambda: refusing(object_store)}
        with ways[request.param]() as endpoint:
            options = {"endpoint_url": endpoint, "bucket_name": "no-such-bucket", **ENTERED_BY}
            keep_evidence_in(FileStore(options, "portal"), settings)
            yield

    @pytest.mark.usefixtures("failing")
    def test_brings_the_form_back_and_leaves_no_row(self, story: Story, plan: ActionPlan) -> None:
        events = AuditEvent.objects.count()
        page = client_of(story.alice).post(
            f"/cars/{plan.finding_id}/plan/evidence/add/",
            {
                "file": SimpleUploadedFile("a.txt", b"a line\n" * 100_000),
                "description": "Forty receipts",
                "shown_to": "site",
            },
        )
        assert page.status_code == 503
        assert "Nothing was saved. Try again later" in problems_of(page)[0]
        assert 'value="Forty receipts"' in page.content.decode()
        assert EvidenceFile.objects.count() == 0
        assert AuditEvent.objects.count() == events

    def test_says_that_a_file_cannot_be_read(
        self, story: Story, plan: ActionPlan, bucket: Bucket, settings: Settings
    ) -> None:
        file = add_file(plan, story.alice)
        with nobody() as endpoint:
            keep_evidence_in(FileStore(bucket.options | {"endpoint_url": endpoint}, "portal"), settings)
            page = client_of(story.alice).get(f"/evidence/{file.pk}/")
        assert page.status_code == 503
        assert "This file cannot be read at the moment." in page.content.decode()

    def test_says_so_of_a_file_that_is_gone(self, story: Story, plan: ActionPlan, bucket: Bucket) -> None:
        file = add_file(plan, story.alice)
        bucket.client.delete_object(Bucket=bucket.name, Key=key_of(file))
        with pytest.raises(Unavailable, match="cannot be read at the moment"):
            opened(file)


class TestSweep:
    def test_goes_through_all_pages_of_a_list(
        self, story: Story, plan: ActionPlan, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = iter("aaaaaaaa")
        with monkeypatch.context() as patch:  # all in one folder
            patch.setattr(
                blobs, "secrets", SimpleNamespace(token_hex=lambda _n: f"{next(first)}{uuid4().hex}")
            )
            for _number in range(8):
                keep(io.BytesIO(b"An upload whose server lost its power."))
        kept = add_file(plan, story.alice)
        assert sweep() == Sweep(0, [])  # each might get its row yet
        monkeypatch.setattr(blobs, "GRACE", timedelta(seconds=-5))
        assert sweep() == Sweep(8, [])
        assert bucket.keys() == [key_of(kept)]

    def test_names_the_rows_whose_files_are_gone(
        self, story: Story, plan: ActionPlan, bucket: Bucket
    ) -> None:
        file = add_file(plan, story.alice)
        add_file(plan, story.alice, "two.txt", b"Two.")
        bucket.client.delete_object(Bucket=bucket.name, Key=key_of(file))
        assert sweep() == Sweep(0, [str(file.pk)])

    def test_leaves_what_else_is_in_the_bucket(self, bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(blobs, "GRACE", timedelta(seconds=-5))
        bucket.client.put_object(Bucket=bucket.name, Key="portal/pdfs/a/b", Body=b"Of another kind.")
        assert sweep() == Sweep(0, [])
        assert bucket.keys() == ["portal/pdfs/a/b"]
