"""Two sides agree how often updates come: who may, what becomes of a proposal, what each of them reads of it."""

from datetime import date

import pytest

from actionplans.models import ActionPlan, PlanShare, UpdateAgreement, UpdateProposal
from actionplans.sharing.services import withdraw_share
from actionplans.updates.services import (
    Terms,
    accept_proposal,
    decline_proposal,
    propose_updates,
    withdraw_proposal,
)
from carportal.core.actor import Actor, Role
from carportal.core.audit import Aggregate, Reader, timeline, verify
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from carportal.core.models import Notification
from tests.actionplans.agreeing import IN_MAY, TODAY, agree, propose, stand_still
from tests.actionplans.conftest import Story
from tests.actionplans.making import end_by_next_audit, share_with
from tests.factories import make_actor, make_operator

pytestmark = pytest.mark.django_db

LATER = Terms(6, date(2026, 8, 31))


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch, TODAY)


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


def statuses() -> list[str]:
    """Of all proposals, in no order of time."""
    return sorted(UpdateProposal.objects.values_list("status", flat=True))


def outcome_of(proposal: UpdateProposal) -> str:
    return str(UpdateProposal.objects.get(pk=proposal.pk).status)


class TestProposing:
    def test_what_the_other_side_accepts_is_agreed_and_its_first_date_comes_next(
        self, story: Story, share: PlanShare
    ):
        for asking, answering in ((story.alice, story.dora), (story.dora, story.alice)):
            agreement = agree(share, asking, answering)
            assert (agreement.months, agreement.first_due, agreement.next_due) == (
                3,
                *[date(2026, 5, 31)] * 2,
            )
        assert UpdateAgreement.objects.get() == agreement  # the second took the place of the first

    def test_nothing_is_agreed_until_then(self, story: Story, share: PlanShare):
        propose(share, story.alice)
        assert not UpdateAgreement.objects.exists()

    def test_several_parties_get_a_proposal_each(self, story: Story, plan: ActionPlan, share: PlanShare):
        other = share_with(plan, story.alice, story.other)
        made = propose_updates(share_ids=[share.pk, other.pk], actor=story.alice, terms=IN_MAY)
        assert {each.share for each in made} == {share, other}
        told = Notification.objects.filter(kind="updates_proposed")
        assert {each.recipient_id for each in told} == {
            story.dora.user_id
        }  # the other customer has nobody yet

    def test_own_proposal_gives_way_to_a_newer_one(self, story: Story, share: PlanShare):
        first = propose(share, story.alice)
        second = propose(share, story.bob, LATER)
        assert (outcome_of(first), outcome_of(second)) == ("withdrawn", "proposed")

    def test_the_same_sent_twice_is_one_proposal(self, story: Story, share: PlanShare):
        assert propose(share, story.alice) == propose(share, story.alice)
        assert Notification.objects.filter(kind="updates_proposed").count() == 1

    def test_counter_proposal_declines_what_its_maker_has_seen(self, story: Story, share: PlanShare):
        first = propose(share, story.alice)
        (second,) = propose_updates(share_ids=[share.pk], actor=story.dora, terms=LATER, seen=first.pk)
        assert (outcome_of(first), outcome_of(second)) == ("declined", "proposed")
        told = Notification.objects.filter(kind="updates_proposed", object_id=second.pk)
        assert {each.recipient_id for each in told} == {story.alice.user_id, story.bob.user_id}

    def test_proposal_that_was_not_seen_is_not_declined(self, story: Story, share: PlanShare):
        first = propose(share, story.dora)
        with pytest.raises(Conflict, match="Northmarket Ltd has made a proposal meanwhile"):
            propose(share, story.alice)
        assert outcome_of(first) == "proposed"

    def test_proposal_that_was_answered_meanwhile_is_not_answered_by_another(
        self, story: Story, share: PlanShare
    ):
        first = propose(share, story.alice)
        accept_proposal(proposal_id=first.pk, actor=story.dora)
        with pytest.raises(Conflict, match="answered or replaced since you opened this page"):
            propose_updates(share_ids=[share.pk], actor=story.dora, terms=LATER, seen=first.pk)
        assert UpdateAgreement.objects.get().months == 3

    @pytest.mark.parametrize(
        ("terms", "field", "sentence"),
        [
            (Terms(5, date(2026, 5, 31)), "months", "Choose how often"),
            (Terms(3, TODAY), "first_due", "after today"),
            (Terms(3, date(2026, 3, 1)), "first_due", "after today"),
            (Terms(3, date(2028, 3, 3)), "first_due", "within two years"),
        ],
    )
    def test_terms_that_cannot_be_are_refused_by_field(
        self, story: Story, share: PlanShare, terms: Terms, field: str, sentence: str
    ):
        with pytest.raises(InvalidInput) as refused:
            propose(share, story.alice, terms)
        assert sentence in str(refused.value.fields[field])
        assert not UpdateProposal.objects.exists()

    def test_somebody_has_to_be_chosen(self, story: Story):
        with pytest.raises(InvalidInput):
            propose_updates(share_ids=[], actor=story.alice, terms=IN_MAY)


