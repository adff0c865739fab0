"""Files on the pages: choosing one, reading of them, saving one, saying who sees it, taking it out."""

from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from actionplans.models import ActionPlan, EvidenceFile, Scan, ShownTo
from actionplans.plans.services import publish_plan
from carportal.core.actor import Role
from tests.actionplans.conftest import Story
from tests.actionplans.files import BAD, GOOD, TEXT
from tests.actionplans.making import add_file, end_by_next_audit, kept_files, share_with
from tests.actionplans.pages import (
    Response,
    client_of,
    data_of,
    form_of,
    heading_of,
    main_of,
    problems_of,
    text_of,
)
from tests.factories import make_actor, make_operator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_folder")]


@pytest.fixture
def alice(story: Story) -> Client:
    return client_of(story.alice)


@pytest.fixture
def plan_page(plan: ActionPlan) -> str:
    return f"/cars/{plan.finding_id}/plan/"


@pytest.fixture
def add_page(plan_page: str) -> str:
    return f"{plan_page}evidence/add/"


def send(
    client: Client, page: str, name: str = "receipts.txt", content: bytes = TEXT, **values: object
) -> Response:
    """The form as it stands, with a file and what else is changed."""
    form = form_of(client.get(page))
    assert form["enctype"] == "multipart/form-data"
    data = {key: each for key, each in data_of(form).items() if key != "file"}
    return client.post(page, {**data, "file": SimpleUploadedFile(name, content), **values}, follow=True)


def rows_of(page: Response) -> list[str]:
    tables = main_of(page).all("table", aria_labelledby="evidence")
    return [row.text for table in tables for row in table.all("tr")[1:]]


class TestAdding:
    def test_is_offered_where_the_files_are(self, alice: Client, plan_page: str, add_page: str) -> None:
        page = alice.get(plan_page)
        assert "No files yet." in text_of(page)
        assert main_of(page).all("a", href=add_page)

    def test_says_before_what_is_taken_and_what_to_leave_out(self, alice: Client, add_page: str) -> None:
        text = text_of(alice.get(add_page))
        for words in (
            "25 MB at most",
            "PDF, JPEG, PNG or WebP image",
            "Do not name workers or children.",
            "Take out the names and faces of workers and children first.",
            "This portal does not scan files for viruses.",
        ):
            assert words in text

    def test_is_for_the_site_alone_at_first(self, alice: Client, add_page: str) -> None:
        page = send(alice, add_page, "Receipts.TXT", description="Of spring")
        assert "File added: Receipts.txt." in page.content.decode()
        (row,) = rows_of(page)
        assert row.startswith("Receipts.txt Of spring text, ")
        assert "Only your organisation" in row
        assert EvidenceFile.objects.get().shown_to == ShownTo.SITE

    def test_offers_those_who_have_the_plan(
        self, story: Story, plan: ActionPlan, alice: Client, add_page: str
    ) -> None:
        share_with(plan, story.alice, story.customer)
        labels = [
            label.text for label in form_of(alice.get(add_page)).all("label", class_="form-check-label")
        ]
        assert labels == ["Only your organisation", "Everyone who reads the plan", "Only Northmarket Ltd"]
        assert "Only Northmarket Ltd" in rows_of(send(alice, add_page, shown_to=str(story.customer.pk)))[0]
        refused = send(alice, add_page, shown_to=str(story.other.pk))
        assert len(problems_of(refused)) == 1
        assert EvidenceFile.objects.count() == 1

    def test_without_a_file_keeps_what_was_typed(self, alice: Client, add_page: str) -> None:
        page = alice.post(add_page, {"description": "Of spring", "shown_to": "readers"})
        assert problems_of(page) == ["Choose a file."]
        assert data_of(form_of(page)) | {"csrfmiddlewaretoken": []} == {
            "csrfmiddlewaretoken": [],
            "file": [""],
            "description": ["Of spring"],
            "shown_to": ["readers"],
        }
        assert "Choose the file again" in text_of(page)
        assert "Error:" in page.content.decode().partition("<title>")[2][:20]

    @pytest.mark.parametrize("what", ["a .exe", "a program as PDF", "empty report.pdf", "Word with macros"])
    def test_of_a_wrong_file_says_why_at_its_field(self, alice: Client, add_page: str, what: str) -> None:
        page = send(alice, add_page, *BAD[what])
        assert page.status_code == 200
        assert len(problems_of(page)) == 1
        assert kept_files() == []

    def test_of_a_file_that_is_too_large_keeps_what_was_typed(
        self, alice: Client, add_page: str, settings: Settings
    ) -> None:
        settings.EVIDENCE_FILE_MB = settings.UPLOAD_MAX_MB = 1
        page = send(alice, add_page, content=bytes(1024**2 + 1), description="Of spring")
        assert problems_of(page) == ["The file is larger than 1 MB. Choose a smaller one, or split it."]
        assert 'value="Of spring"' in page.content.decode()

    def test_asks_before_a_party_learns_of_another(
        self, story: Story, plan: ActionPlan, alice: Client, add_page: str
    ) -> None:
        share_with(plan, story.alice, story.customer)
        page = send(alice, add_page, shown_to="readers", description="Agreed with Fairprice Stores")
        assert page.status_code == 409
        assert "names Fairprice Stores plc. Confirm" in problems_of(page)[0]
        assert EvidenceFile.objects.count() == 0
        confirmed: dict[str, Any] = {
            "names": [str(story.other.pk)],
            "description": "Agreed with Fairprice Stores",
        }
        page = send(alice, add_page, shown_to="readers", **confirmed)
        assert len(rows_of(page)) == 1

    def test_is_over_when_the_car_has_ended(
        self, story: Story, alice: Client, plan_page: str, add_page: str
    ) -> None:
        end_by_next_audit(story.finding)
        assert alice.get(add_page).status_code == 409
        assert not main_of(alice.get(plan_page)).all("a", href=add_page)

    def test_waits_for_a_plan(self, story: Story, alice: Client) -> None:
        assert alice.get(f"/cars/{story.finding.pk}/plan/evidence/add/").status_code == 404


