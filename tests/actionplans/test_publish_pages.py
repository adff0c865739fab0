"""Publishing the plan, noting its upload to Sedex, and carrying an earlier plan on."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from actionplans.models import ActionPlan
from actionplans.plans.drafts import today_at
from actionplans.plans.services import publish_plan, start_plan
from findings.models import FindingStatus
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    TEXTS,
    end_by_next_audit,
    make_finding,
    make_plan,
    share_with,
    texts_of,
    write,
)
from tests.actionplans.pages import (
    client_of,
    data_of,
    form_of,
    heading_of,
    let_see_plans,
    main_of,
    problems_of,
    send,
    text_of,
)
from tests.factories import make_actor, make_supplier


@pytest.fixture
def alice(story: Story) -> Client:
    return client_of(story.alice)


@pytest.fixture
def address(plan: ActionPlan) -> str:
    return f"/cars/{plan.finding_id}/plan/publish/"


@pytest.fixture
def published(story: Story, plan: ActionPlan) -> ActionPlan:
    publish_plan(plan_id=plan.pk, actor=story.alice)
    return plan


def as_kept(plan: ActionPlan) -> ActionPlan:
    return ActionPlan.objects.select_related("published", "finding").get(pk=plan.pk)


class TestPublishing:
    def test_says_first_what_it_does_and_shows_the_text(
        self, plan: ActionPlan, alice: Client, address: str
    ) -> None:
        text = text_of(alice.get(address))
        for words in (
            "moves from “open” to “in progress”",
            "Auditors never see it.",
            "You need nobody's agreement to publish",
            "Repay the fees over twelve months.",
        ):
            assert words in text
        assert as_kept(plan).published is None

    def test_moves_the_car_to_in_progress(self, plan: ActionPlan, alice: Client, address: str) -> None:
        done = send(alice, alice.get(address), press="Publish the plan")
        assert done["Location"] == f"/cars/{plan.finding_id}/plan/"
        assert "Plan published. The CAR is in progress." in text_of(alice.get(done["Location"]))
        assert as_kept(plan).finding.status == FindingStatus.IN_PROGRESS

    def test_does_not_wait_for_any_party(
        self, story: Story, plan: ActionPlan, alice: Client, address: str
    ) -> None:
        share = share_with(plan, story.alice, story.customer)
        dora = client_of(story.dora)
        send(dora, dora.get(f"/shares/{share.pk}/"), kind="changes_requested", comment="Sooner")
        assert send(alice, alice.get(address)).status_code == 302
        assert as_kept(plan).published is not None

    def test_of_an_unfinished_plan_leads_to_what_is_missing(
        self, story: Story, plan: ActionPlan, alice: Client, address: str
    ) -> None:
        write(plan, story.alice, root_cause="", actions="")
        for shown in (alice.get(address), alice.post(address)):
            assert shown.status_code == 200
            assert heading_of(shown).endswith("The plan is not complete yet")
            links = [link["href"].partition("#")[2] for link in main_of(shown).one("ul").all("a")]
            assert links == ["id_root_cause", "id_actions"]
        assert as_kept(plan).published is None

    def test_of_a_draft_that_was_changed_meanwhile_shows_it_first(
        self, story: Story, plan: ActionPlan, alice: Client, address: str
    ) -> None:
        page = alice.get(address)
        write(plan, story.bob, actions="Bob's better idea")
        refused = send(alice, page)
        assert refused.status_code == 409
        assert "changed since you checked it" in problems_of(refused)[0]
        assert "Bob's better idea" in text_of(refused)
        assert as_kept(plan).published is None
        assert send(alice, refused).status_code == 302

    def test_names_of_others_are_confirmed_for_who_reads_published_plans(
        self, story: Story, plan: ActionPlan, alice: Client, address: str
    ) -> None:
        let_see_plans(story, story.customer)
        write(plan, story.alice, stakeholders="Fairprice, who buys most of the crop.")
        refused = send(alice, alice.get(address))
        assert refused.status_code == 409
        assert problems_of(refused) == [
            "Confirm that these customers may read the name “Fairprice Stores plc”, or take it out of the plan."
        ]
        assert "(in: Which stakeholders need to be involved)" in text_of(refused)
        assert as_kept(plan).published is None
        assert send(alice, refused, names=str(story.other.pk)).status_code == 302

    def test_twice_is_once(self, plan: ActionPlan, alice: Client, address: str) -> None:
        page = alice.get(address)
        for _ in range(2):
            assert send(alice, page).status_code == 302
        assert as_kept(plan).revisions.count() == 1

    def test_again_is_offered_only_for_a_newer_text(
        self, story: Story, published: ActionPlan, alice: Client, address: str
    ) -> None:
        assert heading_of(alice.get(address)).endswith("The plan is published as it stands")
        write(published, story.alice, actions="A newer text")
        done = send(alice, alice.get(address), press="Publish the newer version")
        assert "Newer version published." in text_of(alice.get(done["Location"]))
        newest = as_kept(published).published
        assert newest is not None
        assert newest.document["fields"]["actions"] == "A newer text"

    def test_ends_with_the_car(self, story: Story, alice: Client, address: str) -> None:
        page = alice.get(address)
        end_by_next_audit(story.finding)
        assert alice.get(address).status_code == 409
        refused = send(alice, page)
        assert refused.status_code == 409
        assert "closed by a later audit" in text_of(refused)


class TestUpload:
    @pytest.fixture
    def upload(self, plan: ActionPlan) -> str:
        return f"/cars/{plan.finding_id}/plan/uploaded/"

    @pytest.mark.usefixtures("published")
    def test_is_noted_with_its_day(self, story: Story, alice: Client, upload: str) -> None:
        page = alice.get(upload)
        today = today_at(story.site, timezone.now())
        assert data_of(form_of(page))["on"] == [today.isoformat()]
        day = story.finding.raised_on + timedelta(days=20)
        done = send(alice, page, on=day.isoformat())
        assert "Uploaded to Sedex 22 March 2026" in text_of(alice.get(done["Location"]))
        assert data_of(form_of(alice.get(upload)))["on"] == [day.isoformat()]

    @pytest.mark.usefixtures("published")
    @pytest.mark.parametrize(
        ("day", "problem"),
        [
            ("", "Enter the day on which you uploaded the plan."),
            ("soon", "Enter a real date, such as 2026-03-14."),
            ("2999-01-01", "The day of the upload cannot be in the future."),
            (
                "2026-03-01",
                "The CAR was raised on 2 March 2026; its plan cannot have been uploaded before.",
            ),
        ],
    )
    def test_is_refused_with_the_reason(
        self, plan: ActionPlan, alice: Client, upload: str, day: str, problem: str
    ) -> None:
        page = send(alice, alice.get(upload), on=day)
        assert problems_of(page) == [problem]
        assert data_of(form_of(page))["on"] == [day]
        assert as_kept(plan).uploaded_on is None

    def test_comes_after_publishing(self, plan: ActionPlan, alice: Client, upload: str) -> None:
        page = alice.get(upload, follow=True)
        assert "Publish the plan first" in text_of(page)
        assert heading_of(page).endswith("Publish the action plan")
        refused = alice.post(upload, {"on": "2026-03-22"})
        assert refused.status_code == 409
        assert as_kept(plan).uploaded_on is None


class TestCarryingOn:
    @pytest.fixture
    def newer(self, story: Story, plan: ActionPlan) -> str:
        """The address of the CAR that took the place of the one with the plan."""
        newer = make_finding(story.site, details="What the new audit saw.")
        end_by_next_audit(plan.finding, successor=newer)
        return f"/cars/{newer.pk}/plan/"

    def test_takes_the_earlier_text_and_the_new_facts(
        self, plan: ActionPlan, alice: Client, newer: str
    ) -> None:
        page = alice.get(f"{newer}carry-on/")
        assert plan.finding.reference in text_of(page)
        done = send(alice, page)
        assert done["Location"] == f"{newer}edit/"
        form = data_of(form_of(alice.get(done["Location"])))
        assert form["details"] == ["What the new audit saw."]
        assert {name: form[name][0] for name in TEXTS} == TEXTS
        assert texts_of(plan)["details"] == plan.finding.details

    def test_of_several_asks_which(self, story: Story, plan: ActionPlan, alice: Client, newer: str) -> None:
        second = make_finding(story.site, issue_title="Passports were kept")
        other = make_plan(second, story.alice, {"root_cause": "The cause of the second"})
        successor = ActionPlan.objects.get(pk=plan.pk).finding.superseded_by
        end_by_next_audit(second, successor=successor)
        page = alice.get(f"{newer}carry-on/")
        labels = [label.text for label in form_of(page).all("label", class_="form-check-label")]
        assert f"{second.reference}, raised on 2 March 2026: Passports were kept" in labels
        assert len(labels) == 2
        send(alice, page, plan=str(other.pk))
        form = data_of(form_of(alice.get(f"{newer}edit/")))
        assert form["root_cause"] == ["The cause of the second"]

    def test_refuses_any_other_plan(self, story: Story, alice: Client, newer: str) -> None:
        stranger = make_plan(make_finding(story.site), story.alice)
        page = send(alice, alice.get(f"{newer}carry-on/"), plan=str(stranger.pk))
        assert page.status_code == 200
        assert alice.get(f"{newer}edit/").context["plan"] is None

    def test_is_for_a_car_without_a_plan(self, story: Story, alice: Client, newer: str) -> None:
        page = alice.get(f"{newer}carry-on/")
        start_plan(finding_id=page.context["finding"].pk, actor=story.bob)
        again = send(alice, page)
        assert again.status_code == 409
        assert "has a plan of its own already" in text_of(again)

    def test_is_not_there_without_an_earlier_plan(self, alice: Client, plan: ActionPlan) -> None:
        assert alice.get(f"/cars/{plan.finding_id}/plan/carry-on/").status_code == 404


class TestWho:
    @pytest.mark.parametrize("page", ["publish", "uploaded"])
    def test_viewer_and_party_are_refused_and_others_find_nothing(
        self, story: Story, plan: ActionPlan, page: str
    ) -> None:
        share_with(plan, story.alice, story.customer)
        url = f"/cars/{plan.finding_id}/plan/{page}/"
        for actor, status in (
            (story.carol, 403),
            (story.dora, 403),
            (make_actor(story.other), 404),
            (make_actor(make_supplier()), 404),
        ):
            client = client_of(actor)
            assert client.get(url).status_code == status
            assert client.post(url, {"on": "2026-03-22"}).status_code == status
        assert as_kept(plan).published is None
