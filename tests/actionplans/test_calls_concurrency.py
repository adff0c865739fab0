"""Two at once over a call: one wins, the other gets a sentence; real transactions."""

from datetime import timedelta
from functools import partial

import pytest

from actionplans.calls.services import agree_call, cancel_call, decline_call, take_action
from actionplans.models import ActionPlan, Call, CallAction, CallMinutes, PlanShare
from actionplans.plans.drafts import draft_of
from actionplans.sharing.services import withdraw_share
from carportal.core.audit import verify
from carportal.core.errors import Conflict
from carportal.core.models import AuditEvent, Notification
from tests.actionplans.arranging import (
    FIRST,
    NOW,
    OFFER,
    REPAY,
    SECOND,
    agree,
    hold,
    let_it_be,
    offer_others,
    pick,
    propose,
)
from tests.actionplans.conftest import Story
from tests.actionplans.making import share_with
from tests.parallel import at_once, errors, in_turn

pytestmark = pytest.mark.django_db(transaction=True)

LATER = FIRST + timedelta(days=30)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    let_it_be(monkeypatch, NOW)


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


def events_of(kind: str) -> int:
    return AuditEvent.objects.filter(kind=kind).count()


def test_both_sides_that_propose_at_once_do_not_overlook_each_other(story: Story, share: PlanShare):
    results = at_once(
        partial(propose, share, story.alice),
        partial(propose, share, story.dora, OFFER._replace(duration=30)),
    )
    (refused,) = errors(results)
    assert "is proposed already" in str(refused.message)
    assert Call.objects.count() == 1


def test_members_of_one_side_who_pick_different_times_agree_on_one(story: Story, share: PlanShare):
    call = propose(share, story.dora)
    results = at_once(
        *(
            partial(agree_call, call_id=call.pk, actor=actor, slot_id=slot.pk)
            for actor, slot in zip((story.alice, story.bob), call.slots.all(), strict=True)
        )
    )
    (refused,) = errors(results)
    assert "Another of these times was agreed" in str(refused.message)
    assert Call.objects.get().sequence == 0
    assert events_of("call_agreed") == 1
    assert Notification.objects.filter(kind="call_agreed").count() == 3


def test_of_a_pick_and_what_crosses_it_the_first_holds(story: Story, share: PlanShare):
    for number, other in enumerate(
        (
            lambda call: offer_others(call, story.alice, LATER, seen=1),
            lambda call: offer_others(call, story.dora, LATER, seen=1),
            lambda call: decline_call(call_id=call.pk, actor=story.dora, seen=1, reason="No."),
            lambda call: cancel_call(call_id=call.pk, actor=story.alice, seen=1),
        )
    ):
        call = propose(share, story.alice)
        _, refused = in_turn(partial(other, call), partial(pick, call, story.dora, SECOND))
        assert isinstance(refused, Conflict), number
        left = Call.objects.get(pk=call.pk)
        assert left.starts_at is None
        if left.is_open:
            cancel_call(
                call_id=call.pk, actor=story.alice if left.by_side == "site" else story.dora, seen=left.turn
            )
    assert verify().whole


def test_agreed_call_that_both_sides_move_at_once_has_one_proposal(story: Story, share: PlanShare):
    call = agree(share, story.alice, story.dora)
    results = at_once(
        partial(offer_others, call, story.alice, LATER, seen=1),
        partial(offer_others, call, story.dora, LATER + timedelta(hours=1), seen=1),
    )
    (refused,) = errors(results)
    assert "answered or changed" in str(refused.message)
    assert (Call.objects.get().turn, Call.objects.get().sequence) == (2, 1)


def test_call_that_is_picked_while_the_share_is_withdrawn_goes_on_in_no_calendar(
    story: Story, share: PlanShare
):
    call = propose(share, story.alice)
    withdraw = partial(withdraw_share, share_id=share.pk, actor=story.alice)
    _, refused = in_turn(withdraw, partial(pick, call, story.dora))
    assert "is not shared with Northmarket Ltd any more" in str(refused)
    assert Call.objects.get().status == "cancelled"

    share = share_with(share.plan, story.alice, story.customer)
    call = propose(share, story.alice)
    in_turn(partial(pick, call, story.dora), partial(withdraw_share, share_id=share.pk, actor=story.alice))
    left = Call.objects.get(pk=call.pk)
    assert (left.status, left.sequence, left.ended_by) == ("cancelled", 1, "")


def test_minutes_that_both_sides_write_at_once_are_kept_once(
    story: Story, share: PlanShare, monkeypatch: pytest.MonkeyPatch
):
    call = agree(share, story.alice, story.dora)
    let_it_be(monkeypatch, FIRST)
    results = at_once(*(partial(hold, call, actor) for actor in (story.alice, story.dora)))
    assert len(errors(results)) == 1
    assert CallMinutes.objects.count() == 1


def test_action_that_two_take_at_once_is_one_row(
    story: Story, share: PlanShare, monkeypatch: pytest.MonkeyPatch
):
    call = agree(share, story.alice, story.dora)
    let_it_be(monkeypatch, FIRST)
    hold(call, story.dora, REPAY)
    action = CallAction.objects.get()
    at_once(*(partial(take_action, action_id=action.pk, actor=actor) for actor in (story.alice, story.bob)))
    assert len(draft_of(ActionPlan.objects.get()).groups["actions"]) == 1
    assert events_of("call_action_taken") == 1
