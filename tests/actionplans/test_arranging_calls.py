"""Two sides arrange a call: who may, what becomes of a proposal, and what each of them sees of it."""

from datetime import timedelta
from typing import Any

import pytest

from actionplans.calls.offers import Offer, Subject
from actionplans.calls.services import cancel_call, decline_call
from actionplans.models import ActionPlan, Call, CallAction, PlanShare
from actionplans.sharing.checks import NamesDisclosed
from actionplans.sharing.services import withdraw_share
from carportal.core.actor import Actor, Role
from carportal.core.audit import Aggregate, Reader, timeline, verify
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from carportal.core.models import Notification
from tests.actionplans.arranging import (
    APPROACH,
    FIRST,
    LINK,
    NOW,
    OFFER,
    SECOND,
    agree,
    let_it_be,
    offer_others,
    pick,
    propose,
)
from tests.actionplans.conftest import Story
from tests.actionplans.making import end_by_next_audit, share_with
from tests.factories import make_actor, make_operator

pytestmark = pytest.mark.django_db

LATER = FIRST + timedelta(days=30)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    let_it_be(monkeypatch, NOW)


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


def kept(call: Call) -> Call:
    return Call.objects.get(pk=call.pk)


def told(kind: str) -> list[str]:
    return sorted(Notification.objects.filter(kind=kind).values_list("address", flat=True))


def addresses(*actors: Actor) -> list[str]:
    ids = [actor.user_id for actor in actors]
    return sorted(Notification.objects.filter(recipient__in=ids).values_list("address", flat=True).distinct())


class TestProposing:
    def test_time_that_the_other_side_picks_is_agreed(self, story: Story, share: PlanShare):
        for asking, answering, subject in (
            (story.alice, story.dora, APPROACH),
            (story.dora, story.alice, Subject("other", "The seasonal contracts")),
        ):
            call = pick(propose(share, asking, subject=subject), answering, SECOND)
            assert (call.status, call.starts_at, call.sequence) == ("agreed", SECOND, 0)

    def test_other_side_alone_is_told_of_a_proposal_and_both_of_what_is_agreed(
        self, story: Story, share: PlanShare
    ):
        agree(share, story.alice, story.dora)
        assert told("call_proposed") == addresses(story.dora)
        assert told("call_agreed") == addresses(story.alice, story.bob, story.dora)

    def test_one_call_of_a_purpose_is_open_at_a_time(self, story: Story, share: PlanShare):
        call = propose(share, story.alice)
        assert propose(share, story.bob) == call  # sent twice
        with pytest.raises(Conflict, match="is proposed already"):
            propose(share, story.dora, Offer([LATER], 30, LINK))
        pick(call, story.dora)
        with pytest.raises(Conflict, match="is agreed already"):
            propose(share, story.alice)
        propose(share, story.alice, subject=APPROACH)

    def test_times_are_kept_in_their_order(self, story: Story, share: PlanShare):
        call = propose(share, story.alice, OFFER._replace(slots=[SECOND, FIRST]))
        assert [slot.starts_at for slot in call.slots.all()] == [FIRST, SECOND]

    @pytest.mark.parametrize(
        ("change", "field", "sentence"),
        [
            ({"slots": []}, "slot_1", "at least one"),
            ({"slots": [FIRST, NOW]}, "slot_2", "has passed"),
            ({"slots": [FIRST, FIRST]}, "slot_2", "already"),
            ({"slots": [NOW + timedelta(days=400)]}, "slot_1", "within a year"),
            ({"slots": [FIRST + timedelta(hours=n) for n in range(4)]}, "slot_1", "at most 3"),
            ({"duration": 7}, "duration", "how long"),
            ({"where": " "}, "where", "begins with https://"),
            ({"where": "http://meet.example.org"}, "where", "begins with https://"),
            ({"where": "javascript:alert(1)"}, "where", "begins with https://"),
            ({"where": "my office"}, "where", "phone number such as"),
            ({"where": "https://" + "a" * 300 + ".example"}, "where", "the most is 300"),
        ],
    )
    def test_what_cannot_be_is_refused_by_field(
        self, story: Story, share: PlanShare, change: dict[str, Any], field: str, sentence: str
    ):
        with pytest.raises(InvalidInput) as refused:
            propose(share, story.alice, OFFER._replace(**change))
        assert sentence in str(refused.value.fields[field])
        assert not Call.objects.exists()

    @pytest.mark.parametrize(
        "where", ["+44 20 7946 0000", "020 7946 0000, 4512#", "https://zoom.example/j/1?pwd=a"]
    )
    def test_link_or_phone_number_is_taken(self, story: Story, share: PlanShare, where: str):
        assert propose(share, story.alice, OFFER._replace(where=where)).where == where

    @pytest.mark.parametrize("subject", [Subject("lunch"), Subject("other"), Subject("other", "  ")])
    def test_call_is_for_something(self, story: Story, share: PlanShare, subject: Subject):
        with pytest.raises(InvalidInput):
            propose(share, story.alice, subject=subject)

    def test_topic_that_names_another_party_is_to_be_confirmed_by_the_site(
        self, story: Story, share: PlanShare
    ):
        subject = Subject("other", "What Fairprice does")
        with pytest.raises(NamesDisclosed) as asked:
            propose(share, story.alice, subject=subject)
        assert asked.value.names == {story.customer.pk: [story.other]}
        assert (
            propose(share, story.dora, subject=subject).topic == subject.topic
        )  # a customer names whom it likes


