"""Names that a site wrote down about an escalation are removed with the texts of its plan."""

import pytest

from actionplans.models import ActionPlan
from actionplans.plans.services import find_words, redact_words
from carportal.core.actor import Role
from findings.escalation.reading import parts_of
from findings.models import Escalation
from tests.actionplans.conftest import Story
from tests.factories import make_actor, make_operator
from tests.findings.escalating import escalate, ring, take_over

pytestmark = pytest.mark.django_db


@pytest.fixture
def escalation(story: Story, plan: ActionPlan) -> Escalation:
    """The other customer was rung and said that the protocol has taken over."""
    make_operator()
    raised = escalate(plan.finding, story.alice, story.customer)
    ring(raised, story.alice, story.other, "Rita Ringer")
    take_over(raised, story.alice, story.other, "Rita Ringer, buyer")
    return raised


def names_in(escalation: Escalation, story: Story) -> list[str]:
    parts = parts_of(escalation, story.alice)
    said = [each for part in parts for each in (*part.told, part.taken_over) if each]
    return [each.who for each in said if each.who]


def test_they_are_found_and_removed(story: Story, plan: ActionPlan, escalation: Escalation) -> None:
    found = [str(each.where) for each in find_words(plan, "Rita Ringer")]
    assert found == ["Escalation, Fairprice Stores plc"] * 2
    redact_words(plan_id=plan.pk, actor=story.alice, words="Rita Ringer", reason="She has left.")
    assert names_in(escalation, story) == ["[removed]", "[removed], buyer"]
    assert find_words(plan, "Rita Ringer") == []


def test_operator_does_not_learn_by_trying_who_was_rung(
    story: Story, plan: ActionPlan, escalation: Escalation
) -> None:
    olga = make_actor(make_operator(), Role.COMPLIANCE)
    parts = parts_of(escalation, olga)
    assert "Rita" not in str([part.told for part in parts])
