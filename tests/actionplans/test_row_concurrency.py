"""Two people at once over the rows of one plan, in real transactions."""

from functools import partial
from uuid import UUID, uuid4

import pytest

from actionplans.models import ActionPlan, DraftRow
from actionplans.plans.drafts import draft_of
from actionplans.plans.rows import RowPlace, SaveResult, Step, StepKind
from actionplans.plans.services import save_draft
from carportal.core.actor import Actor
from tests.actionplans.conftest import Story
from tests.actionplans.making import add_row
from tests.parallel import Call, at_once, in_turn

pytestmark = pytest.mark.django_db(transaction=True)


def stepping(plan: ActionPlan, actor: Actor, kind: StepKind, row_id: UUID, **texts: str) -> Call:
    """One press of a button, with all that stood on the screen when it was opened."""
    draft = draft_of(plan)
    shown = [RowPlace(row.id, name, row.parent) for name, rows in draft.groups.items() for row in rows]
    changes = {name: (text, draft.digests[name]) for name, text in {**draft.texts, **texts}.items()}
    step = Step(kind, RowPlace(row_id, "actions"))
    return partial(
        save_draft, finding_id=plan.finding_id, actor=actor, changes=changes, shown=shown, steps=[step]
    )


def test_rows_added_at_once_both_land_each_in_a_place_of_its_own(story: Story, plan: ActionPlan):
    people = [story.alice, story.bob, story.alice]
    results = at_once(*(stepping(plan, each, StepKind.ADD, uuid4()) for each in people))
    assert all(isinstance(each, SaveResult) and each.is_whole for each in results)
    positions = DraftRow.objects.filter(plan=plan).values_list("position", flat=True)
    assert sorted(positions) == [0, 1, 2]


def test_row_that_is_being_removed_comes_back_to_whoever_changed_it(story: Story, plan: ActionPlan):
    row_id = add_row(plan, story.alice, "actions", what="Repay")
    typed = {f"{row_id}.what": "Repay all of it"}
    removed, changed = in_turn(
        stepping(plan, story.bob, StepKind.REMOVE, row_id),
        stepping(plan, story.alice, StepKind.UP, row_id, **typed),
    )
    assert isinstance(removed, SaveResult)
    assert isinstance(changed, SaveResult)
    assert removed.is_whole
    assert [row.cells["what"] for row in changed.gone] == ["Repay all of it"]


def test_row_that_is_being_changed_is_not_removed(story: Story, plan: ActionPlan):
    row_id = add_row(plan, story.alice, "actions", what="Repay")
    typed = {f"{row_id}.what": "Repay all of it"}
    _changed, removed = in_turn(
        stepping(plan, story.alice, StepKind.UP, row_id, **typed),
        stepping(plan, story.bob, StepKind.REMOVE, row_id),
    )
    assert isinstance(removed, SaveResult)
    assert [place.id for place in removed.stayed] == [row_id]
    assert (
        draft_of(ActionPlan.objects.get(pk=plan.pk)).groups["actions"][0].cells["what"] == "Repay all of it"
    )