class TestAnswering:
    def test_other_times_take_the_place_of_those_before(self, story: Story, share: PlanShare):
        call = propose(share, story.alice)
        offer_others(call, story.dora, LATER)
        assert (kept(call).by_side, kept(call).turn, kept(call).duration) == ("party", 2, 30)
        with pytest.raises(Conflict, match="answered or changed"):
            pick(call, story.alice, FIRST)
        assert pick(call, story.alice, LATER).starts_at == LATER

    def test_agreed_call_is_moved_by_other_times_and_its_calendars_are_told(
        self, story: Story, share: PlanShare
    ):
        call = agree(share, story.alice, story.dora)
        offer_others(call, story.dora, LATER)
        assert (kept(call).status, kept(call).sequence) == ("proposed", 1)
        assert told("call_moved") == addresses(story.alice, story.bob, story.dora)
        assert pick(call, story.alice, LATER).sequence == 2

    def test_nobody_acts_on_what_they_have_not_seen(self, story: Story, share: PlanShare):
        call = propose(share, story.alice)
        offer_others(call, story.alice, LATER)
        for act in (
            lambda: offer_others(call, story.dora, SECOND, seen=1),
            lambda: decline_call(call_id=call.pk, actor=story.dora, seen=1, reason="No time."),
            lambda: cancel_call(call_id=call.pk, actor=story.alice, seen=1),
        ):
            with pytest.raises(Conflict, match="answered or changed"):
                act()

    def test_declining_needs_a_reason_and_ends_the_call(self, story: Story, share: PlanShare):
        call = propose(share, story.alice)
        with pytest.raises(InvalidInput):
            decline_call(call_id=call.pk, actor=story.dora, seen=1, reason=" ")
        decline_call(call_id=call.pk, actor=story.dora, seen=1, reason="In May, please.")
        assert (kept(call).status, kept(call).ended_by, kept(call).reason) == (
            "declined",
            "party",
            "In May, please.",
        )
        assert told("call_declined") == addresses(story.alice, story.bob)
        propose(share, story.alice)  # another can be proposed at once

    def test_either_side_cancels_what_is_agreed(self, story: Story, share: PlanShare):
        for actor in (story.alice, story.dora):
            call = agree(share, story.alice, story.dora)
            cancel_call(call_id=call.pk, actor=actor, seen=1)
            assert (kept(call).status, kept(call).sequence, kept(call).starts_at) == ("cancelled", 1, FIRST)
        assert len(told("call_cancelled")) == 6

    def test_own_proposal_is_cancelled_and_the_others_declined(self, story: Story, share: PlanShare):
        call = propose(share, story.alice)
        for refused in (
            lambda: cancel_call(call_id=call.pk, actor=story.dora, seen=1),
            lambda: decline_call(call_id=call.pk, actor=story.bob, seen=1, reason="No."),
            lambda: pick(call, story.bob),
        ):
            with pytest.raises(NotAllowed):
                refused()
        cancel_call(call_id=call.pk, actor=story.bob, seen=1)
        assert told("call_cancelled") == addresses(story.dora)

    def test_time_that_has_passed_is_not_picked(
        self, story: Story, share: PlanShare, monkeypatch: pytest.MonkeyPatch
    ):
        call = propose(share, story.alice)
        let_it_be(monkeypatch, FIRST)
        with pytest.raises(Conflict, match="has passed meanwhile"):
            pick(call, story.dora, FIRST)
        pick(call, story.dora, SECOND)