class TestAnswering:
    def test_declined_proposal_leaves_what_was_agreed(self, story: Story, share: PlanShare):
        agree(share, story.alice, story.dora)
        decline_proposal(proposal_id=propose(share, story.alice, LATER).pk, actor=story.dora)
        assert UpdateAgreement.objects.get().months == 3
        assert statuses().count("declined") == 1

    def test_proposal_is_answered_once(self, story: Story, share: PlanShare):
        proposal = propose(share, story.alice)
        accept_proposal(proposal_id=proposal.pk, actor=story.dora)
        for answer, actor in (
            (accept_proposal, story.dora),
            (decline_proposal, story.dora),
            (withdraw_proposal, story.alice),
        ):
            with pytest.raises(Conflict, match="answered or replaced"):
                answer(proposal_id=proposal.pk, actor=actor)

    def test_nobody_answers_a_proposal_of_the_own_side_or_withdraws_the_others(
        self, story: Story, share: PlanShare
    ):
        proposal = propose(share, story.alice)
        for answer, actor in (
            (accept_proposal, story.bob),
            (decline_proposal, story.bob),
            (withdraw_proposal, story.dora),
        ):
            with pytest.raises(NotAllowed):
                answer(proposal_id=proposal.pk, actor=actor)
        assert outcome_of(proposal) == "proposed"

    def test_first_date_that_has_passed_cannot_be_agreed_on(
        self, story: Story, share: PlanShare, monkeypatch: pytest.MonkeyPatch
    ):
        proposal = propose(share, story.alice)
        stand_still(monkeypatch, IN_MAY.first_due)
        with pytest.raises(Conflict, match="31 May 2026, has passed meanwhile"):
            accept_proposal(proposal_id=proposal.pk, actor=story.dora)
        assert outcome_of(proposal) == "proposed"

    def test_who_proposed_is_told_of_the_answer(self, story: Story, share: PlanShare):
        agree(share, story.alice, story.dora)
        decline_proposal(proposal_id=propose(share, story.dora, LATER).pk, actor=story.alice)
        told = Notification.objects.filter(kind="updates_answered").order_by("created_at")
        assert [each.recipient_id for each in told][-1] == story.dora.user_id
        assert {each.recipient_id for each in told[:2]} == {story.alice.user_id, story.bob.user_id}


class TestWho:
    @pytest.fixture
    def outsiders(self, story: Story) -> list[Actor]:
        return [
            story.carol,  # reads for the site
            make_actor(story.customer, Role.VIEWER),
            make_actor(story.other),
            make_actor(make_operator(), Role.COMPLIANCE),
        ]

    def test_only_those_who_write_for_one_of_the_two_sides(
        self, story: Story, share: PlanShare, outsiders: list[Actor]
    ):
        proposal = propose(share, story.alice)
        for actor in outsiders:
            for refused in (
                lambda actor=actor: propose(share, actor, LATER),
                lambda actor=actor: accept_proposal(proposal_id=proposal.pk, actor=actor),
                lambda actor=actor: decline_proposal(proposal_id=proposal.pk, actor=actor),
                lambda actor=actor: withdraw_proposal(proposal_id=proposal.pk, actor=actor),
            ):
                with pytest.raises(NotAllowed):
                    refused()
        assert statuses() == ["proposed"]

    def test_nothing_is_agreed_on_a_share_that_was_withdrawn_or_a_car_that_has_ended(
        self, story: Story, plan: ActionPlan, share: PlanShare
    ):
        other = share_with(plan, story.alice, story.other)
        proposal = propose(share, story.alice)
        withdraw_share(share_id=share.pk, actor=story.alice)
        with pytest.raises(Conflict, match="is not shared with Northmarket Ltd any more"):
            accept_proposal(proposal_id=proposal.pk, actor=story.dora)
        end_by_next_audit(story.finding)
        with pytest.raises(Conflict, match="has ended with a later audit"):
            propose(other, story.alice)
        assert not UpdateAgreement.objects.exists()

    def test_each_sees_what_is_its_own(self, story: Story, plan: ActionPlan, share: PlanShare):
        other = share_with(plan, story.alice, story.other)
        erik = make_actor(story.other)
        agree(share, story.alice, story.dora)
        agree(other, story.alice, erik, LATER)
        propose(other, story.alice)
        for model in (UpdateAgreement, UpdateProposal):
            seen = {
                name: set(model.objects.visible_to(actor).values_list("share", flat=True))
                for name, actor in {
                    "alice": story.alice,
                    "dora": story.dora,
                    "erik": erik,
                    "operator": make_actor(make_operator(), Role.COMPLIANCE),
                }.items()
            }
            assert seen == {
                "alice": {share.pk, other.pk},
                "dora": {share.pk},
                "erik": {other.pk},
                "operator": set(),
            }
        assert [
            UpdateProposal.objects.to_answer(each).count() for each in (story.alice, story.dora, erik)
        ] == [
            0,
            0,
            1,
        ]


def test_record_tells_each_step_and_each_party_its_own_alone(
    story: Story, plan: ActionPlan, share: PlanShare
):
    other = share_with(plan, story.alice, story.other)
    agree(share, story.alice, story.dora)
    decline_proposal(proposal_id=propose(share, story.dora, LATER).pk, actor=story.alice)
    withdraw_proposal(proposal_id=propose(other, story.alice).pk, actor=story.alice)

    def read(reader: Reader, party: Actor | None = None) -> list[str]:
        entries = timeline(
            aggregate=Aggregate.PLAN,
            aggregate_id=plan.pk,
            reader=reader,
            party_id=party.organisation_id if party else None,
        )
        return [each.sentence for each in entries if "updates" in each.sentence]

    doras = [
        "Proposed updates to Northmarket Ltd every 3 months, the first on 31 May 2026",
        "Agreed on updates to Northmarket Ltd every 3 months, the first on 31 May 2026",
        "Proposed updates to Northmarket Ltd every 6 months, the first on 31 August 2026",
        "Declined the proposal for updates to Northmarket Ltd every 6 months, the first on 31 August 2026",
    ]
    assert read(Reader.PARTY, story.dora) == doras
    assert read(Reader.SITE)[:4] == doras
    assert read(Reader.PARTY, make_actor(story.other)) == read(Reader.SITE)[4:]
    assert len(read(Reader.SITE)) == 6
    assert read(Reader.AUDITOR) == []
    assert verify().whole
