"""A version brought back as the draft: what it replaces is kept, and nobody's text is overwritten unseen."""

from uuid import UUID

import pytest

from actionplans.annex import Document
from actionplans.annex.passages import TOMBSTONE
from actionplans.models import ActionPlan, Revision
from actionplans.plans.drafts import draft_of
from actionplans.plans.rows import RowPlace, Step, StepKind
from actionplans.plans.services import publish_plan, redact_words, restore_revision, save_draft
from carportal.core.actor import Actor
from carportal.core.audit import Aggregate, Reader, timeline, verify
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    TEXTS,
    add_row,
    end_by_next_audit,
    make_finding,
    make_plan,
    share_with,
    texts_of,
    write,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(story: Story, plan: ActionPlan) -> Revision:
    """Published; the draft has gone on since, in two fields."""
    revision = publish_plan(plan_id=plan.pk, actor=story.alice)
    write(plan, story.alice, actions="Another way.", root_cause="")
    return revision


def restore(
    plan: ActionPlan,
    actor: Actor,
    revision: Revision,
    seen: dict[str, str] | None = None,
    rows_seen: str | None = None,
) -> Revision:
    draft = draft_of(ActionPlan.objects.get(pk=plan.pk))
    return restore_revision(
        plan_id=plan.pk,
        actor=actor,
        revision_id=revision.pk,
        based_on=draft.digests if seen is None else seen,
        rows_based_on=draft.document.rows_digest if rows_seen is None else rows_seen,
    )


def step(plan: ActionPlan, actor: Actor, kind: StepKind, place: RowPlace) -> None:
    """One press of a button by somebody who sees the draft as it is."""
    draft = draft_of(ActionPlan.objects.get(pk=plan.pk))
    changes = {name: (text, draft.digests[name]) for name, text in draft.texts.items()}
    save_draft(finding_id=plan.finding_id, actor=actor, changes=changes, steps=[Step(kind, place)])


def test_draft_says_again_what_the_version_says(story: Story, plan: ActionPlan, first: Revision):
    restore(plan, story.bob, first)
    assert draft_of(plan).document.sha256 == first.sha256
    assert texts_of(plan)["actions"] == TEXTS["actions"]
    rows = draft_of(plan).rows
    assert {rows[name].updated_by_id for name in ("actions", "root_cause")} == {story.bob.user_id}
    assert rows["investigation"].updated_by_id == story.alice.user_id


def test_what_was_the_draft_can_be_brought_back_the_same_way(story: Story, plan: ActionPlan, first: Revision):
    before = texts_of(plan)
    kept = restore(plan, story.alice, first)
    assert (kept.number, kept.document["fields"]) == (2, before)
    assert restore(plan, story.alice, kept) == first  # it says what the draft said: nothing to keep anew
    assert texts_of(plan) == before
    assert plan.revisions.count() == 2


def test_nobody_is_sent_anything_and_what_is_published_stays(story: Story, plan: ActionPlan, first: Revision):
    share = share_with(plan, story.alice, story.customer)
    restore(plan, story.alice, first)
    share.refresh_from_db()
    assert share.sent.count() == 1
    assert ActionPlan.objects.get(pk=plan.pk).published == first


def test_record_of_the_site_tells_it_and_the_trail_is_whole(story: Story, plan: ActionPlan, first: Revision):
    restore(plan, story.alice, first)
    sentences = {
        reader: [
            entry.sentence
            for entry in timeline(aggregate=Aggregate.PLAN, aggregate_id=plan.pk, reader=reader)
        ]
        for reader in (Reader.SITE, Reader.OPERATOR, Reader.PARTY)
    }
    sentence = "Brought version 1 back as the draft of the plan"
    assert [sentence in told for told in sentences.values()] == [True, False, False]
    assert verify().whole


def test_field_that_a_colleague_changed_meanwhile_is_not_overwritten(
    story: Story, plan: ActionPlan, first: Revision
):
    seen = draft_of(plan).digests
    write(plan, story.bob, actions="Bob's words.")
    before = texts_of(plan)
    with pytest.raises(Conflict, match="was changed since you opened this page"):
        restore(plan, story.alice, first, seen)
    assert texts_of(plan) == before
    assert plan.revisions.count() == 1


def test_field_that_the_version_does_not_change_may_have_changed_meanwhile(
    story: Story, plan: ActionPlan, first: Revision
):
    seen = draft_of(plan).digests
    write(plan, story.bob, stakeholders="The trade union, too.")
    restore(plan, story.alice, first, seen)
    assert texts_of(plan)["stakeholders"] == "The trade union, too."
    assert texts_of(plan)["actions"] == TEXTS["actions"]