class TestWho:
    def test_only_those_who_write_for_one_of_the_two_sides(self, story: Story, share: PlanShare):
        call = propose(share, story.alice)
        agreed = pick(propose(share, story.alice, subject=APPROACH), story.dora)
        for actor in (
            story.carol,  # reads for the site
            make_actor(story.customer, Role.VIEWER),
            make_actor(story.other),
            make_actor(make_operator(), Role.COMPLIANCE),
        ):
            for refused in (
                lambda actor=actor: propose(share, actor),
                lambda actor=actor: pick(call, actor),
                lambda actor=actor: offer_others(call, actor, LATER),
                lambda actor=actor: decline_call(call_id=call.pk, actor=actor, seen=1, reason="No."),
                lambda actor=actor: cancel_call(call_id=agreed.pk, actor=actor, seen=1),
            ):
                with pytest.raises(NotAllowed):
                    refused()
        assert (kept(call).status, kept(agreed).status) == ("proposed", "agreed")

    def test_nothing_is_arranged_about_a_car_that_has_ended_but_a_call_can_be_called_off(
        self, story: Story, share: PlanShare
    ):
        call, agreed = propose(share, story.alice), agree_on_approach(share, story)
        end_by_next_audit(story.finding)
        for refused in (
            lambda: propose(share, story.alice, subject=Subject("other", "More")),
            lambda: pick(call, story.dora),
            lambda: offer_others(agreed, story.dora, LATER),
        ):
            with pytest.raises(Conflict, match="has ended with a later audit"):
                refused()
        cancel_call(call_id=agreed.pk, actor=story.dora, seen=1)
        assert not Call.objects.to_answer(story.dora).exists()

    def test_each_sees_what_is_its_own(self, story: Story, plan: ActionPlan, share: PlanShare):
        other = share_with(plan, story.alice, story.other)
        erik = make_actor(story.other)
        propose(share, story.alice)
        agree(other, story.alice, erik)
        seen = {
            actor: set(Call.objects.visible_to(actor).values_list("share", flat=True))
            for actor in (story.alice, story.dora, erik, make_actor(make_operator(), Role.COMPLIANCE))
        }
        assert list(seen.values()) == [{share.pk, other.pk}, {share.pk}, {other.pk}, set()]
        waiting = [Call.objects.to_answer(actor).count() for actor in (story.alice, story.dora, erik)]
        assert waiting == [0, 1, 0]
        assert [Call.objects.visible_to(each).ahead(NOW).count() for each in (story.dora, erik)] == [0, 1]
        assert not CallAction.objects.visible_to(story.dora).exists()


class TestWithdrawing:
    def test_open_calls_end_with_the_share_in_neutral_words(
        self, story: Story, plan: ActionPlan, share: PlanShare
    ):
        call, agreed = propose(share, story.alice), agree_on_approach(share, story)
        others = propose(share_with(plan, story.alice, story.other), story.alice)
        withdraw_share(share_id=share.pk, actor=story.alice)
        for each, sequence in ((call, 0), (agreed, 1)):
            assert (kept(each).status, kept(each).ended_by, kept(each).reason) == ("cancelled", "", "")
            assert kept(each).sequence == sequence
        assert kept(others).status == "proposed"
        # The party hears of both, the site of what stood in its calendars.
        assert told("call_cancelled") == sorted(addresses(story.alice, story.bob) + 2 * addresses(story.dora))
        with pytest.raises(Conflict, match="is not shared with Northmarket Ltd any more"):
            cancel_call(call_id=agreed.pk, actor=story.alice, seen=1)


def agree_on_approach(share: PlanShare, story: Story) -> Call:
    return pick(propose(share, story.alice, subject=APPROACH), story.dora)


def test_record_tells_each_step_and_each_party_its_own_alone(
    story: Story, plan: ActionPlan, share: PlanShare
):
    call = agree(share, story.alice, story.dora)
    offer_others(call, story.dora, LATER)
    decline_call(call_id=call.pk, actor=story.alice, seen=2, reason="Not in April.")
    other = propose(share_with(plan, story.alice, story.other), story.alice)
    cancel_call(call_id=other.pk, actor=story.alice, seen=1)

    def read(reader: Reader, party: Actor | None = None) -> list[str]:
        entries = timeline(
            aggregate=Aggregate.PLAN,
            aggregate_id=plan.pk,
            reader=reader,
            party_id=party.organisation_id if party else None,
        )
        return [each.sentence for each in entries if " call " in each.sentence]

    doras = [
        "Proposed times for a call with Northmarket Ltd",
        "Agreed on a call with Northmarket Ltd on 10 March 2026",
        "Proposed other times for the call with Northmarket Ltd that was agreed for 10 March 2026",
        "Declined a call with Northmarket Ltd",
    ]
    assert read(Reader.PARTY, story.dora) == doras
    assert read(Reader.SITE)[:4] == doras
    assert read(Reader.PARTY, make_actor(story.other)) == read(Reader.SITE)[4:]
    assert len(read(Reader.SITE)) == 6
    assert read(Reader.AUDITOR) == []
    assert verify().whole
