"""The plan's page, for each of its readers; and that no page of a plan stays in a cache."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from actionplans.models import ActionPlan
from actionplans.plans.services import note_uploaded, publish_plan
from actionplans.sharing.services import withdraw_share
from carportal.core.actor import Role
from tests.actionplans.conftest import Story
from tests.actionplans.making import CONFIRM, end_by_next_audit, make_finding, make_ngo, share_with, write
from tests.actionplans.pages import (
    Response,
    client_of,
    heading_of,
    let_see_plans,
    main_of,
    send,
    text_of,
)
from tests.actionplans.papers import pdf_at
from tests.factories import make_actor, make_audit_company, make_operator, make_supplier

QUERIES = 29


@pytest.fixture
def alice(story: Story) -> Client:
    return client_of(story.alice)


@pytest.fixture
def address(story: Story) -> str:
    return f"/cars/{story.finding.pk}/plan/"


@pytest.fixture
def published(story: Story, plan: ActionPlan) -> ActionPlan:
    """Published; the draft has gone on since."""
    publish_plan(plan_id=plan.pk, actor=story.alice)
    write(plan, story.alice, actions="An unpublished thought")
    return plan


def next_step(response: Response) -> str:
    return main_of(response).one("section", aria_labelledby="next-step").one("h2").text


def also(response: Response) -> list[str]:
    return [link.text for link in main_of(response).one("ul", class_="next-step-others").all("a")]


class TestSite:
    def test_is_led_to_the_beginning(self, alice: Client, address: str) -> None:
        page = alice.get(address)
        assert next_step(page) == "Step 1: understand this CAR"
        assert also(page) == ["Write the action plan"]

    def test_sees_the_draft_and_where_it_stands(
        self, story: Story, plan: ActionPlan, alice: Client, address: str
    ) -> None:
        write(plan, story.alice, root_cause="")
        page = alice.get(address)
        text = text_of(page)
        for words in (
            "Open",
            "Plan not published yet",
            "1 field is still empty: Root cause",
            "Repay the fees",
        ):
            assert words in text
        assert main_of(page).all("a", href=f"{address}edit/#id_root_cause")

    def test_sees_with_whom_it_is_shared_and_what_they_say(
        self, story: Story, plan: ActionPlan, alice: Client, address: str
    ) -> None:
        share = share_with(plan, story.alice, story.customer)
        withdraw_share(share_id=share_with(plan, story.alice, story.other).pk, actor=story.alice)
        dora = client_of(story.dora)
        send(dora, dora.get(f"/shares/{share.pk}/"), kind="changes_requested", comment="Sooner, please")
        page = alice.get(address)
        northmarket, fairprice = main_of(page).one("table", aria_labelledby="shared-with").all("tr")[1:]
        assert "Changes requested" in northmarket.text
        assert "Sooner, please" in northmarket.text
        assert "Withdrawn" in fairprice.text
        assert next_step(page) == "Look at the changes that were asked for"

    def test_sees_every_version_that_was_kept(
        self, story: Story, published: ActionPlan, alice: Client, address: str
    ) -> None:
        share_with(published, story.alice, story.customer)
        second, first = main_of(alice.get(address)).one("table", aria_labelledby="versions").all("tr")[1:]
        assert second.text.startswith("Version 2 ")
        assert "Shared with Northmarket Ltd" in second.text
        assert first.text.startswith("Version 1 Published")
        assert "Published on" in first.text
        assert "Northmarket Ltd" not in first.text

    @pytest.mark.usefixtures("published")
    def test_is_told_that_the_draft_is_ahead_of_what_is_published(self, alice: Client, address: str) -> None:
        page = alice.get(address)
        assert "An unpublished thought" in text_of(page)
        assert "its readers still see the published version" in text_of(page)
        assert "Publish the newer version" in [next_step(page), *also(page)]

    @pytest.mark.usefixtures("plan")
    def test_is_not_led_in_circles(self, alice: Client, address: str) -> None:
        page = alice.get(address)
        step = main_of(page).one("section", aria_labelledby="next-step")
        assert address not in [link["href"] for link in step.all("a")]

    def test_viewer_reads_it_all_and_is_offered_no_writing(
        self, story: Story, published: ActionPlan, address: str
    ) -> None:
        share_with(published, story.alice, story.customer)
        page = client_of(story.carol).get(address)
        assert "An unpublished thought" in text_of(page)
        assert "Northmarket Ltd" in text_of(page)
        for words in ("edit", "share", "publish", "uploaded"):
            assert not main_of(page).all("a", href=f"{address}{words}/")

    def test_viewer_is_told_when_there_is_none(self, story: Story, address: str) -> None:
        assert "No plan yet" in text_of(client_of(story.carol).get(address))

    @pytest.mark.usefixtures("published")
    def test_keeps_it_when_the_car_has_ended(self, story: Story, alice: Client, address: str) -> None:
        newer = make_finding(story.site)
        end_by_next_audit(story.finding, successor=newer)
        page = alice.get(address)
        assert f"A later audit raised it again as {newer.reference}." in text_of(page)
        assert "An unpublished thought" in text_of(page)
        assert not main_of(page).all("a", href=f"{address}edit/")


class TestReaders:
    def test_customer_of_published_plans_reads_what_is_published(
        self, story: Story, published: ActionPlan, address: str
    ) -> None:
        let_see_plans(story, story.other)
        share_with(published, story.alice, story.customer)
        text = text_of(client_of(make_actor(story.other)).get(address))
        assert "Repay the fees over twelve months." in text
        assert "A CAR is no ground to reduce orders" in text
        for words in ("An unpublished thought", "Northmarket", "Version", "Uploaded to Sedex"):
            assert words not in text

    @pytest.mark.usefixtures("plan")
    def test_customer_of_published_plans_finds_nothing_before_that(self, story: Story, address: str) -> None:
        let_see_plans(story, story.other)
        assert client_of(make_actor(story.other)).get(address).status_code == 404

    def test_party_is_led_to_what_was_shared_with_it(
        self, story: Story, plan: ActionPlan, address: str
    ) -> None:
        share = share_with(plan, story.alice, story.customer)
        assert client_of(story.dora).get(address)["Location"] == f"/shares/{share.pk}/"

    def test_party_that_reads_published_plans_too_finds_both(
        self, story: Story, published: ActionPlan, address: str
    ) -> None:
        let_see_plans(story, story.customer)
        share = share_with(published, story.alice, story.customer)
        page = client_of(story.dora).get(address)
        assert main_of(page).all("a", href=f"/shares/{share.pk}/")
        assert "An unpublished thought" not in text_of(page)

    def test_ngo_reads_the_plan_that_was_shared_with_it(
        self, story: Story, plan: ActionPlan, address: str
    ) -> None:
        ngo = make_ngo()
        share_with(plan, story.alice, ngo, asks=CONFIRM)
        page = client_of(make_actor(ngo)).get(address, follow=True)
        assert heading_of(page).endswith("Action plan of Green Valley Packhouse")

    def test_operator_sees_the_states_of_shares_and_no_draft(
        self, story: Story, plan: ActionPlan, address: str
    ) -> None:
        share_with(plan, story.alice, story.customer, note="Between us")
        page = client_of(make_actor(make_operator(), Role.COMPLIANCE)).get(address)
        text = text_of(page)
        for words in ("Not published yet", "Northmarket Ltd Reply awaited"):
            assert words in text
        for words in ("Repay the fees", "Between us"):
            assert words not in text

    def test_operator_reads_what_is_published_and_when_it_was_uploaded(
        self, story: Story, published: ActionPlan, address: str
    ) -> None:
        note_uploaded(plan_id=published.pk, actor=story.alice, on=story.finding.raised_on)
        text = text_of(client_of(make_actor(make_operator(), Role.COMPLIANCE)).get(address))
        assert "Repay the fees over twelve months." in text
        assert "Uploaded to Sedex on 2 March 2026" in text
        assert "An unpublished thought" not in text

    @pytest.mark.usefixtures("published")
    def test_auditor_and_strangers_find_nothing(self, story: Story, address: str) -> None:
        for organisation in (
            story.finding.audit.audit_company,
            make_audit_company(),
            make_supplier(),
            story.other,
        ):
            reader = client_of(make_actor(organisation))
            assert reader.get(address).status_code == 404
            assert reader.get(f"{address}pdf/").status_code == 404

    @pytest.mark.usefixtures("published")
    def test_nobody_reads_without_logging_in(self, address: str) -> None:
        assert Client().get(address)["Location"] == f"/accounts/login/?next={address}"


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("page", ["", "edit/", "share/", "publish/", "uploaded/", "pdf/"])
def test_no_page_of_a_plan_is_kept_in_a_cache(alice: Client, address: str, page: str) -> None:
    assert_private(alice, f"{address}{page}")


@pytest.mark.parametrize("page", ["", "withdraw/", "pdf/"])
def test_no_page_of_a_share_is_kept_in_a_cache(
    story: Story, plan: ActionPlan, alice: Client, page: str
) -> None:
    share = share_with(plan, story.alice, story.customer)
    assert_private(alice, f"/shares/{share.pk}/{page}")


def assert_private(client: Client, url: str) -> None:
    """A PDF's page too, as long as it is being made."""
    first, at_last = client.get(url), pdf_at(client, url)
    assert at_last.status_code == 200
    for response in (first, at_last):
        assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))


def test_queries_do_not_grow_with_parties_and_versions(
    story: Story,
    plan: ActionPlan,
    alice: Client,
    address: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    share_with(plan, story.alice, story.customer)
    with django_assert_num_queries(QUERIES):
        alice.get(address)
    for number in range(3):
        write(plan, story.alice, actions=f"Version {number}")
        share_with(plan, story.alice, story.customer, story.other, make_ngo(f"Alliance {number}"))
    with django_assert_num_queries(QUERIES):
        alice.get(address)
