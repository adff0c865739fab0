"""The versions of a plan: its site's list, each of them, any two side by side; a party's own, by their dates."""

from io import BytesIO

import pypdf
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from actionplans.models import ActionPlan, PlanShare, Revision
from actionplans.plans.services import carry_on_plan, publish_plan
from actionplans.sharing.services import reply, withdraw_share
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    CALL,
    TEXTS,
    add_row,
    end_by_next_audit,
    make_finding,
    share_with,
    texts_of,
    write,
)
from tests.actionplans.pages import (
    Response,
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
from tests.actionplans.papers import pdf_at
from tests.factories import make_actor

# Login, actor, CAR and plan; the versions, to whom each was sent, and what the record tells of them.
LIST_QUERIES = 10


@pytest.fixture
def alice(story: Story) -> Client:
    return client_of(story.alice)


@pytest.fixture
def dora(story: Story) -> Client:
    return client_of(story.dora)


@pytest.fixture
def address(plan: ActionPlan) -> str:
    return f"/cars/{plan.finding_id}/plan/"


@pytest.fixture
def told(story: Story, plan: ActionPlan) -> list[Revision]:
    """Shared with the customer, then with the other another text, then published: three versions, oldest first."""
    share_with(plan, story.alice, story.customer)
    write(plan, story.alice, actions="Repay the fees over six months.")
    share_with(plan, story.alice, story.other)
    write(plan, story.alice, root_cause="", actions="Repay all fees over six months.")
    write(plan, story.alice, root_cause="Nobody else pays.")
    publish_plan(plan_id=plan.pk, actor=story.alice)
    return list(plan.revisions.order_by("number"))


def marks(response: Response) -> dict[str, list[str]]:
    """What the page marks as taken out and as added, without what it says to explain the marks."""
    compared = main_of(response).all("div", class_="compared")
    return {
        tag: [
            mark.text.replace("(taken out: ", "").replace("(added: ", "").removesuffix(")").strip()
            for block in compared
            for mark in block.all(tag)
        ]
        for tag in ("del", "ins")
    }


def _link(response: Response, text: str) -> str:
    (link,) = [each for each in main_of(response).all("a") if each.text == text]
    return link["href"]


class TestList:
    def test_tells_when_by_whom_and_why_each_was_kept(
        self, told: list[Revision], alice: Client, address: str
    ) -> None:
        page = alice.get(f"{address}versions/")
        newest, second, first = (row.text for row in main_of(page).one("table").all("tr")[1:])
        assert first.startswith("Version 1")
        assert "Shared with Northmarket Ltd" in first
        assert "Shared with Fairprice Stores plc" in second
        assert newest.startswith("Version 3 Published")
        assert "Published on" in newest
        for version in (first, second, newest):
            assert str(told[0].frozen_by) in version

    def test_tells_of_a_draft_that_was_kept_when_a_version_was_brought_back(
        self, story: Story, told: list[Revision], alice: Client, address: str
    ) -> None:
        write(told[0].plan, story.alice, actions="A last thought.")
        send(alice, alice.get(f"{address}versions/{told[0].pk}/restore/"))
        newest = main_of(alice.get(f"{address}versions/")).one("table").all("tr")[1]
        assert "It was the draft when version 1 was brought back" in newest.text

    def test_queries_do_not_grow_with_versions(
        self,
        story: Story,
        told: list[Revision],
        alice: Client,
        address: str,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        with django_assert_num_queries(LIST_QUERIES):
            alice.get(f"{address}versions/")
        for number in range(3):
            write(told[0].plan, story.alice, actions=f"Thought {number}")
            share_with(told[0].plan, story.alice, story.customer, story.other)
        with django_assert_num_queries(LIST_QUERIES):
            alice.get(f"{address}versions/")

    @pytest.mark.usefixtures("plan")
    def test_says_when_there_is_none_yet(self, alice: Client, address: str) -> None:
        assert "None yet: nothing was shared or published." in text_of(alice.get(f"{address}versions/"))

    def test_is_the_sites_own(self, story: Story, told: list[Revision], address: str) -> None:
        let_see_plans(story, story.customer)
        for path in ("versions/", f"versions/{told[0].pk}/", "compare/"):
            assert client_of(story.dora).get(f"{address}{path}").status_code == 403
            assert client_of(story.carol).get(f"{address}{path}").status_code == 200


class TestVersion:
    def test_shows_the_text_as_it_was_with_its_pdf(
        self, told: list[Revision], alice: Client, address: str
    ) -> None:
        page = alice.get(f"{address}versions/{told[0].pk}/")
        assert heading_of(page).endswith("Version 1 of the plan")
        assert "Repay the fees over twelve months." in text_of(page)
        pdf = pdf_at(alice, _link(page, "Open as PDF"))
        text = " ".join(each.extract_text() for each in pypdf.PdfReader(BytesIO(pdf.content)).pages)
        assert "twelve months" in text

    def test_leads_to_the_version_before_the_draft_and_back(
        self, story: Story, told: list[Revision], alice: Client, address: str
    ) -> None:
        write(told[0].plan, story.alice, actions="A last thought.")
        second = main_of(alice.get(f"{address}versions/{told[1].pk}/"))
        links = {link.text: link["href"] for link in second.all("a")}
        assert (
            links["Compare with the version before"] == f"{address}compare/?old={told[0].pk}&new={told[1].pk}"
        )
        assert links["Compare with the draft"] == f"{address}compare/?old={told[1].pk}&new=draft"
        assert links["Bring it back as the draft"] == f"{address}versions/{told[1].pk}/restore/"

    def test_of_another_plan_is_not_found(self, story: Story, told: list[Revision], alice: Client) -> None:
        other = make_finding(story.site)
        from_other = f"/cars/{other.pk}/plan/versions/{told[0].pk}/"
        assert alice.get(from_other).status_code == 404
        assert alice.get(f"{from_other}restore/").status_code == 404

    def test_a_viewer_is_not_offered_to_bring_it_back(
        self, story: Story, told: list[Revision], address: str
    ) -> None:
        carol = client_of(story.carol)
        assert not main_of(carol.get(f"{address}versions/{told[0].pk}/")).all(
            "a", href=f"{address}versions/{told[0].pk}/restore/"
        )
        assert carol.get(f"{address}versions/{told[0].pk}/restore/").status_code == 403


class TestComparing:
    def test_tells_field_by_field_what_was_taken_out_and_what_was_added(
        self, told: list[Revision], alice: Client, address: str
    ) -> None:
        page = alice.get(f"{address}compare/", {"old": str(told[1].pk), "new": str(told[2].pk)})
        assert marks(page) == {
            "del": ["The agency charges workers. Why? Our contract covers part of its costs", "the"],
            "ins": ["Nobody else pays", "all"],
        }
        text = text_of(page)
        assert "2 parts changed: Root cause, Preventative and Corrective Actions" in text
        assert "(taken out: the) (added: all) fees over six months." in text.replace(")(", ") (")
        assert "Name of Site: no change" in text

    def test_tells_row_by_row_also_of_the_plan_it_was_carried_on_from(
        self, story: Story, plan: ActionPlan, alice: Client
    ) -> None:
        row_id = add_row(plan, story.alice, "actions", what="Repay", state="under_way", progress="A third.")
        earlier = publish_plan(plan_id=plan.pk, actor=story.alice)
        newer = make_finding(story.site)
        end_by_next_audit(story.finding, successor=newer)
        carried = carry_on_plan(finding_id=newer.pk, actor=story.alice, from_plan_id=plan.pk)
        write(carried, story.alice, **{f"{row_id}.progress": "Two thirds."})
        page = alice.get(f"/cars/{newer.pk}/plan/compare/", {"old": str(earlier.pk), "new": "draft"})
        assert main_of(page).all("h3", id=f"change-{row_id}")[0].text == "Action: Repay"
        assert "Progress notes: (taken out: A third) (added: Two thirds)." in text_of(page).replace(
            ")(", ") ("
        )

    def test_what_does_not_differ_says_so(self, told: list[Revision], alice: Client, address: str) -> None:
        page = alice.get(f"{address}compare/", {"old": str(told[2].pk), "new": "draft"})
        assert "No change: both say the same." in text_of(page)
        assert marks(page) == {"del": [], "ins": []}

    def test_begins_with_the_newest_version_and_the_draft(
        self, told: list[Revision], alice: Client, address: str
    ) -> None:
        page = alice.get(f"{address}compare/")
        selects = form_of(page).all("select")
        chosen = [
            option["value"] for each in selects for option in each.all("option") if "selected" in option
        ]
        assert chosen == [str(told[2].pk), "draft"]

    @pytest.mark.parametrize("old", ["", "nonsense", "00000000-0000-4000-8000-000000000000"])
    @pytest.mark.usefixtures("told")
    def test_asks_for_one_of_the_plans_own_versions(self, alice: Client, address: str, old: str) -> None:
        page = alice.get(f"{address}compare/", {"old": old, "new": "draft"})
        assert page.status_code == 200
        assert len(problems_of(page)) == 1

    def test_text_is_shown_as_text(self, story: Story, plan: ActionPlan, alice: Client, address: str) -> None:
        publish_plan(plan_id=plan.pk, actor=story.alice)
        write(plan, story.alice, actions="<b>Bold</b> & more")
        page = alice.get(f"{address}compare/", {"old": str(plan.revisions.get().pk), "new": "draft"})
        assert "&lt;b&gt;Bold&lt;/b&gt; &amp; more" in page.content.decode()

    def test_a_blank_line_that_was_added_can_be_seen_and_heard(
        self, story: Story, plan: ActionPlan, alice: Client, address: str
    ) -> None:
        write(plan, story.alice, actions="One. Two.")
        publish_plan(plan_id=plan.pk, actor=story.alice)
        write(plan, story.alice, actions="One. Two.\n\nThree.")
        write(plan, story.alice, root_cause="One.\n\nTwo.", actions="One.\n\nTwo.")
        page = alice.get(f"{address}compare/", {"old": str(plan.revisions.get().pk), "new": "draft"})
        assert any("¶" in mark and "line break" in mark for mark in marks(page)["ins"])


class TestBringingBack:
    def test_shows_what_changes_then_does_it(self, told: list[Revision], alice: Client, address: str) -> None:
        page = alice.get(f"{address}versions/{told[1].pk}/restore/")
        assert marks(page)["del"] == ["Nobody else pays", "all"]
        assert "The draft as it is now is kept first" in text_of(page)
        after = send(alice, page)
        assert after["Location"] == f"{address}edit/"
        assert "Version 2 is the draft again." in text_of(alice.get(after["Location"]))
        assert texts_of(told[0].plan)["root_cause"] == TEXTS["root_cause"]

    def test_says_what_would_be_replaced_now_when_somebody_was_faster(
        self, story: Story, told: list[Revision], alice: Client, address: str
    ) -> None:
        page = alice.get(f"{address}versions/{told[1].pk}/restore/")
        write(told[0].plan, story.bob, actions="Bob was here.")
        refused = send(alice, page)
        assert refused.status_code == 409
        assert problems_of(refused) == [
            "The draft was changed since you opened this page. Look at what would be replaced now."
        ]
        assert "Bob was here" in marks(refused)["del"]
        assert texts_of(told[0].plan)["actions"] == "Bob was here."
        send(alice, refused)
        assert texts_of(told[0].plan)["actions"] == "Repay the fees over six months."

    def test_of_what_the_draft_says_already_offers_nothing(
        self, told: list[Revision], alice: Client, address: str
    ) -> None:
        page = alice.get(f"{address}versions/{told[2].pk}/restore/")
        assert "says the same as this version already" in text_of(page)
        assert not main_of(page).all("form")


class TestCarriedOn:
    @pytest.fixture
    def carried(self, story: Story, told: list[Revision]) -> ActionPlan:
        successor = make_finding(story.site)
        end_by_next_audit(story.finding, successor=successor)
        return carry_on_plan(finding_id=successor.pk, actor=story.alice, from_plan_id=told[0].plan_id)

    def test_new_plan_lists_the_versions_of_the_earlier_one(
        self, story: Story, carried: ActionPlan, told: list[Revision], alice: Client
    ) -> None:
        plan_page = alice.get(f"/cars/{carried.finding_id}/plan/")
        assert main_of(plan_page).all("a", href=f"/cars/{carried.finding_id}/plan/versions/")
        page = alice.get(f"/cars/{carried.finding_id}/plan/versions/")
        assert f"Of the plan for {story.finding.reference}, from which it was carried on" in text_of(page)
        earlier = f"/cars/{story.finding.pk}/plan/versions/{told[0].pk}/"
        assert alice.get(main_of(page).one("a", href=earlier)["href"]).status_code == 200

    def test_its_draft_is_compared_with_a_version_of_the_earlier_one(
        self, story: Story, carried: ActionPlan, told: list[Revision], alice: Client
    ) -> None:
        write(carried, story.alice, actions="Repay all fees over three months.")
        page = alice.get(
            f"/cars/{carried.finding_id}/plan/compare/", {"old": str(told[2].pk), "new": "draft"}
        )
        assert marks(page)["ins"][-1] == "three"
        assert f"From “{story.finding.reference}, Version 3" in text_of(page)

    def test_party_finds_what_it_was_sent_of_the_earlier_one(
        self, story: Story, carried: ActionPlan, dora: Client
    ) -> None:
        share = share_with(carried, story.alice, story.customer, asks=CALL)
        page = dora.get(f"/shares/{share.pk}/")
        assert f"for {story.finding.reference}, from which this plan was carried on" in text_of(page)
        compared = dora.get(f"/shares/{share.pk}/compare/")
        assert len(form_of(compared).all("select")[0].all("option")) == 2

    def test_reader_of_published_plans_is_led_to_the_earlier_one_it_may_read(
        self, story: Story, carried: ActionPlan
    ) -> None:
        publish_plan(plan_id=carried.pk, actor=story.alice)
        let_see_plans(story, story.customer)
        page = client_of(story.dora).get(f"/cars/{carried.finding_id}/plan/")
        assert main_of(page).all("a", href=f"/cars/{story.finding.pk}/plan/")


class TestParty:
    @pytest.fixture
    def share(self, story: Story, told: list[Revision]) -> PlanShare:
        """Sent the first version, then, after its reply, the one that was published; the other's between them."""
        share = PlanShare.objects.get(organisation=story.customer)
        reply(
            share_id=share.pk,
            actor=story.dora,
            sent_id=share.sent.get().pk,
            kind="changes_requested",
            comment="Sooner.",
        )
        return share_with(told[0].plan, story.alice, story.customer, note="As you wished.")

    def test_is_told_what_changed_since_it_last_answered(self, share: PlanShare, dora: Client) -> None:
        page = dora.get(f"/shares/{share.pk}/")
        (link,) = [each for each in main_of(page).all("a") if each.text.startswith("What changed since")]
        compared = dora.get(link["href"])
        assert marks(compared)["ins"] == ["Nobody else pays", "all", "six"]

    def test_is_told_nothing_of_rows_that_are_anothers(self, story: Story, plan: ActionPlan) -> None:
        """Neither that something changed, nor what: its own rows alone are compared for it."""
        share = share_with(plan, story.alice, story.customer)
        reply(share_id=share.pk, actor=story.dora, sent_id=share.sent.get().pk, kind="confirmed")
        address, dora = f"/shares/{share.pk}/", client_of(story.dora)
        add_row(plan, story.alice, "stakeholders", organisation=str(story.other.pk), brings="Their half.")
        share_with(plan, story.alice, story.customer)
        assert "What changed since" not in text_of(dora.get(address))
        compared = text_of(dora.get(f"{address}compare/"))
        assert "Their half." not in compared
        add_row(plan, story.alice, "stakeholders", organisation=str(story.customer.pk), brings="Your half.")
        share_with(plan, story.alice, story.customer)
        (link,) = [
            each for each in main_of(dora.get(address)).all("a") if each.text.startswith("What changed")
        ]
        told = text_of(dora.get(link["href"]))
        assert f"1 part changed: Stakeholder: {story.customer.name}" in told
        assert ("Your half." in told, "Their half." in told, story.other.name in told) == (True, False, False)

    def test_that_has_answered_the_newest_is_not(self, story: Story, share: PlanShare, dora: Client) -> None:
        newest = share.sent.first()
        assert newest is not None
        reply(share_id=share.pk, actor=story.dora, sent_id=newest.pk, kind="confirmed")
        assert "What changed since" not in text_of(dora.get(f"/shares/{share.pk}/"))

    def test_reads_an_earlier_version_and_its_pdf(self, share: PlanShare, dora: Client) -> None:
        first = share.sent.earliest("sent_at")
        page = dora.get(f"/shares/{share.pk}/versions/{first.pk}/")
        text = text_of(page)
        assert "An earlier version" in text
        assert "Repay the fees over twelve months." in text
        assert "As you wished." not in text
        pdf = pdf_at(dora, f"/shares/{share.pk}/pdf/?sent={first.pk}")
        assert pdf["Content-Type"] == "application/pdf"
        assert dora.get(f"/shares/{share.pk}/pdf/", {"sent": "nonsense"}).status_code == 404

    def test_reads_no_number_and_nothing_that_others_were_sent(
        self, story: Story, share: PlanShare, told: list[Revision], dora: Client
    ) -> None:
        others = PlanShare.objects.get(organisation=story.other).sent.get()
        for path in (f"versions/{others.pk}/", f"versions/{told[1].pk}/"):
            assert dora.get(f"/shares/{share.pk}/{path}").status_code == 404
        page = dora.get(f"/shares/{share.pk}/compare/", {"old": str(others.pk), "new": str(told[1].pk)})
        assert len(problems_of(page)) == 2
        seen = [dora.get(f"/shares/{share.pk}/"), dora.get(f"/shares/{share.pk}/compare/")]
        seen += [dora.get(f"/shares/{share.pk}/versions/{sent.pk}/") for sent in share.sent.all()]
        for response in seen:
            for secret in ("Version 1", "version 1", "Version 3", "Fairprice", str(told[1].pk)):
                assert secret not in response.content.decode()

    @pytest.mark.usefixtures("told")
    def test_with_one_version_has_none_to_compare(self, story: Story) -> None:
        share = PlanShare.objects.get(organisation=story.other)
        other = client_of(make_actor(story.other))
        assert "Versions that were shared" not in text_of(other.get(f"/shares/{share.pk}/"))
        assert other.get(f"/shares/{share.pk}/compare/").status_code == 404

    def test_finds_nothing_any_more_once_it_is_withdrawn(
        self, story: Story, share: PlanShare, alice: Client, dora: Client
    ) -> None:
        first = share.sent.earliest("sent_at")
        withdraw_share(share_id=share.pk, actor=story.alice)
        for path in ("compare/", f"versions/{first.pk}/"):
            assert dora.get(f"/shares/{share.pk}/{path}").status_code == 404
            assert alice.get(f"/shares/{share.pk}/{path}").status_code == 200

    def test_form_is_sent_as_it_stands(self, share: PlanShare, dora: Client) -> None:
        page = dora.get(f"/shares/{share.pk}/compare/")
        newest, first = share.sent.all()
        assert data_of(form_of(page)) == {"old": [str(first.pk)], "new": [str(newest.pk)]}
        compared = dora.get(f"/shares/{share.pk}/compare/", {"old": str(first.pk), "new": str(newest.pk)})
        assert "From “Shared on" in text_of(compared)
