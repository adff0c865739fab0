"""A PDF is made once by a worker and kept for its reader; what fails says why, and removed words go from it too."""

import os
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from actionplans.models import ActionPlan, PlanShare, Rendering, RenderingStatus
from actionplans.pdf import making
from actionplans.pdf.making import MOST_ATTEMPTS, make_due
from actionplans.pdf.services import note_failed, note_made, owe_rendering
from actionplans.pdf.storing import discard, keep, sweep
from actionplans.plans.services import publish_plan, redact_words
from carportal.celery import app
from carportal.core.errors import Conflict
from carportal.core.printing import Printable, Reason, print_pdf
from tests.actionplans.conftest import Story, make_story
from tests.actionplans.making import CONFIRM, share_with, write
from tests.actionplans.pages import client_of, form_of, heading_of, let_see_plans, text_of
from tests.actionplans.papers import handed, kept_pdfs, pdf_at
from tests.factories import make_actor
from tests.live import LivePortal
from tests.parallel import at_once, in_turn

pytestmark = pytest.mark.usefixtures("pdf_folder")


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer, asks=CONFIRM)


@pytest.fixture
def dora(story: Story) -> Client:
    return client_of(story.dora)


def address(share: PlanShare) -> str:
    return reverse("share_pdf", args=[share.pk])


def only_row() -> Rendering:
    return Rendering.objects.get()


