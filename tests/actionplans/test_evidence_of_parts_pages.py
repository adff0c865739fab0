"""Files on the pages at the action or update that they are about: added there, listed there, posted with an update."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from actionplans.models import ActionPlan, EvidenceFile, PlanShare, ShownTo, Subject, SubjectKind, Update
from actionplans.plans.services import publish_plan
from carportal.core.actor import Role
from tests.actionplans.agreeing import post
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    add_file,
    add_party,
    add_row,
    end_by_next_audit,
    kept_files,
    remove_row,
    share_with,
)
from tests.actionplans.pages import (
    Response,
    client_of,
    data_of,
    form_of,
    main_of,
    problems_of,
    text_of,
)
from tests.factories import make_actor, make_operator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_folder")]


@pytest.fixture
def action(story: Story, plan: ActionPlan) -> UUID:
    return add_row(plan, story.alice, "actions", what="Repay the fees.")


@pytest.fixture
def share(story: Story, plan: ActionPlan, action: UUID) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


@pytest.fixture
def site(story: Story) -> Client:
    return client_of(story.alice)


@pytest.fixture
def party(story: Story) -> Client:
    return client_of(story.dora)


@pytest.fixture
def plan_page(plan: ActionPlan) -> str:
    return reverse("plan", args=[plan.finding_id])


@pytest.fixture
def post_page(share: PlanShare) -> str:
    """Of a plan that the customer has."""
    return reverse("plan_update", args=[share.plan.finding_id])


def at_action(page: Response, action: UUID) -> str:
    return main_of(page).one("tr", id=f"action-{action}").text


def listed(page: Response) -> list[str]:
    tables = main_of(page).all("table", aria_labelledby="evidence")
    return [row.text for table in tables for row in table.all("tr")[1:]]


def send_update(
    client: Client, page: str, files: Mapping[str, bytes], text: str = "Half is repaid.", **changes: Any
) -> Response:
    """The form as it stands, with these files."""
    form = form_of(client.get(page))
    assert form["enctype"] == "multipart/form-data"
    data = {name: values for name, values in data_of(form).items() if name != "file"}
    uploads = [SimpleUploadedFile(name, content) for name, content in files.items()]
    return client.post(page, {**data, "text": text, "file": uploads, **changes}, follow=True)


class TestAtAnAction:
    @pytest.mark.usefixtures("share")
    def test_site_adds_a_file_there_and_finds_it_there(
        self, action: UUID, site: Client, plan_page: str
    ) -> None:
        (link,) = main_of(site.get(plan_page)).one("tr", id=f"action-{action}").all("a")
        assert link.text == "Add a file about: Repay the fees."
        page = site.get(link["href"])
        assert "About: Repay the fees." in text_of(page)
        labels = [label.text for label in form_of(page).all("label", class_="form-check-label")]
        assert labels == ["Only your organisation", "Everyone who sees the action", "Only Northmarket Ltd"]
        assert data_of(form_of(page))["shown_to"] == ["site"]
        file = SimpleUploadedFile("receipts.txt", b"Forty.")
        page = site.post(
            link["href"], {"file": file, "description": "Of spring", "shown_to": "readers"}, follow=True
        )
        assert "receipts.txt Of spring text, 6" in at_action(page, action)
        (row,) = listed(page)
        assert "Action: Repay the fees." in row
        assert "Everyone who sees the action" in row

    def test_party_finds_what_is_shown_to_it_at_the_action_that_it_reads(
        self, story: Story, plan: ActionPlan, share: PlanShare, action: UUID, party: Client, site: Client
    ) -> None:
        subject = Subject(SubjectKind.ACTION, action)
        add_file(plan, story.alice, "receipts.txt", subject=subject, shown_to=ShownTo.READERS)
        add_file(plan, story.alice, "own.txt", subject=subject)
        for client in (party, site):
            page = client.get(reverse("share", args=[share.pk]))
            assert "receipts.txt" in at_action(page, action)
            assert "own.txt" not in text_of(page)
            assert "Add a file" not in at_action(page, action)

    def test_others_read_neither_the_action_nor_the_name_of_its_file(
        self, story: Story, plan: ActionPlan, plan_page: str
    ) -> None:
        owner = add_party(plan, story.alice, story.other)
        secret = add_row(plan, story.alice, "actions", what="Pay a premium.", owner=str(owner))
        subject = Subject(SubjectKind.ACTION, secret)
        add_file(plan, story.alice, "premium.txt", subject=subject, shown_to=ShownTo.READERS)
        share = share_with(plan, story.alice, story.customer)
        publish_plan(plan_id=plan.pk, actor=story.alice)
        operator = client_of(make_actor(make_operator(), Role.COMPLIANCE))
        for page in (
            client_of(story.dora).get(reverse("share", args=[share.pk])),
            operator.get(plan_page),
        ):
            assert "premium" not in page.content.decode()
        file = EvidenceFile.objects.get()
        for client in (client_of(story.dora), operator):
            for route in ("evidence_file", "evidence_redact"):
                assert client.get(reverse(route, args=[file.pk])).status_code == 404

    def test_that_was_removed_leaves_its_files_under_the_plan(
        self, story: Story, plan: ActionPlan, share: PlanShare, action: UUID, party: Client, site: Client,
        plan_page: str,
    ) -> None:  # fmt: skip
        subject = Subject(SubjectKind.ACTION, action)
        file = add_file(plan, story.alice, subject=subject, shown_to=ShownTo.READERS)
        remove_row(plan, story.alice, "actions", action)
        (row,) = listed(site.get(plan_page))
        assert "An action that was removed" in row
        # Its party reads the version from before, and the file with it.
        assert "receipts.txt" in at_action(party.get(reverse("share", args=[share.pk])), action)
        readers = site.get(reverse("evidence_readers", args=[file.pk]))
        labels = [label.text for label in form_of(readers).all("label", class_="form-check-label")]
        assert labels == ["Only your organisation", "Everyone who sees the action"]

    @pytest.mark.parametrize(
        "query", ["action=", "action=x", f"action={UUID(int=1)}", "update=x", f"update={UUID(int=2)}"]
    )
    def test_of_no_such_action_or_update_there_is_no_page(
        self, site: Client, plan: ActionPlan, query: str
    ) -> None:
        page = f"{reverse('evidence_add', args=[plan.finding_id])}?{query}"
        expected = 200 if query == "action=" else 404
        assert site.get(page).status_code == expected

    def test_ends_with_the_car(
        self, story: Story, plan: ActionPlan, action: UUID, site: Client, plan_page: str
    ) -> None:
        end_by_next_audit(story.finding)
        assert "Add a file" not in at_action(site.get(plan_page), action)
        page = f"{reverse('evidence_add', args=[plan.finding_id])}?action={action}"
        assert site.get(page).status_code == 409


class TestWithAnUpdate:
    def test_files_go_to_everyone_who_gets_it(
        self, story: Story, share: PlanShare, plan: ActionPlan, site: Client, party: Client, plan_page: str,
        post_page: str,
    ) -> None:  # fmt: skip
        other = share_with(plan, story.alice, story.other)
        form = form_of(site.get(post_page))
        assert "10 at most, 25 MB together." in form.text
        files = {"One.txt": b"One.", "Two.txt": b"Two."}
        page = send_update(site, post_page, files, party=[str(share.pk)])
        assert page.redirect_chain == [(f"{plan_page}#updates", 302)]
        (update,) = Update.objects.all()
        assert {file.subject.id for file in EvidenceFile.objects.all()} == {update.pk}
        for each in (page, party.get(reverse("share", args=[share.pk]))):
            (entry,) = [
                item.text
                for item in main_of(each).all("li", class_="timeline-entry")
                if "Half is repaid." in item.text
            ]
            assert "One.txt" in entry
            assert "Two.txt" in entry
        others = client_of(make_actor(story.other)).get(reverse("share", args=[other.pk]))
        assert "One.txt" not in others.content.decode()

    def test_one_that_is_refused_is_named_and_nothing_is_posted(self, site: Client, post_page: str) -> None:
        files = {"Good.txt": b"Good.", "bad.exe": b"MZ", "Empty.txt": b"", "Program.pdf": b"MZ"}
        page = send_update(site, post_page, files)
        assert page.status_code == 200
        named = [problem.partition("”")[0] for problem in problems_of(page)]
        assert named == ["“bad.exe", "“Empty.txt", "“Program.pdf"]
        assert "Choose the files again" in text_of(page)
        assert data_of(form_of(page))["text"] == ["Half is repaid."]
        assert Update.objects.count() == EvidenceFile.objects.count() == 0
        assert kept_files() == []

    def test_more_than_fits_is_said_and_the_text_stays(
        self, site: Client, post_page: str, settings: Settings
    ) -> None:
        settings.UPLOAD_MAX_MB = 1
        large = {f"{number}.txt": b"a" * 700_000 for number in range(2)}
        page = send_update(site, post_page, large)
        (problem,) = problems_of(page)
        assert problem.startswith("The files are larger than 1 MB together.")
        page = send_update(site, post_page, {f"{number}.txt": b"a" for number in range(11)})
        (problem,) = problems_of(page)
        assert problem.startswith("Choose 10 files at most;")
        assert data_of(form_of(page))["text"] == ["Half is repaid."]
        assert Update.objects.count() == 0

    def test_more_than_the_plan_may_have_is_said(
        self, site: Client, post_page: str, settings: Settings
    ) -> None:
        settings.EVIDENCE_PLAN_MB = 1
        large = {f"{number}.txt": b"a" * 700_000 for number in range(2)}
        (problem,) = problems_of(send_update(site, post_page, large))
        assert problem.startswith("The files of this plan would be more than 1 MB.")
        assert Update.objects.count() == 0
        assert kept_files() == []

    def test_store_that_is_away_posts_nothing_and_keeps_the_text(
        self, site: Client, post_page: str, evidence_folder: Any
    ) -> None:
        evidence_folder.write_text("Not a folder: nothing can be written below it.")
        page = send_update(site, post_page, {"One.txt": b"One."})
        assert page.status_code == 503
        assert "Nothing was saved. Try again later" in problems_of(page)[0]
        assert data_of(form_of(page))["text"] == ["Half is repaid."]
        assert Update.objects.count() == 0

    def test_names_of_others_in_a_files_name_are_asked_about(
        self, story: Story, site: Client, post_page: str
    ) -> None:
        named = {"For Fairprice Stores.txt": b"One."}
        page = send_update(site, post_page, named)
        assert page.status_code == 409
        assert "Confirm that Northmarket Ltd may read the name “Fairprice Stores plc”" in problems_of(page)[0]
        assert "Choose the files again" in text_of(page)
        assert Update.objects.count() == 0
        assert kept_files() == []
        confirmed: dict[str, Any] = {f"names-{story.customer.pk}": [str(story.other.pk)]}
        send_update(site, post_page, named, **confirmed)
        assert EvidenceFile.objects.get().name == "For Fairprice Stores.txt"

    def test_sent_twice_is_posted_once_and_what_was_left_out_is_added(
        self, story: Story, share: PlanShare
    ) -> None:
        one, two = {"One.txt": b"One."}, {"Two.txt": b"Two."}
        first = post(share, story.alice, files=one)
        assert post(share, story.alice, files=one) == first
        assert post(share, story.alice, files={**one, **two}) == first
        assert sorted(EvidenceFile.objects.values_list("name", flat=True)) == ["One.txt", "Two.txt"]
        assert len(kept_files()) == 2

    def test_posted_already_it_gets_more_for_those_that_got_it(
        self, story: Story, plan: ActionPlan, share: PlanShare, site: Client, plan_page: str
    ) -> None:
        share_with(plan, story.alice, story.other)
        update = post(share, story.alice)
        add_page = f"{reverse('evidence_add', args=[plan.finding_id])}?update={update.pk}"
        assert main_of(site.get(plan_page)).all("a", href=add_page)
        page = site.get(add_page)
        labels = [label.text for label in form_of(page).all("label", class_="form-check-label")]
        assert labels == ["Only your organisation", "Everyone who got the update", "Only Northmarket Ltd"]
        assert data_of(form_of(page))["shown_to"] == ["readers"]
        data = {"file": SimpleUploadedFile("Later.txt", b"Later."), "shown_to": "readers"}
        page = site.post(add_page, data, follow=True)
        (row,) = listed(page)
        assert "Update of " in row
        assert "Everyone who got the update" in row


def test_queries_do_not_grow_with_the_files_of_actions_and_updates(
    story: Story, plan: ActionPlan, share: PlanShare, plan_page: str
) -> None:
    pages = [
        (client_of(story.alice), plan_page),
        (client_of(story.alice), reverse("share", args=[share.pk])),
        (client_of(story.dora), reverse("share", args=[share.pk])),
    ]
    update = post(share, story.alice, files={"One.txt": b"One."})
    counts = []
    for number in (1, 8):
        for n in range(number):
            action = add_row(plan, story.alice, "actions", what=f"Action {number}.{n}")
            for subject in (Subject(SubjectKind.ACTION, action), Subject(SubjectKind.UPDATE, update.pk)):
                add_file(plan, story.alice, f"{number}-{n}.txt", subject=subject, shown_to=ShownTo.READERS)
        share_with(plan, story.alice, story.customer)
        counts.append([_queries(client, page) for client, page in pages])
    assert counts[0] == counts[1]


def _queries(client: Client, page: str) -> int:
    client.get(page)  # whatever is loaded only once
    with CaptureQueriesContext(connection) as queries:
        client.get(page)
    return len(queries)
