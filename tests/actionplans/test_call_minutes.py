"""What came of a call: its minutes, and the actions that the site takes from them into the plan."""

from datetime import timedelta

import pytest

from actionplans.annex import render
from actionplans.calls.services import AgreedAction, take_action
from actionplans.models import ActionPlan, Call, CallAction, CallMinutes, PlanShare
from actionplans.plans.drafts import draft_of
from actionplans.plans.services import publish_plan, redact_words
from actionplans.sharing.audiences import as_reader
from actionplans.sharing.checks import NamesDisclosed
from carportal.core.actor import Role
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from carportal.core.models import Notification
from tests.actionplans.arranging import FIRST, NOW, PAY, REPAY, agree, hold, let_it_be
from tests.actionplans.conftest import Story
from tests.actionplans.making import add_row, end_by_next_audit, share_with
from tests.factories import make_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


@pytest.fixture
def call(story: Story, share: PlanShare, monkeypatch: pytest.MonkeyPatch) -> Call:
    """One that has begun."""
    let_it_be(monkeypatch, NOW)
    call = agree(share, story.alice, story.dora)
    let_it_be(monkeypatch, FIRST + timedelta(minutes=5))
    return call


def rows_of(plan: ActionPlan, group: str) -> list[dict[str, str]]:
    rows = draft_of(ActionPlan.objects.get(pk=plan.pk)).groups[group]
    return [dict(row.cells) for row in rows]


class TestHolding:
    @pytest.mark.parametrize("who", ["alice", "dora"])
    def test_either_side_writes_the_minutes_once_and_both_are_told(self, story: Story, call: Call, who: str):
        writer = getattr(story, who)
        minutes = hold(call, writer, REPAY, PAY)
        assert Call.objects.get().status == "held"
        assert minutes.written_by_id == writer.user_id
        assert [(each.what, each.owner, each.ends) for each in call.actions.all()] == [REPAY, PAY]
        told = Notification.objects.filter(kind="call_held").values_list("recipient", flat=True)
        assert set(told) == {story.alice.user_id, story.bob.user_id, story.dora.user_id}
        with pytest.raises(Conflict, match="answered or changed"):
            hold(call, story.alice)

    def test_no_minutes_before_the_call(self, story: Story, call: Call, monkeypatch: pytest.MonkeyPatch):
        let_it_be(monkeypatch, FIRST - timedelta(minutes=1))
        with pytest.raises(Conflict, match="has begun"):
            hold(call, story.alice)

    def test_minutes_are_written_also_once_the_car_has_ended(self, story: Story, call: Call):
        end_by_next_audit(story.finding)
        hold(call, story.dora)

    def test_only_those_who_write_for_one_of_the_two_sides(self, story: Story, call: Call):
        for actor in (story.carol, make_actor(story.customer, Role.VIEWER), make_actor(story.other)):
            with pytest.raises(NotAllowed):
                hold(call, actor)
        assert not CallMinutes.objects.exists()

    @pytest.mark.parametrize(
        ("actions", "text", "fields"),
        [
            ((), " ", ["text"]),
            ((AgreedAction("", "site", "2027"),), "Good.", ["what_1"]),
            ((REPAY, AgreedAction("Pay", "", "")), "Good.", ["owner_2"]),
            ((AgreedAction("Pay", "somebody", ""),), "Good.", ["owner_1"]),
            (
                (AgreedAction("Pay", "site", "soon"), AgreedAction("P" * 1001, "site")),
                "Good.",
                ["ends_1", "what_2"],
            ),
        ],
    )
    def test_what_cannot_be_kept_is_refused_by_field(
        self, story: Story, call: Call, actions: tuple[AgreedAction, ...], text: str, fields: list[str]
    ):
        with pytest.raises(InvalidInput) as refused:
            hold(call, story.alice, *actions, text=text)
        assert list(refused.value.fields) == fields
        assert Call.objects.get().status == "agreed"

    def test_action_that_says_nothing_is_left_out(self, story: Story, call: Call):
        hold(call, story.alice, AgreedAction("", "", ""), REPAY, AgreedAction(" ", "site", ""))
        assert [each.what for each in CallAction.objects.all()] == [REPAY.what]

    def test_names_of_others_are_to_be_confirmed_by_the_site(self, story: Story, call: Call):
        for text, action in (("With Fairprice.", REPAY), ("Good.", AgreedAction("Ask Fairprice", "site"))):
            with pytest.raises(NamesDisclosed):
                hold(call, story.alice, action, text=text)
        hold(call, story.dora, text="With Fairprice.")

    def test_minutes_and_actions_lose_words_that_are_removed(
        self, story: Story, plan: ActionPlan, call: Call
    ):
        hold(call, story.alice, AgreedAction("Pay Rahim Miah back", "site"), text="Rahim Miah was heard.")
        redact_words(plan_id=plan.pk, actor=story.bob, words="Rahim Miah", reason="A worker.")
        assert CallMinutes.objects.get().readable_text == "[removed] was heard."
        assert CallAction.objects.get().readable_what == "Pay [removed] back"