class TestMaking:
    def test_reader_waits_on_a_page_that_renews_itself(self, share: PlanShare, dora: Client) -> None:
        page = dora.get(address(share))
        assert page.status_code == 202
        assert page["Refresh"] == "2"
        assert heading_of(page).endswith("The PDF is being made")
        assert only_row().is_waiting

    def test_file_is_made_once_and_then_served(
        self, share: PlanShare, dora: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = pdf_at(dora, address(share))
        assert first["Content-Type"] == "application/pdf"
        row = only_row()
        assert (row.is_ready, row.source, row.size) == (True, None, len(first.content))
        monkeypatch.setattr(making, "print_pdf", None)
        assert pdf_at(dora, address(share)).content == first.content
        assert make_due() == 0
        assert [path.stat().st_size for path in kept_pdfs()] == [row.size]

    def test_key_in_the_store_says_nothing(self, share: PlanShare, dora: Client) -> None:
        pdf_at(dora, address(share))
        (path,) = kept_pdfs()
        assert path.name.isalnum()
        assert len(path.name) == 40
        assert path.stat().st_mode & 0o077 == 0

    def test_a_kept_file_costs_few_queries(self, share: PlanShare, dora: Client) -> None:
        pdf_at(dora, address(share))
        with CaptureQueriesContext(connection) as queries:
            asked = dora.get(address(share))
        assert asked.status_code == 302
        assert len(queries) == 6, [query["sql"] for query in queries]
        with CaptureQueriesContext(connection) as queries:
            assert dora.get(asked["Location"]).status_code == 200
        assert len(queries) == 0, [query["sql"] for query in queries]

    def test_worker_is_woken_once_it_is_owed(
        self,
        share: PlanShare,
        dora: Client,
        monkeypatch: pytest.MonkeyPatch,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        sent: list[str] = []
        monkeypatch.setattr("actionplans.pdf.services.send_task", sent.append)
        with django_capture_on_commit_callbacks(execute=True):
            dora.get(address(share))
        dora.get(address(share))
        assert sent == ["actionplans.tasks.make_pdfs"]

    def test_what_changed_is_another_file(self, story: Story, plan: ActionPlan, share: PlanShare) -> None:
        alice = client_of(story.alice)
        before = pdf_at(alice, address(share)).content
        write(plan, story.alice, actions="Something else")
        share_with(plan, story.alice, story.customer)
        assert pdf_at(alice, address(share)).content != before
        assert Rendering.objects.count() == 2

    def test_each_organisation_has_its_own_row(self, story: Story, plan: ActionPlan) -> None:
        """How soon it is served would tell that another one had it made."""
        publish_plan(plan_id=plan.pk, actor=story.alice)
        contents = set()
        for customer in (story.customer, story.other):
            let_see_plans(story, customer)
            client = client_of(make_actor(customer))
            assert client.get(reverse("plan_pdf", args=[story.finding.pk])).status_code == 202
            contents.add(pdf_at(client, reverse("plan_pdf", args=[story.finding.pk])).content)
        assert len(contents) == 1
        assert Rendering.objects.count() == 2

    @pytest.mark.parametrize(
        "damage",
        [
            pytest.param(Path.unlink, id="lost"),
            pytest.param(lambda path: path.write_bytes(b"%PDF-"), id="cut off"),
        ],
    )
    def test_a_file_that_the_store_lost_is_made_anew(
        self, share: PlanShare, dora: Client, damage: Callable[[Path], object]
    ) -> None:
        before = pdf_at(dora, address(share)).content
        damage(*kept_pdfs())
        assert pdf_at(dora, address(share)).content == before

    def test_asking_notes_the_day_so_that_it_is_kept(self, share: PlanShare, dora: Client) -> None:
        pdf_at(dora, address(share))
        Rendering.objects.update(used_on=date(2026, 1, 1))
        dora.get(address(share))
        assert only_row().used_on == timezone.localdate()


class TestFailure:
    def test_says_why_and_can_be_tried_again(
        self, share: PlanShare, dora: Client, settings: Settings
    ) -> None:
        settings.PDF_SECONDS = 0.01
        page = pdf_at(dora, address(share))
        assert page.status_code == 503
        assert "took longer than it may" in text_of(page)
        assert only_row().source is None
        assert dora.get(address(share)).status_code == 503
        form = form_of(page)
        assert [button.text for button in form.all("button")] == ["Try again"]
        settings.PDF_SECONDS = 60
        again = dora.post(form["action"])
        assert (again.status_code, again["Location"]) == (302, address(share))
        assert pdf_at(dora, address(share)).status_code == 200

    @pytest.mark.parametrize("reason", Reason)
    def test_each_reason_is_told(self, share: PlanShare, dora: Client, reason: Reason) -> None:
        """As a worker notes it, whose own limits are tested where they are."""
        assert dora.get(address(share)).status_code == 202
        Rendering.objects.update(due_at=timezone.now() + timedelta(minutes=5))  # one is at it
        note_failed(claimed=only_row(), reason=reason)
        page = dora.get(address(share))
        assert page.status_code == 503
        assert str(reason.label) in text_of(page)

    def test_is_forgotten_once_the_worker_had_its_time(
        self, share: PlanShare, dora: Client, settings: Settings
    ) -> None:
        settings.PDF_SECONDS = 0.01
        assert pdf_at(dora, address(share)).status_code == 503
        Rendering.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        settings.PDF_SECONDS = 60
        assert pdf_at(dora, address(share)).status_code == 200

    def test_worker_that_dies_at_it_leaves_it_to_the_next_and_at_last_to_nobody(
        self, share: PlanShare, dora: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Killed(BaseException):
            pass

        def killed(_printable: Printable) -> bytes:
            raise Killed

        dora.get(address(share))
        monkeypatch.setattr(making, "print_pdf", killed)
        for _attempt in range(MOST_ATTEMPTS):
            with pytest.raises(Killed):
                make_due()
            assert make_due() == 0, "its lease is not over"
            Rendering.objects.update(due_at=timezone.now())
        assert make_due() == 0
        assert "could not be made" in text_of(dora.get(address(share)))

    def test_store_that_is_away_is_tried_again(
        self, share: PlanShare, dora: Client, pdf_folder: Path
    ) -> None:
        dora.get(address(share))
        pdf_folder.write_text("a file where the folder should be")
        assert make_due() == 0
        assert only_row().is_waiting
        pdf_folder.unlink()
        Rendering.objects.update(due_at=timezone.now())
        assert make_due() == 1

    @pytest.mark.parametrize(
        "changes",
        [
            {"status": "made"},
            {"status": RenderingStatus.READY},
            {"status": RenderingStatus.FAILED, "source": None},
            {"source": None},
            {"plan_id": None},
            {"digest": "0" * 64},
        ],
    )
    def test_database_refuses_what_is_not_whole(
        self, share: PlanShare, dora: Client, changes: dict[str, object]
    ) -> None:
        dora.get(address(share))
        with pytest.raises(DatabaseError), transaction.atomic():
            Rendering.objects.update(**changes)


class TestRedaction:
    @staticmethod
    def redact(story: Story, plan: ActionPlan, **more: object) -> None:
        redact_words(plan_id=plan.pk, actor=story.bob, words="twelve months", reason="A name", **more)  # type: ignore[arg-type]

    @pytest.mark.parametrize("everywhere", [True, False])
    def test_takes_every_file_of_the_plan_along(
        self,
        story: Story,
        plan: ActionPlan,
        share: PlanShare,
        dora: Client,
        everywhere: bool,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        pdf_at(dora, address(share))
        alice = client_of(story.alice)
        alice.get(address(share))
        assert len(kept_pdfs()) == 1
        revision = plan.revisions.get()
        with django_capture_on_commit_callbacks(execute=True):
            self.redact(story, plan, **({} if everywhere else {"revision_id": revision.pk}))
        assert kept_pdfs() == []
        assert Rendering.objects.count() == 0
        assert b"%PDF" in pdf_at(dora, address(share)).content

    def test_what_is_just_being_made_is_not_kept(
        self, story: Story, plan: ActionPlan, share: PlanShare, dora: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def redacted_meanwhile(printable: Printable) -> bytes:
            self.redact(story, plan)
            return print_pdf(printable)

        dora.get(address(share))
        monkeypatch.setattr(making, "print_pdf", redacted_meanwhile)
        assert make_due() == 0
        assert kept_pdfs() == []
        assert Rendering.objects.count() == 0

    @pytest.mark.usefixtures("share")
    def test_what_was_read_before_is_not_owed_after(self, story: Story, plan: ActionPlan) -> None:
        revision = plan.revisions.get()
        paper = Printable(
            html="twelve months", style="", title="x", language="en-gb", created=timezone.now(), attached={}
        )
        self.redact(story, plan)
        with pytest.raises(Conflict, match="Words have been removed"):
            owe_rendering(printable=paper, reader_id=None, revision=revision)
        assert Rendering.objects.count() == 0


class TestSweep:
    def test_deletes_what_nobody_asked_for_in_a_long_time(self, share: PlanShare, dora: Client) -> None:
        pdf_at(dora, address(share))
        assert sweep() == 0
        Rendering.objects.update(used_on=timezone.localdate() - timedelta(days=91))
        self.age()
        assert sweep() == 1
        assert kept_pdfs() == []
        assert pdf_at(dora, address(share)).status_code == 200

    @pytest.mark.django_db
    def test_deletes_what_never_got_a_row_once_it_is_old(self) -> None:
        keep(b"made by a worker that lost its power")
        assert sweep() == 0
        self.age()
        assert sweep() == 1
        assert kept_pdfs() == []

    @staticmethod
    def age() -> None:
        then = (timezone.now() - timedelta(hours=7)).timestamp()
        for path in kept_pdfs():
            os.utime(path, (then, then))


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_that_ask_and_two_workers_make_it_once(self) -> None:
        story = make_story()
        plan = story.plan()
        share = share_with(plan, story.alice, story.customer)

        def ask() -> int:
            return client_of(story.dora).get(address(share)).status_code

        assert at_once(ask, ask) == [202, 202]
        assert Rendering.objects.count() == 1
        assert Counter(at_once(make_due, make_due)) == {0: 1, 1: 1}
        assert len(kept_pdfs()) == 1

    def test_redaction_takes_along_what_is_kept_in_the_same_moment(self) -> None:
        for keeps_first in (True, False):
            story = make_story()
            plan = story.plan()
            share = share_with(plan, story.alice, story.customer)
            client_of(story.dora).get(address(share))
            claimed = making._claim()
            assert claimed is not None
            key = keep(b"%PDF-")

            def note(claimed: Rendering = claimed, key: str = key) -> bool:
                if note_made(claimed=claimed, key=key, content=b"%PDF-"):
                    return True
                discard(key)
                return False

            def redact(story: Story = story, plan: ActionPlan = plan) -> None:
                TestRedaction.redact(story, plan)

            kept, redacted = in_turn(note, redact) if keeps_first else reversed(in_turn(redact, note))
            assert (kept, redacted) == (keeps_first, None)
            assert Rendering.objects.count() == 0
            assert kept_pdfs() == []


class TestByWorker:
    def test_makes_what_it_never_heard_of_with_the_next_sweep(
        self, live_portal: LivePortal, pdf_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        live_portal.restart("worker", PDF_DIR=str(pdf_folder))
        story = make_story()
        share = share_with(story.plan(), story.alice, story.customer)
        dora = client_of(story.dora)
        monkeypatch.setattr("actionplans.pdf.services.send_task", lambda _name: None)  # the broker was down
        assert dora.get(address(share)).status_code == 202
        app.send_task(str(settings.CELERY_BEAT_SCHEDULE["make-pdfs"]["task"]))
        deadline = time.monotonic() + 60
        while (page := dora.get(address(share))).status_code == 202:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert handed(dora, page).content.startswith(b"%PDF-")

    def test_request_waits_a_moment_and_holds_no_lock_meanwhile(
        self, live_portal: LivePortal, pdf_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(settings, "PDF_WAIT_SECONDS", 60.0)
        live_portal.restart("worker", PDF_DIR=str(pdf_folder))
        story = make_story()
        share = share_with(story.plan(), story.alice, story.customer)
        dora = client_of(story.dora)
        assert handed(dora, dora.get(address(share))).content.startswith(b"%PDF-")
