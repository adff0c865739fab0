"""What a party said of its actions goes along when a plan moves on: by the site's wish, or as a correction undoes an end."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest

from actionplans.models import ActionPlan, Duty, DutyAnswer, DutyReport, PlanShare
from actionplans.plans.services import carry_on_plan
from actionplans.waiting import waiting_on
from carportal.core.actor import Actor
from carportal.core.audit import verify
from findings.models import Finding
from tests.actionplans.agreeing import TODAY
from tests.actionplans.conftest import Story
from tests.actionplans.making import end_by_next_audit, make_finding, make_plan, share_with, write
from tests.actionplans.taking_on import accept, decline, duty_of, give_action, report
from tests.factories import make_actor, make_relationship, make_site
from tests.findings.making import Auditing

pytestmark = pytest.mark.django_db


@pytest.fixture
def action(story: Story, plan: ActionPlan) -> UUID:
    return give_action(plan, story.alice, story.customer)


@pytest.fixture
def duty(story: Story, plan: ActionPlan, action: UUID) -> Duty:
    return duty_of(share_with(plan, story.alice, story.customer), action)


def carried(story: Story, plan: ActionPlan) -> ActionPlan:
    """The plan under the CAR that took the place of its own, shared with nobody yet."""
    successor = make_finding(story.site)
    end_by_next_audit(plan.finding, successor=successor)
    return carry_on_plan(finding_id=successor.pk, actor=story.alice, from_plan_id=plan.pk)


@pytest.mark.parametrize(("said", "status"), [(accept, "accepted"), (decline, "declined")])
def test_answer_comes_along_with_the_action_once_the_new_plan_is_shared(
    story: Story, plan: ActionPlan, duty: Duty, action: UUID, said: Callable[[Duty, Actor], Duty], status: str
):
    said(duty, story.dora)
    new = carried(story, plan)
    assert Duty.objects.count() == 1
    share = share_with(new, story.alice, story.customer)
    along = duty_of(share, action)
    before = Duty.objects.get(pk=duty.pk)
    assert (along.status, along.changed_at) == (status, before.changed_at)
    assert along.revision_id == share.revision_id
    assert along.answers.get().answered_by_id == story.dora.user_id
    assert before.status == status  # the old plan stays as it was, and nobody is waited on about it
    assert plan.finding_id not in waiting_on(story.alice, [plan.finding_id, new.finding_id], TODAY)


def test_reports_stay_with_the_plan_they_were_about(story: Story, plan: ActionPlan, duty: Duty, action: UUID):
    accept(duty, story.dora)
    report(duty, story.dora)
    share = share_with(carried(story, plan), story.alice, story.customer)
    assert DutyReport.objects.get().duty == duty
    report(duty_of(share, action), story.dora, text="The second rate, too.")


def test_action_that_says_something_else_by_now_is_asked_anew(
    story: Story, plan: ActionPlan, duty: Duty, action: UUID
):
    accept(duty, story.dora)
    new = carried(story, plan)
    write(new, story.alice, **{f"{action}.ends": "2030"})
    share = share_with(new, story.alice, story.customer)
    assert duty_of(share, action).status == "proposed"
    assert not DutyAnswer.objects.filter(duty__share=share).exists()


def test_what_nobody_has_answered_is_asked_again_and_what_is_finished_is_not(
    story: Story, plan: ActionPlan, duty: Duty, action: UUID
):
    done = give_action(plan, story.alice, story.customer, "Order earlier.")
    share_with(plan, story.alice, story.customer)
    accept(Duty.objects.get(row_id=done), story.dora)
    write(plan, story.alice, **{f"{done}.state": "done"})
    share = share_with(carried(story, plan), story.alice, story.customer)
    assert list(share.duties.values_list("row_id", "status")) == [(action, "proposed")]
    assert duty.is_proposed


def test_answer_given_under_the_new_car_is_not_overtaken_by_the_old_one(
    story: Story, plan: ActionPlan, duty: Duty, action: UUID
):
    accept(duty, story.dora)
    new = carried(story, plan)
    share = share_with(new, story.alice, story.customer)
    decline(duty_of(share, action), story.dora)
    write(new, story.alice, **{f"{action}.ends": "2030"})
    share_with(new, story.alice, story.customer)
    write(new, story.alice, **{f"{action}.ends": ""})
    share_with(new, story.alice, story.customer)
    assert duty_of(share, action).status == "proposed"


def test_answers_of_another_party_do_not_come_along(story: Story, plan: ActionPlan, action: UUID):
    theirs = give_action(plan, story.alice, story.other, "Order earlier.")
    share_with(plan, story.alice, story.customer, story.other)
    accept(Duty.objects.get(row_id=theirs), make_actor(story.other))
    new = carried(story, plan)
    shares = [share_with(new, story.alice, each) for each in (story.customer, story.other)]
    assert [duty_of(share, row).status for share, row in zip(shares, (action, theirs), strict=True)] == [
        "proposed",
        "accepted",
    ]


def test_actions_go_on_as_they_stand_where_a_car_is_raised_anew(story: Story):
    site = make_site(story.supplier)
    make_relationship(site, story.customer)
    auditing = Auditing(site)
    first = auditing.car(auditing.hold(date(2024, 3, 1), "5A.B"))
    plan = make_plan(first, story.alice)
    taken_on, open_still, ended = (
        give_action(plan, story.alice, story.customer, what) for what in ("Pay.", "Order earlier.", "Train.")
    )
    share = share_with(plan, story.alice, story.customer)
    accept(duty_of(share, taken_on), story.dora)
    write(plan, story.alice, **{f"{ended}.owner": "site"})
    share_with(plan, story.alice, story.customer)
    wrong = auditing.hold(date(2025, 3, 1))
    edition = auditing.correct(wrong)
    auditing.add(edition, "5A.B")
    new = auditing.car(auditing.publish(edition))
    copy = PlanShare.objects.get(plan__finding=new)
    assert {duty.row_id: duty.status for duty in copy.duties.all()} == {
        taken_on: "accepted",
        open_still: "proposed",
    }
    along = duty_of(copy, taken_on)
    assert along.revision.plan.finding == new
    assert along.answers.get().kind == "accepted"
    decline(along, story.dora)
    assert duty_of(share, taken_on).status == "accepted"
    assert Finding.objects.get(pk=first.pk).status == "closed"
    assert verify().whole