class TestRows:
    @pytest.fixture(autouse=True)
    def rows(self, story: Story, plan: ActionPlan) -> list[UUID]:
        """A cause with its why, and an action that a stakeholder takes."""
        cause = add_row(plan, story.alice, "causes", what="Workers paid")
        why = add_row(plan, story.alice, "whys", cause, because="The agent charged them")
        party = add_row(plan, story.alice, "stakeholders", name="The union")
        action = add_row(plan, story.alice, "actions", what="Repay", owner=str(party))
        return [cause, why, party, action]

    @pytest.fixture
    def version(self, story: Story, plan: ActionPlan) -> Revision:
        return publish_plan(plan_id=plan.pk, actor=story.alice)

    def digests(self, plan: ActionPlan) -> tuple[dict[str, str], str]:
        draft = draft_of(ActionPlan.objects.get(pk=plan.pk))
        return draft.digests, draft.document.rows_digest

    def test_that_were_added_changed_moved_and_removed_since_are_as_they_were(
        self, story: Story, plan: ActionPlan, rows: list[UUID], version: Revision
    ):
        cause, _why, party, action = rows
        second = add_row(plan, story.bob, "actions", what="Ask every new worker")
        write(plan, story.bob, **{f"{action}.what": "Repay a half"})
        step(plan, story.bob, StepKind.UP, RowPlace(second, "actions"))
        for place in (RowPlace(cause, "causes"), RowPlace(party, "stakeholders")):
            step(plan, story.bob, StepKind.REMOVE, place)
        before = draft_of(ActionPlan.objects.get(pk=plan.pk)).document
        kept = restore(plan, story.alice, version)
        assert draft_of(ActionPlan.objects.get(pk=plan.pk)).document.sha256 == version.sha256
        assert Document.from_json(kept.document) == before
        assert restore(plan, story.alice, kept) == version
        assert draft_of(ActionPlan.objects.get(pk=plan.pk)).document == before
        assert verify().whole

    @pytest.mark.parametrize("act", ["add", "change", "move", "remove"])
    def test_that_a_colleague_touched_meanwhile_are_not_overwritten(
        self, story: Story, plan: ActionPlan, rows: list[UUID], version: Revision, act: str
    ):
        action = RowPlace(rows[3], "actions")
        add_row(plan, story.alice, "actions", what="Ask every new worker")
        seen, rows_seen = self.digests(plan)
        if act == "add":
            add_row(plan, story.bob, "steps", what="Interviews")
        elif act == "change":
            write(plan, story.bob, **{f"{action.id}.progress": "Half is paid"})
        else:
            step(plan, story.bob, StepKind.DOWN if act == "move" else StepKind.REMOVE, action)
        before = self.digests(plan)
        assert before != (seen, rows_seen)
        with pytest.raises(Conflict, match="was changed since you opened this page"):
            restore(plan, story.alice, version, seen, rows_seen)
        assert self.digests(plan) == before

    def test_that_the_version_does_not_change_may_have_changed_meanwhile(
        self, story: Story, plan: ActionPlan, version: Revision
    ):
        write(plan, story.alice, actions="Another way.")
        seen, rows_seen = self.digests(plan)
        row_id = add_row(plan, story.bob, "steps", what="Interviews")
        restore(plan, story.alice, version, seen, rows_seen)
        assert texts_of(plan)["actions"] == TEXTS["actions"]
        assert [row.id for row in draft_of(ActionPlan.objects.get(pk=plan.pk)).groups["steps"]] == [row_id]


def test_draft_that_says_the_same_is_not_replaced(story: Story, plan: ActionPlan):
    revision = publish_plan(plan_id=plan.pk, actor=story.alice)
    with pytest.raises(Conflict, match="says the same"):
        restore(plan, story.alice, revision)


def test_removed_words_do_not_come_back(story: Story, plan: ActionPlan, first: Revision):
    redact_words(plan_id=plan.pk, actor=story.alice, words="twelve months", reason="By mistake.")
    restore(plan, story.alice, Revision.objects.get(pk=first.pk))
    assert f"over {TOMBSTONE}." in texts_of(plan)["actions"]


def test_version_of_another_plan_is_refused(story: Story, plan: ActionPlan):
    other = make_plan(make_finding(story.site), story.alice)
    revision = publish_plan(plan_id=other.pk, actor=story.alice)
    with pytest.raises(InvalidInput, match="no such version"):
        restore(plan, story.alice, revision)


def test_only_who_writes_restores_and_only_while_the_car_is_under_way(
    story: Story, plan: ActionPlan, first: Revision
):
    before = texts_of(plan)
    for actor in (story.carol, story.dora):
        with pytest.raises(NotAllowed):
            restore(plan, actor, first)
    end_by_next_audit(plan.finding)
    with pytest.raises(Conflict, match="closed by a later audit"):
        restore(plan, story.alice, first)
    assert texts_of(plan) == before