class TestSaving:
    @pytest.mark.parametrize("name", GOOD)
    def test_gives_the_file_to_be_saved_and_never_to_be_shown(
        self, story: Story, plan: ActionPlan, alice: Client, name: str
    ) -> None:
        file = add_file(plan, story.alice, name, GOOD[name])
        response: Response = alice.get(f"/evidence/{file.pk}/")
        content = b"".join(response.streaming_content)
        assert len(content) == file.size == int(response["Content-Length"])
        assert response["Content-Type"] == file.file_kind.content_type
        assert response["Content-Disposition"] == f'attachment; filename="{file.name}"'
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"

    def test_names_it_in_any_script(self, story: Story, plan: ActionPlan, alice: Client) -> None:
        file = add_file(plan, story.alice, 'إيصالات";\r\nX: y.txt')
        response: Response = alice.get(f"/evidence/{file.pk}/")
        assert b"".join(response.streaming_content) == b"Forty receipts."
        disposition = response["Content-Disposition"]
        assert disposition.startswith("attachment; filename*=utf-8''%D8%A5")
        assert "\n" not in disposition

    @pytest.mark.parametrize("scan", [Scan.PENDING, Scan.ERROR])
    def test_waits_for_the_scan(
        self, story: Story, plan: ActionPlan, alice: Client, plan_page: str, settings: Settings, scan: Scan
    ) -> None:
        settings.CLAMD_URL = "tcp://127.0.0.1:1"
        file = add_file(plan, story.alice)
        EvidenceFile.objects.update(scan=scan)
        assert alice.get(f"/evidence/{file.pk}/").status_code == 409
        page = alice.get(plan_page)
        assert file.get_scan_display() != ""
        assert EvidenceFile.objects.get().get_scan_display() in rows_of(page)[0]
        assert not main_of(page).all("a", href=f"/evidence/{file.pk}/")
        assert "does not scan files" not in text_of(page)

    def test_of_what_was_taken_out_is_over(self, story: Story, plan: ActionPlan, alice: Client) -> None:
        file = add_file(plan, story.alice)
        alice.post(f"/evidence/{file.pk}/take-out/", {"reason": "Named."})
        assert alice.get(f"/evidence/{file.pk}/").status_code == 409


