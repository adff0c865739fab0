"""`manage.py export_annex`: the PDF that a reader would get, as a file, whole or not at all."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from pypdf import PdfReader

from actionplans.models import ActionPlan, PlanShare
from actionplans.plans.services import publish_plan
from actionplans.sharing.services import withdraw_share
from stakeholders.models import Organisation
from tests.actionplans.conftest import Story
from tests.actionplans.making import CONFIRM, share_with, write
from tests.actionplans.pages import client_of, let_see_plans
from tests.actionplans.papers import pdf_at
from tests.actionplans.test_pdf import without_pango
from tests.factories import make_audit_company, make_customer, make_operator

__all__ = ["without_pango"]


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer, asks=CONFIRM)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "annex.pdf"


def export(reference: str, output: Path, audience: str | None = None) -> str:
    said = io.StringIO()
    options = [] if audience is None else ["--audience", audience]
    call_command("export_annex", reference, "--output", str(output), *options, stdout=said)
    return said.getvalue()


def refusal(reference: str, output: Path, audience: str | None = None) -> str:
    """The sentence with which it fails; it has left no file behind."""
    there = set(output.parent.iterdir()) if output.parent.is_dir() else set()
    with pytest.raises(CommandError) as refused:
        export(reference, output, audience)
    assert refused.value.returncode != 0
    assert (set(output.parent.iterdir()) if output.parent.is_dir() else set()) == there
    return str(refused.value)


def text_in(path: Path) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())


class TestCopy:
    @pytest.mark.usefixtures("share")
    def test_is_the_sites_own_without_an_audience(self, story: Story, output: Path) -> None:
        said = export(story.finding.reference, output)
        assert said == f"{output}: the plan for {story.finding.reference}, as Green Valley Foods gets it.\n"
        page = pdf_at(client_of(story.alice), reverse("plan_pdf", args=[story.finding.pk]))
        assert output.read_bytes() == page.content

    @pytest.mark.parametrize("by", ["name", "reference"])
    def test_is_that_of_the_audience(self, story: Story, share: PlanShare, output: Path, by: str) -> None:
        named = {
            "name": f" {story.customer.name.upper()}",
            "reference": story.customer.reference,
        }
        export(story.finding.reference.lower(), output, named[by])
        page = pdf_at(client_of(story.dora), reverse("share_pdf", args=[share.pk]))
        assert output.read_bytes() == page.content

    def test_is_the_published_plan_for_who_reads_that(
        self, story: Story, plan: ActionPlan, output: Path
    ) -> None:
        publish_plan(plan_id=plan.pk, actor=story.alice)
        write(plan, story.alice, actions="An unpublished thought")
        let_see_plans(story, story.other)
        for audience in (story.other, make_operator()):
            export(story.finding.reference, output, audience.reference)
            text = text_in(output)
            assert "Published on" in text
            assert "unpublished" not in text

    @pytest.mark.usefixtures("share")
    def test_takes_the_place_of_an_earlier_one(self, story: Story, output: Path) -> None:
        output.write_text("something else")
        export(story.finding.reference, output)
        assert output.read_bytes().startswith(b"%PDF-")
        assert list(output.parent.iterdir()) == [output]


class TestRefusal:
    @pytest.mark.django_db
    def test_of_a_car_that_is_not_there(self, output: Path) -> None:
        assert refusal("CAR-1999-000001", output) == "There is no CAR with the reference CAR-1999-000001."

    def test_of_a_plan_that_was_never_shared_or_published(self, story: Story, output: Path) -> None:
        sentence = f"{story.finding.reference} has no plan yet that was shared or published."
        assert refusal(story.finding.reference, output) == sentence
        story.plan()
        assert refusal(story.finding.reference, output) == sentence

    @pytest.mark.usefixtures("share")
    def test_of_an_organisation_that_is_not_there(self, story: Story, output: Path) -> None:
        assert (
            refusal(story.finding.reference, output, "Nobody & Sons")
            == "There is no organisation with the name or reference Nobody & Sons."
        )

    @pytest.mark.usefixtures("share")
    def test_of_a_name_that_two_have(self, story: Story, output: Path) -> None:
        one, two = make_customer("Twin"), make_customer("twin")
        references = ", ".join(sorted([one.reference, two.reference]))
        assert (
            refusal(story.finding.reference, output, "Twin")
            == f"Several organisations are named Twin; say which by reference: {references}."
        )

    def test_of_who_does_not_have_the_plan(
        self, story: Story, plan: ActionPlan, share: PlanShare, output: Path
    ) -> None:
        publish_plan(plan_id=plan.pk, actor=story.alice)
        withdraw_share(share_id=share.pk, actor=story.alice)
        strangers: list[Organisation] = [
            story.customer,
            story.other,
            story.finding.audit.audit_company,
            make_audit_company(),
        ]
        for organisation in strangers:
            assert (
                refusal(story.finding.reference, output, organisation.reference)
                == f"{organisation} has no copy of the plan for {story.finding.reference}: it was not shared "
                "with it, nor published to it."
            )

    @pytest.mark.usefixtures("share")
    def test_of_a_folder_that_is_not_there(self, story: Story, tmp_path: Path) -> None:
        output = tmp_path / "nowhere" / "annex.pdf"
        assert (
            refusal(story.finding.reference, output)
            == f"{output} could not be written: No such file or directory."
        )

    @pytest.mark.usefixtures("share")
    def test_of_a_folder_in_the_place_of_the_file(self, story: Story, tmp_path: Path) -> None:
        assert (
            refusal(story.finding.reference, tmp_path)
            == f"{tmp_path} is a folder; name the PDF file to write."
        )

    @pytest.mark.usefixtures("share", "without_pango")
    def test_where_no_pdf_can_be_made_leaves_what_was_there(self, story: Story, output: Path) -> None:
        output.write_text("the copy of last year")
        assert "because the Pango library is missing" in refusal(story.finding.reference, output)
        assert output.read_text() == "the copy of last year"
