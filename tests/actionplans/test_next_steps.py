"""What the portal offers to do about a plan, and what of it comes first, as the story goes on."""

from datetime import date

import pytest

from actionplans.actions import plan_actions
from actionplans.models import ActionPlan
from actionplans.plans.services import note_uploaded, publish_plan, start_plan
from actionplans.sharing.services import reply, withdraw_share
from carportal.core.actor import Actor, Role
from carportal.core.together import fetched
from findings.actions import Action
from findings.models import Finding
from stakeholders.models import TradingRelationship, Visibility
from stakeholders.services import change_visibility
from tests.actionplans.conftest import Story
from tests.actionplans.making import INFORM, TEXTS, end_by_next_audit, make_finding, share_with, write
from tests.factories import make_actor, make_operator

pytestmark = pytest.mark.django_db


def offered(finding: Finding, actor: Actor) -> list[Action]:
    """In their order, from the rows as they are now."""
    now = Finding.objects.select_related("site").get(pk=finding.pk)
    return sorted(fetched(plan_actions(now, actor)), key=lambda action: action.rank)


def labels(finding: Finding, actor: Actor) -> list[str]:
    return [str(action.label) for action in offered(finding, actor)]


def first(finding: Finding, actor: Actor) -> str:
    """The next step; empty where nothing asks to be one."""
    return next((str(action.label) for action in offered(finding, actor) if action.primary), "")


def test_site_is_led_from_the_empty_plan_to_the_upload(story: Story):
    site, car = story.alice, story.finding
    assert (first(car, site), labels(car, site)) == ("Write the action plan", ["Write the action plan"])
    plan = start_plan(finding_id=car.pk, actor=site)
    assert first(car, site) == "Share the plan"  # an outline is enough to begin with
    assert "Publish the plan" not in labels(car, site)
    share = share_with(plan, site, story.customer, asks={"call_on_root_cause": True})
    assert first(car, site) == "Go on writing the plan"
    write(plan, site, **TEXTS)
    assert first(car, site) == "Publish the plan"
    publish_plan(plan_id=plan.pk, actor=site)
    assert first(car, site) == "Note the upload to Sedex"
    note_uploaded(plan_id=plan.pk, actor=site, on=date(2026, 3, 9))
    assert first(car, site) == ""
    write(plan, site, actions="A better way.")
    assert first(car, site) == "Publish the newer version"
    assert share.sent.count() == 1


def test_wish_for_changes_comes_first_until_the_text_has_changed(story: Story, plan: ActionPlan):
    share = share_with(plan, story.alice, story.customer)
    sent = share.sent.get()
    reply(share_id=share.pk, actor=story.dora, sent_id=sent.pk, kind="changes_requested", comment="By June.")
    (wish,) = [each for each in offered(story.finding, story.alice) if each.rank == 30]
    assert wish.primary
    assert str(wish.title) == "Look at the changes that were asked for"
    assert str(wish.reason).startswith("Northmarket Ltd asks for changes.")
    assert "Publish the plan" in labels(story.finding, story.alice)  # a wish stops nobody
    write(plan, story.alice, actions="By June.")
    assert first(story.finding, story.alice) == "Publish the plan"


def test_publishing_comes_next_once_everyone_who_was_asked_has_confirmed(story: Story, plan: ActionPlan):
    shares = [share_with(plan, story.alice, party) for party in (story.customer, story.other)]
    for share, person, begins in zip(
        shares,
        (story.dora, make_actor(story.other)),
        ("Publishing moves", "Everyone whom you asked has confirmed it. Publishing moves"),
        strict=True,
    ):
        reply(share_id=share.pk, actor=person, sent_id=share.sent.get().pk, kind="confirmed")
        assert first(story.finding, story.alice) == "Publish the plan"
        (publishing,) = [
            each for each in offered(story.finding, story.alice) if each.label == "Publish the plan"
        ]
        assert str(publishing.reason).startswith(begins)


def test_plan_of_the_car_before_is_offered_before_a_new_one(story: Story, plan: ActionPlan):
    successor = make_finding(story.site)
    end_by_next_audit(plan.finding, successor=successor)
    assert labels(successor, story.alice) == ["Carry the earlier plan on", "Write the action plan"]
    assert labels(story.finding, story.alice) == ["Read the action plan"]


def test_who_only_reads_is_offered_reading(story: Story, plan: ActionPlan):
    assert labels(plan.finding, story.carol) == ["Read the action plan"]
    assert labels(make_finding(story.site), story.carol) == []


def test_party_is_asked_for_its_reply_until_it_has_answered(story: Story, plan: ActionPlan):
    share = share_with(plan, story.alice, story.customer)
    viewer = make_actor(story.customer, Role.VIEWER)
    assert first(story.finding, story.dora) == "Read the plan and reply"
    assert labels(story.finding, viewer) == ["Read the plan that was shared with you"]
    for kind, still_asked in (("acknowledged", True), ("confirmed", False)):
        reply(share_id=share.pk, actor=story.dora, sent_id=share.sent.get().pk, kind=kind)
        assert bool(first(story.finding, story.dora)) is still_asked
    write(plan, story.alice, actions="A better way.")
    share_with(plan, story.alice, story.customer)
    assert first(story.finding, story.dora) == "Read the plan and reply"
    end_by_next_audit(story.finding)
    assert labels(story.finding, story.dora) == ["Read the plan that was shared with you"]
    withdraw_share(share_id=share.pk, actor=story.alice)
    assert labels(story.finding, story.dora) == []


def test_party_that_is_informed_is_asked_nothing(story: Story, plan: ActionPlan):
    publish_plan(plan_id=plan.pk, actor=story.alice)
    share_with(plan, story.alice, story.customer, asks=INFORM)
    assert first(story.finding, story.dora) == ""
    assert labels(story.finding, story.dora) == ["Read the plan that was shared with you"]


def test_published_plan_is_offered_to_those_who_may_read_it(story: Story, plan: ActionPlan):
    operator = make_actor(make_operator(), Role.COMPLIANCE)
    relationship = TradingRelationship.objects.get(customer=story.customer)
    change_visibility(actor=story.bob, relationship_id=relationship.pk, visibility=Visibility.PUBLISHED_PLANS)
    readers = (operator, story.dora)
    assert [labels(story.finding, each) for each in readers] == [[], []]
    publish_plan(plan_id=plan.pk, actor=story.alice)
    assert [labels(story.finding, each) for each in readers] == [["Read the published plan"]] * 2
    assert labels(story.finding, make_actor(story.other)) == []
