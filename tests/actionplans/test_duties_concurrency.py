"""Two at once over an action of a party: one wins, the other gets a sentence; real transactions."""

from functools import partial
from uuid import UUID

import pytest

from actionplans.models import ActionPlan, Duty, DutyAnswer, DutyReport, PlanShare
from actionplans.plans.drafts import draft_of
from actionplans.sharing.services import withdraw_share
from carportal.core.audit import verify
from carportal.core.models import AuditEvent, Notification
from tests.actionplans.conftest import Story
from tests.actionplans.making import share_with, write
from tests.actionplans.taking_on import accept, decline, give_action, report, take
from tests.factories import make_actor
from tests.parallel import at_once, errors, in_turn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def action(story: Story, plan: ActionPlan) -> UUID:
    return give_action(plan, story.alice, story.customer)


@pytest.fixture
def share(story: Story, plan: ActionPlan, action: UUID) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


@pytest.fixture
def duty(share: PlanShare, action: UUID) -> Duty:
    return share.duties.get(row_id=action)


def events_of(kind: str) -> int:
    return AuditEvent.objects.filter(kind=kind).count()


def test_two_members_who_accept_at_once_accept_once(story: Story, duty: Duty):
    erik = make_actor(story.customer)
    assert errors(at_once(*(partial(accept, duty, each, seen=1) for each in (story.dora, erik)))) == []
    assert (DutyAnswer.objects.count(), events_of("duty_accepted")) == (1, 1)
    assert Notification.objects.filter(kind="duty_answered").count() == 2


def test_of_two_members_who_say_different_things_one_is_told_of_the_other(story: Story, duty: Duty):
    erik = make_actor(story.customer)
    results = at_once(
        partial(accept, duty, story.dora, seen=1), partial(decline, duty, erik, "Not ours.", seen=1)
    )
    (refused,) = errors(results)
    assert "answered or changed" in str(refused.message)
    assert DutyAnswer.objects.get().kind == Duty.objects.get().status


def test_answer_that_comes_while_the_share_is_withdrawn_finds_nothing_to_answer(
    story: Story, plan: ActionPlan, share: PlanShare, duty: Duty
):
    withdraw = partial(withdraw_share, share_id=share.pk, actor=story.alice)
    _, refused = in_turn(withdraw, partial(accept, duty, story.dora, seen=1))
    assert "no longer shares this plan" in str(refused)
    again = share_with(plan, story.alice, story.customer)
    in_turn(
        partial(accept, again.duties.get(), story.dora, seen=1),
        partial(withdraw_share, share_id=again.pk, actor=story.alice),
    )
    assert set(Duty.objects.values_list("status", flat=True)) == {"ended"}
    assert verify().whole


def test_answer_that_crosses_a_newer_wording_is_not_an_answer_to_it(
    story: Story, plan: ActionPlan, duty: Duty, action: UUID
):
    write(plan, story.alice, **{f"{action}.what": "Pay half."})
    share_anew = partial(share_with, plan, story.alice, story.customer)
    _, refused = in_turn(share_anew, partial(accept, duty, story.dora, seen=1))
    assert "answered or changed" in str(refused)
    assert (Duty.objects.get().status, Duty.objects.get().turn) == ("proposed", 2)

    write(plan, story.alice, **{f"{action}.what": "Pay a quarter."})
    in_turn(partial(accept, duty, story.dora, seen=2), share_anew)
    assert (Duty.objects.get().status, Duty.objects.get().turn) == ("proposed", 4)


def test_plan_that_is_shared_twice_at_once_asks_once(story: Story, plan: ActionPlan, action: UUID):
    at_once(*(partial(share_with, plan, actor, story.customer) for actor in (story.alice, story.bob)))
    assert Duty.objects.get().row_id == action
    assert events_of("duties_proposed") == 1


def test_report_that_two_send_and_two_take_at_once_is_one(story: Story, plan: ActionPlan, duty: Duty):
    accept(duty, story.dora)
    erik = make_actor(story.customer)
    at_once(*(partial(report, duty, each) for each in (story.dora, erik)))
    kept = DutyReport.objects.get()
    at_once(*(partial(take, kept, each) for each in (story.alice, story.bob)))
    (row,) = draft_of(ActionPlan.objects.get(pk=plan.pk)).groups["actions"]
    assert (row.cells["state"], row.cells["progress"]) == ("under_way", kept.text)
    assert (events_of("duty_reported"), events_of("duty_report_taken")) == (1, 1)
