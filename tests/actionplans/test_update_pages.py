"""The pages of updates: agreeing on them, answering, posting, and what each side reads of them."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from actionplans.models import ActionPlan, PlanShare, Update, UpdateAgreement, UpdateProposal
from actionplans.plans.services import note_uploaded, publish_plan
from actionplans.sharing.services import withdraw_share
from actionplans.updates.services import Terms, accept_proposal
from carportal.core.actor import Actor, Role
from findings.actions import actions_for
from findings.models import Finding
from findings.services import answer_triage
from tests.actionplans.agreeing import IN_MAY, TODAY, agree, post, propose, stand_still
from tests.actionplans.conftest import Story
from tests.actionplans.making import end_by_next_audit, share_with
from tests.actionplans.pages import (
    Response,
    client_of,
    data_of,
    form_of,
    heading_of,
    main_of,
    problems_of,
    send,
    text_of,
)
from tests.factories import make_actor, make_customer, make_operator, make_relationship

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch, TODAY)


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


@pytest.fixture
def site(story: Story) -> Client:
    return client_of(story.alice)


@pytest.fixture
def party(story: Story) -> Client:
    return client_of(story.dora)


def page_of(share: PlanShare) -> str:
    return reverse("share", args=[share.pk])


def say(client: Client, response: Response, word: str) -> Response:
    """Press the button that answers the proposal on the page."""
    (form,) = (each for each in main_of(response).all("form") if word in each.text)
    pressed = next(each for each in form.all("button", type="submit") if each.text == word)
    return client.post(form["action"], data_of(form) | {pressed["name"]: [pressed["value"]]})


def update_page(story: Story) -> str:
    return reverse("plan_update", args=[story.finding.pk])


class TestAgreeing:
    def test_site_proposes_to_those_it_chooses_at_once(
        self, story: Story, plan: ActionPlan, share: PlanShare, site: Client
    ):
        other = share_with(plan, story.alice, story.other)
        page = site.get(reverse("plan_agree", args=[story.finding.pk]))
        assert "Nothing is agreed yet." in text_of(page)
        done = send(site, page, first_due="2026-05-31", months="6")
        assert done.url == f"{reverse('plan', args=[story.finding.pk])}#updates"
        made = UpdateProposal.objects.all()
        assert {(each.share_id, each.months, each.first_due) for each in made} == {
            (share.pk, 6, date(2026, 5, 31)),
            (other.pk, 6, date(2026, 5, 31)),
        }
        assert "Your proposal waits for an answer" in text_of(site.get(done.url))

    def test_three_months_from_today_is_what_the_form_suggests(self, share: PlanShare, party: Client):
        page = party.get(reverse("share_agree", args=[share.pk]))
        send(party, page, months=str(page.context["form"]["months"].value()))
        made = UpdateProposal.objects.get()
        assert (made.by_side, made.months, made.first_due) == ("party", 3, date(2026, 6, 2))

    def test_party_accepts_on_the_page_of_what_was_shared_with_it(
        self, story: Story, share: PlanShare, party: Client
    ):
        propose(share, story.alice)
        page = party.get(page_of(share))
        assert "Green Valley Packhouse proposes updates" in text_of(page)
        assert "An update every 3 months, the first on 31 May 2026." in text_of(page)
        done = say(party, page, "Accept")
        assert done.url == f"{page_of(share)}#updates"
        after = text_of(party.get(page_of(share)))
        assert "Agreed: an update every 3 months, counted from 31 May 2026." in after
        assert "The next one is agreed for 31 May 2026." in after
        assert UpdateAgreement.objects.get().share == share

    def test_declining_leaves_nothing_agreed(self, story: Story, share: PlanShare, party: Client):
        propose(share, story.alice)
        say(party, party.get(page_of(share)), "Decline")
        assert "You have not agreed with the site yet" in text_of(party.get(page_of(share)))
        assert not UpdateAgreement.objects.exists()

    def test_party_proposes_something_else_and_the_site_accepts_that(
        self, story: Story, share: PlanShare, party: Client, site: Client
    ):
        propose(share, story.alice)
        page = party.get(reverse("share_agree", args=[share.pk]))
        assert send(party, page, months="1").status_code == 302
        shown = site.get(page_of(share))
        assert "Northmarket Ltd proposes updates" in text_of(shown)
        say(site, shown, "Accept")
        assert UpdateAgreement.objects.get().months == 1

    def test_own_proposal_can_be_withdrawn(self, story: Story, share: PlanShare, site: Client):
        propose(share, story.alice)
        page = site.get(page_of(share))
        assert "Your proposal waits for an answer" in text_of(page)
        say(site, page, "Withdraw it")
        assert UpdateProposal.objects.get().status == "withdrawn"

    def test_whoever_answers_second_is_told_and_nothing_typed_is_lost(
        self, story: Story, share: PlanShare, party: Client
    ):
        proposal = propose(share, story.alice)
        page, counter = party.get(page_of(share)), party.get(reverse("share_agree", args=[share.pk]))
        accept_proposal(proposal_id=proposal.pk, actor=story.dora)
        late = say(party, page, "Decline")
        assert "The proposal was answered or replaced since" in text_of(party.get(late.url))
        refused = send(party, counter, months="12")
        assert "The proposal was answered or replaced since" in problems_of(refused)[0]
        assert refused.status_code == 409
        assert 'value="12" selected' in refused.content.decode()
        assert UpdateAgreement.objects.get().months == 3

    def test_day_in_the_past_is_refused_beside_its_field(self, share: PlanShare, party: Client):
        page = party.get(reverse("share_agree", args=[share.pk]))
        refused = send(party, page, months="3", first_due="2026-03-02")
        assert problems_of(refused) == ["The first update has to be on a day after today."]
        assert 'value="2026-03-02"' in refused.content.decode()

    def test_party_with_a_proposal_of_its_own_is_answered_on_its_own_page(
        self, story: Story, share: PlanShare, site: Client
    ):
        propose(share, story.dora)
        page = site.get(reverse("plan_agree", args=[story.finding.pk]))
        assert "Northmarket Ltd has made a proposal itself" in text_of(page)
        assert not page.context["form"].fields["party"].choices

    def test_answer_that_names_no_proposal_leads_back(self, share: PlanShare, party: Client):
        url = reverse("share_answer", args=[share.pk])
        for data in ({}, {"answer": "accept", "proposal": "none"}, {"answer": "maybe"}):
            assert party.post(url, data)["Location"] == f"{page_of(share)}#updates"
        assert party.get(url)["Location"] == f"{page_of(share)}#updates"

    def test_proposal_on_another_share_is_not_answered_from_here(
        self, story: Story, plan: ActionPlan, share: PlanShare, party: Client
    ):
        other = share_with(plan, story.alice, story.other)
        proposal = propose(other, story.alice)
        url = reverse("share_answer", args=[share.pk])
        party.post(url, {"answer": "accept", "proposal": str(proposal.pk)})
        assert not UpdateAgreement.objects.exists()

    def test_who_only_reads_is_told_who_answers(self, story: Story, share: PlanShare):
        propose(share, story.alice)
        viewer = client_of(make_actor(story.customer, Role.VIEWER))
        page = viewer.get(page_of(share))
        assert "The editors and managers of both organisations answer it." in text_of(page)
        assert "Accept" not in text_of(page)
        assert viewer.get(reverse("share_agree", args=[share.pk])).status_code == 403

    def test_nothing_is_offered_once_it_has_ended(
        self, story: Story, share: PlanShare, site: Client, party: Client
    ):
        agree(share, story.alice, story.dora)
        propose(share, story.alice, Terms(1, IN_MAY.first_due))
        end_by_next_audit(story.finding)
        for client in (site, party):
            text = text_of(client.get(page_of(share)))
            assert "Accept" not in text
            assert "Withdraw it" not in text
            assert "next one is agreed" not in text
            assert client.get(reverse("share_agree", args=[share.pk])).status_code == 409
        assert site.get(update_page(story)).status_code == 409


class TestPosting:
    def test_site_says_what_happened_and_each_party_reads_it(
        self, story: Story, plan: ActionPlan, share: PlanShare, site: Client, party: Client
    ):
        share_with(plan, story.alice, story.other)
        done = send(site, site.get(update_page(story)), text="Half is repaid.\n\nThe rest by June.")
        assert done.url == f"{reverse('plan', args=[story.finding.pk])}#updates"
        shown = text_of(site.get(done.url))
        assert "Update posted to Fairprice Stores plc and Northmarket Ltd." in shown
        assert "Half is repaid. The rest by June." in shown
        assert "to Fairprice Stores plc, Northmarket Ltd" in shown
        assert "Half is repaid." in text_of(site.get(reverse("finding", args=[story.finding.pk])))
        read = text_of(party.get(page_of(share)))
        assert "Half is repaid. The rest by June." in read
        assert "Fairprice" not in read

    def test_only_those_chosen_get_it(
        self, story: Story, plan: ActionPlan, share: PlanShare, site: Client, party: Client
    ):
        other = share_with(plan, story.alice, story.other)
        send(site, site.get(update_page(story)), text="For one.", party=str(other.pk))
        assert "For one." not in text_of(party.get(page_of(share)))
        assert [each.share for each in Update.objects.get().sent.all()] == [other]

    @pytest.mark.parametrize(
        ("on", "said"),
        [
            (TODAY, "agreed for 31 May 2026; this one is more than 14 days before it and comes on top."),
            (date(2026, 5, 20), "Counts for 31 May 2026; the next one is then due on 31 August 2026."),
            (date(2026, 6, 20), "Counts for 31 May 2026; the next one is then due on 31 August 2026."),
        ],
    )
    def test_page_says_for_which_date_it_counts(
        self,
        story: Story,
        share: PlanShare,
        monkeypatch: pytest.MonkeyPatch,
        on: date,
        said: str,
    ):
        agree(share, story.alice, story.dora)
        stand_still(monkeypatch, on)
        assert said in text_of(client_of(story.alice).get(update_page(story)))

    @pytest.mark.usefixtures("share")
    def test_what_is_missing_is_said_and_the_text_stays(self, story: Story, site: Client):
        page = site.get(update_page(story))
        assert problems_of(send(site, page)) == ["Say what happened since the last update."]
        refused = send(site, page, text="Half is repaid.", party=[])
        assert problems_of(refused) == ["Choose who gets the update."]
        assert "Half is repaid." in refused.content.decode()

    @pytest.mark.usefixtures("share")
    def test_share_that_was_withdrawn_meanwhile_is_said_and_the_text_stays(
        self, story: Story, plan: ActionPlan, site: Client
    ):
        other = share_with(plan, story.alice, story.other)
        page = site.get(update_page(story))
        withdraw_share(share_id=other.pk, actor=story.bob)
        refused = send(site, page, text="Half is repaid.")
        assert problems_of(refused) == [
            "One of those you chose does not have the plan any more. Choose again."
        ]
        assert "Half is repaid." in refused.content.decode()
        assert not Update.objects.exists()

    @pytest.mark.usefixtures("share")
    def test_names_of_others_are_asked_about_reader_by_reader(
        self, story: Story, plan: ActionPlan, site: Client
    ):
        share_with(plan, story.alice, story.other)
        text = "Northmarket and Fairprice each pay a third."
        asked = send(site, site.get(update_page(story)), text=text)
        assert problems_of(asked) == [
            "Confirm that Fairprice Stores plc may read the name “Northmarket Ltd”, or take the name out of the update.",
            "Confirm that Northmarket Ltd may read the name “Fairprice Stores plc”, or take the name out of the update.",
        ]
        assert asked.status_code == 409
        field = f"names-{story.other.pk}"
        again = send(site, asked, **{field: str(story.customer.pk)})
        assert len(problems_of(again)) == 1
        assert "checked" in form_of(again).one("input", id=f"{field}-{story.customer.pk}").attributes
        done = send(site, again, **{f"names-{story.customer.pk}": str(story.other.pk)})
        assert done.status_code == 302
        assert Update.objects.get().text == text

    def test_without_anybody_to_read_it_sharing_comes_first(
        self, story: Story, plan: ActionPlan, site: Client
    ):
        for url in (update_page(story), reverse("plan_agree", args=[story.finding.pk])):
            page = site.get(url)
            assert "Nobody has the plan yet" in text_of(page)
            assert not page.context["form"].is_bound
        assert plan.shares.count() == 0

    @pytest.mark.usefixtures("share")
    def test_page_says_not_to_name_workers_or_children(self, story: Story, site: Client):
        page = site.get(update_page(story))
        assert "Do not name workers or children." in text_of(page)
        assert heading_of(page) == f"{story.finding.reference} Post an update"


class TestNextStep:
    def next_of(self, story: Story, actor: Actor | None = None) -> str:
        action = actions_for(_fresh(story), actor or story.alice).next
        return str(action.title or action.label) if action else ""

    def test_site_is_led_from_agreeing_to_posting(
        self, story: Story, plan: ActionPlan, share: PlanShare, monkeypatch: pytest.MonkeyPatch
    ):
        labels = [str(each.label) for each in actions_for(story.finding, story.alice).others]
        assert "Post an update" in labels
        publish_plan(plan_id=plan.pk, actor=story.alice)
        note_uploaded(plan_id=plan.pk, actor=story.alice, on=TODAY)
        _understood(story)
        assert self.next_of(story) == "Step 3: agree how often updates come"
        agree(share, story.alice, story.dora)
        assert self.next_of(story) == ""
        for on in (date(2026, 5, 17), date(2026, 7, 1)):
            stand_still(monkeypatch, on)
            assert self.next_of(story) == "Post an update"
        post(share, story.alice)
        assert self.next_of(story) == ""

    def test_proposal_waits_as_the_next_step_of_the_side_that_answers(self, story: Story, share: PlanShare):
        _understood(story)
        propose(share, story.dora)
        assert self.next_of(story) == "Answer the proposal for updates"
        assert self.next_of(story, story.dora) == "Reply to the site's action plan"
        accept_proposal(proposal_id=UpdateProposal.objects.get().pk, actor=story.alice)
        propose(share, story.alice, Terms(1, IN_MAY.first_due))
        labels = [str(each.label) for each in actions_for(_fresh(story), story.dora).others]
        assert "Answer the proposal" in labels
        home = text_of(client_of(story.dora).get("/"))
        assert "Updates that a site proposes" in home
        assert "An update every month, the first on 31 May 2026" in home

    def test_operator_reads_that_an_update_has_not_come_and_not_whose(
        self, story: Story, share: PlanShare, monkeypatch: pytest.MonkeyPatch
    ):
        agree(share, story.alice, story.dora)
        post(share, story.alice, text="Between the two of us.")
        operator = make_actor(make_operator(), Role.COMPLIANCE)
        url = reverse("finding", args=[story.finding.pk])
        late = "An update that the site agreed with a party for 31 May 2026 has not been posted yet."
        assert late not in text_of(client_of(operator).get(url))
        stand_still(monkeypatch, date(2026, 6, 1))
        shown = text_of(client_of(operator).get(url))
        assert late in shown
        assert "It is the update that is late, not the CAR." in shown
        assert "Between the two of us." not in shown


def _fresh(story: Story) -> Finding:
    return Finding.objects.select_related("site").get(pk=story.finding.pk)


def _understood(story: Story) -> None:
    answer_triage(finding_id=story.finding.pk, actor=story.alice, answers={"U": False, "K": True})


def test_record_does_not_tell_by_its_times_how_many_others_were_told_at_once(
    story: Story, plan: ActionPlan, share: PlanShare
) -> None:
    others = share_with(plan, story.alice, story.other)
    post(share, story.alice, others)
    page = client_of(story.dora).get(f"/shares/{share.pk}/").content.decode()
    record = page.rpartition('<ol class="timeline"')[2]
    times = re.findall(r'<time datetime="(.*?)"', record.partition("</ol>")[0])
    assert set(times) == {"2026-03-02T12:00+0000"}


@pytest.mark.parametrize("route", ["plan", "plan_update", "plan_agree"])
def test_queries_do_not_grow_with_parties_and_updates(
    story: Story,
    plan: ActionPlan,
    share: PlanShare,
    route: str,
    django_assert_num_queries: DjangoAssertNumQueries,
):
    expected = {"plan": 30, "plan_update": 9, "plan_agree": 9}[route]
    url = reverse(route, args=[story.finding.pk])
    client = client_of(story.alice)
    agree(share, story.alice, story.dora)
    post(share, story.alice)
    with django_assert_num_queries(expected):
        client.get(url)
    for _ in range(3):
        customer = make_customer()
        make_relationship(story.site, customer)
        other = share_with(plan, story.alice, customer)
        agree(other, story.alice, make_actor(customer))
        post(other, story.alice, share, text=f"More {other.pk}")
        propose(other, story.alice, Terms(1, IN_MAY.first_due))
    with django_assert_num_queries(expected):
        client.get(url)