class TestReaders:
    def test_party_finds_its_files_on_the_page_of_its_share(
        self, story: Story, plan: ActionPlan, alice: Client
    ) -> None:
        share = share_with(plan, story.alice, story.customer)
        share_with(plan, story.alice, story.other)
        add_file(plan, story.alice, "own.txt")
        add_file(plan, story.alice, "other.txt", party=story.other)
        file = add_file(plan, story.alice, "customer.txt", party=story.customer, description="As agreed")
        add_file(plan, story.alice, "all.txt", shown_to=ShownTo.READERS)
        for client in (client_of(story.dora), alice):
            rows = rows_of(client.get(f"/shares/{share.pk}/"))
            assert [row.split()[0] for row in rows] == ["all.txt", "customer.txt"]
            assert "As agreed" in rows[1]
        page = client_of(story.dora).get(f"/shares/{share.pk}/")
        assert main_of(page).all("a", href=f"/evidence/{file.pk}/")
        assert "This portal does not scan files for viruses." in text_of(page)
        assert not [link for link in main_of(page).all("a") if "take-out" in link["href"]]

    def test_operator_finds_what_everyone_sees_on_the_published_plan(
        self, story: Story, plan: ActionPlan, plan_page: str
    ) -> None:
        add_file(plan, story.alice, "own.txt")
        file = add_file(plan, story.alice, "all.txt", shown_to=ShownTo.READERS)
        publish_plan(plan_id=plan.pk, actor=story.alice)
        operator = make_operator()
        page = client_of(make_actor(operator, Role.COMPLIANCE)).get(plan_page)
        assert [row.split()[0] for row in rows_of(page)] == ["all.txt"]
        assert main_of(page).all("a", href=f"/evidence/{file.pk}/take-out/")
        viewer = client_of(make_actor(operator, Role.VIEWER)).get(plan_page)
        assert not main_of(viewer).all("a", href=f"/evidence/{file.pk}/take-out/")

    def test_page_without_files_has_no_place_for_them(self, story: Story, plan: ActionPlan) -> None:
        share = share_with(plan, story.alice, story.customer)
        add_file(plan, story.alice)
        assert "Evidence" not in text_of(client_of(story.dora).get(f"/shares/{share.pk}/"))

    def test_are_changed_on_a_page_of_its_own(
        self, story: Story, plan: ActionPlan, alice: Client, plan_page: str
    ) -> None:
        share_with(plan, story.alice, story.customer)
        file = add_file(plan, story.alice, "Fairprice.txt")
        story.other.name = "Fairprice plc"
        story.other.save()
        url = f"/evidence/{file.pk}/readers/"
        page = alice.get(url)
        assert heading_of(page).endswith("Who sees “Fairprice.txt”?")
        assert data_of(form_of(page))["shown_to"] == ["site"]
        page = alice.post(url, {"shown_to": str(story.customer.pk)})
        assert page.status_code == 409
        assert "names Fairprice plc" in problems_of(page)[0]
        page = alice.post(
            url, {"shown_to": str(story.customer.pk), "names": [str(story.other.pk)]}, follow=True
        )
        assert page.redirect_chain == [(f"{plan_page}#evidence", 302)]
        assert "Only Northmarket Ltd" in rows_of(page)[0]
        assert data_of(form_of(alice.get(url)))["shown_to"] == [str(story.customer.pk)]


class TestTakingOut:
    def test_needs_a_reason_and_leaves_a_place(self, story: Story, plan: ActionPlan, alice: Client) -> None:
        share = share_with(plan, story.alice, story.customer)
        file = add_file(plan, story.alice, "Ana.txt", shown_to=ShownTo.READERS, description="Ana's")
        url = f"/evidence/{file.pk}/take-out/"
        assert "You cannot undo this." in text_of(alice.get(url))
        page = alice.post(url, {"reason": " "})
        assert problems_of(page) == ["Say why the file is taken out, without repeating whom it names."]
        page = alice.post(url, {"reason": "It named a worker."}, follow=True)
        assert "The file was taken out of the evidence." in page.content.decode()
        assert "Took a file out of the evidence: It named a worker." in text_of(page)
        for each in (page, client_of(story.dora).get(f"/shares/{share.pk}/")):
            assert rows_of(each)[0].startswith("A file was taken out on ")
            assert "Ana" not in text_of(each)
        assert "It named a worker." not in text_of(client_of(story.dora).get(f"/shares/{share.pk}/"))

    def test_twice_says_that_it_is_done(self, story: Story, plan: ActionPlan, alice: Client) -> None:
        file = add_file(plan, story.alice)
        url = f"/evidence/{file.pk}/take-out/"
        alice.post(url, {"reason": "Named."})
        page = alice.post(url, {"reason": "Named."})
        assert page.status_code == 409
        assert "This file has been taken out of the evidence." in text_of(page)


def test_queries_do_not_grow_with_the_files(
    story: Story, plan: ActionPlan, plan_page: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    share = share_with(plan, story.alice, story.customer)
    publish_plan(plan_id=plan.pk, actor=story.alice)
    alice, dora = client_of(story.alice), client_of(story.dora)
    operator = client_of(make_actor(make_operator(), Role.COMPLIANCE))
    pages = [
        (alice, plan_page),
        (alice, f"/shares/{share.pk}/"),
        (dora, f"/shares/{share.pk}/"),
        (operator, plan_page),
    ]
    few = []
    for count in (1, 12):
        for number in range(count):
            add_file(plan, story.alice, f"{number}.txt", shown_to=ShownTo.READERS)
            add_file(plan, story.bob, f"of {number}.txt", party=story.customer)
        for client, page in pages:
            client.get(page)  # whatever is loaded only once
            if count == 1:
                few.append(_count(client, page))
            else:
                with django_assert_num_queries(few.pop(0)):
                    client.get(page)


def test_saving_a_file_takes_few_queries(
    story: Story, plan: ActionPlan, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    share_with(plan, story.alice, story.customer)
    file = add_file(plan, story.alice, party=story.customer)
    dora = client_of(story.dora)
    with django_assert_max_num_queries(5):
        assert list(dora.get(f"/evidence/{file.pk}/")) == [b"Forty receipts."]


def _count(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(page)
    return len(queries)


def test_limit_of_an_upload_is_that_of_a_file() -> None:
    assert django_settings.UPLOAD_MAX_MB == django_settings.EVIDENCE_FILE_MB == 25
    assert django_settings.EVIDENCE_PLAN_MB == 500