class TestTaking:
    def test_action_of_the_site_becomes_a_row_of_the_draft_once(
        self, story: Story, plan: ActionPlan, call: Call
    ):
        hold(call, story.dora, REPAY)
        action = CallAction.objects.get()
        assert take_action(action_id=action.pk, actor=story.alice) == take_action(
            action_id=action.pk, actor=story.bob
        )
        (row,) = rows_of(plan, "actions")
        assert (row["what"], row["owner"], row["ends"], row["state"]) == (
            "Repay the fees",
            "site",
            "2027-Q2",
            "planned",
        )
        assert rows_of(plan, "stakeholders") == []

    def test_action_of_the_party_hangs_on_a_row_that_it_alone_reads(
        self, story: Story, plan: ActionPlan, call: Call
    ):
        hold(call, story.dora, PAY, AgreedAction("Order earlier", "party"))
        for action in CallAction.objects.all():
            take_action(action_id=action.pk, actor=story.alice)
        (stakeholder,) = rows_of(plan, "stakeholders")
        assert (stakeholder["organisation"], stakeholder["name"], stakeholder["shown"]) == (
            str(story.customer.pk),
            "Northmarket Ltd",
            "itself",
        )
        assert [row["what"] for row in rows_of(plan, "actions")] == [PAY.what, "Order earlier"]
        revision = publish_plan(plan_id=plan.pk, actor=story.alice)
        published = ActionPlan.objects.get(pk=plan.pk)
        read_by = {
            party.pk: str(render(revision, as_reader(published, party.pk), "en-gb"))
            for party in (story.customer, story.other)
        }
        assert PAY.what in read_by[story.customer.pk]
        assert PAY.what not in read_by[story.other.pk]
        assert "Northmarket" not in read_by[story.other.pk]

    def test_row_that_names_the_party_already_is_used(self, story: Story, plan: ActionPlan, call: Call):
        there = add_row(plan, story.alice, "stakeholders", organisation=str(story.customer.pk))
        hold(call, story.dora, PAY)
        take_action(action_id=CallAction.objects.get().pk, actor=story.alice)
        assert rows_of(plan, "actions")[0]["owner"] == str(there)
        assert len(rows_of(plan, "stakeholders")) == 1

    def test_only_the_site_takes_and_only_while_the_car_is_under_way(self, story: Story, call: Call):
        hold(call, story.dora, REPAY)
        action = CallAction.objects.get()
        for actor in (story.dora, story.carol):
            with pytest.raises(NotAllowed):
                take_action(action_id=action.pk, actor=actor)
        end_by_next_audit(story.finding)
        with pytest.raises(Conflict):
            take_action(action_id=action.pk, actor=story.alice)
        assert CallAction.objects.get().taken_at is None
