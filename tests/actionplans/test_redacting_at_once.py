"""Words removed, and versions brought back, while somebody else shares, replies or writes; real transactions."""

from functools import partial

import pytest

from actionplans.annex import value_digest
from actionplans.models import ActionPlan, PlanShare, Redaction, Reply, Revision, SharedRevision, Update
from actionplans.plans.drafts import draft_of
from actionplans.plans.rows import SaveResult
from actionplans.plans.services import publish_plan, redact_words, restore_revision, save_draft
from actionplans.sharing.services import Party, reply, share_plan
from carportal.core.actor import Actor
from carportal.core.audit import verify
from carportal.core.delivery import deliver_due
from carportal.core.errors import Conflict, InvalidInput
from carportal.core.models import AuditEvent, Delivery
from tests.actionplans.agreeing import post
from tests.actionplans.conftest import Story
from tests.actionplans.making import CONFIRM, add_row, share_with, texts_of, write
from tests.parallel import Call, at_once, errors, in_turn

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "Somchai Jaidee"


def removing(plan: ActionPlan, actor: Actor) -> Call:
    return partial(redact_words, plan_id=plan.pk, actor=actor, words=NAME, reason="A worker was named.")


def sharing(plan: ActionPlan, story: Story, seen: str = "") -> Call:
    parties = [Party(story.customer.pk, CONFIRM)]
    return partial(share_plan, plan_id=plan.pk, actor=story.alice, parties=parties, seen=seen)


def saving(plan: ActionPlan, actor: Actor, shown: str, text: str) -> Call:
    changes = {"actions": (text, value_digest(shown))}
    return partial(save_draft, finding_id=plan.finding_id, actor=actor, changes=changes)


def replying(share: PlanShare, actor: Actor) -> Call:
    sent = share.sent.get()
    comment = f"Ask {NAME}."
    return partial(reply, share_id=share.pk, actor=actor, sent_id=sent.pk, kind="confirmed", comment=comment)


def restoring(plan: ActionPlan, story: Story, revision: Revision) -> Call:
    """By somebody who sees the draft as it is."""
    draft = draft_of(ActionPlan.objects.get(pk=plan.pk))
    return partial(
        restore_revision,
        plan_id=plan.pk,
        actor=story.alice,
        revision_id=revision.pk,
        based_on=draft.digests,
        rows_based_on=draft.document.rows_digest,
    )


def named_anywhere() -> bool:
    notes = SharedRevision.objects.filter(note__icontains=NAME)
    updates = Update.objects.filter(text__icontains=NAME)
    revisions = Revision.objects.filter(document__icontains=NAME)
    return notes.exists() or updates.exists() or revisions.exists()


def test_words_removed_while_another_shares_are_in_nothing_that_is_sent(story: Story, plan: ActionPlan):
    for number in range(3):
        write(plan, story.alice, actions=f"Repay {NAME}, round {number}.")
        results = at_once(removing(plan, story.bob), sharing(plan, story))
        assert not errors(results)
        assert not named_anywhere()
    assert verify().whole


def test_text_that_was_redacted_since_it_was_looked_at_is_not_shared_unseen(story: Story, plan: ActionPlan):
    write(plan, story.alice, actions=f"Repay {NAME}.")
    seen = draft_of(plan).document.sha256
    share = sharing(plan, story, seen=seen)
    _, refused = in_turn(removing(plan, story.bob), share)
    assert isinstance(refused, Conflict)
    assert not PlanShare.objects.exists()


def test_reply_that_comes_while_words_are_removed_keeps_only_what_it_says_itself(
    story: Story, plan: ActionPlan
):
    share = share_with(plan, story.alice, story.customer)
    write(plan, story.alice, actions=f"Repay {NAME}.")
    answer = replying(share, story.dora)
    in_turn(answer, removing(plan, story.bob))
    assert Reply.objects.get().readable_comment == "Ask [removed]."


def test_update_that_is_posted_just_before_words_are_removed_loses_them_too(story: Story, plan: ActionPlan):
    share = share_with(plan, story.alice, story.customer)
    write(plan, story.alice, actions=f"Repay {NAME}.")
    posting = partial(post, share, story.alice, text=f"{NAME} is repaid.")
    posted, _ = in_turn(posting, removing(plan, story.bob))
    assert isinstance(posted, Update)
    assert Update.objects.get().readable_text == "[removed] is repaid."
    deliver_due()
    assert not any(NAME in text for text in Delivery.objects.values_list("text", flat=True))


def test_updates_posted_while_words_are_removed_go_out_once_each(story: Story, plan: ActionPlan):
    share = share_with(plan, story.alice, story.customer)
    for number in range(3):
        write(plan, story.alice, actions=f"Repay {NAME}, round {number}.")
        posting = partial(post, share, story.alice, text=f"Round {number} is done.")
        assert not errors(at_once(removing(plan, story.bob), posting))
        assert not named_anywhere()
    assert sorted(Update.objects.values_list("text", flat=True)) == [f"Round {n} is done." for n in range(3)]
    assert verify().whole


def test_of_two_who_remove_the_same_words_one_does(story: Story, plan: ActionPlan):
    write(plan, story.alice, actions=f"Repay {NAME}.")
    publish_plan(plan_id=plan.pk, actor=story.alice)
    refused = errors(at_once(removing(plan, story.alice), removing(plan, story.bob)))
    assert [type(each) for each in refused] == [InvalidInput]
    assert Redaction.objects.count() == AuditEvent.objects.filter(kind="plan_words_redacted").count() == 1


def test_draft_that_is_saved_while_a_version_comes_back_loses_nobodys_text(story: Story, plan: ActionPlan):
    first = publish_plan(plan_id=plan.pk, actor=story.alice)
    for number in range(3):
        write(plan, story.alice, actions=f"Thought {number}.")
        restore, shown = restoring(plan, story, first), texts_of(plan)
        restored, saved = at_once(restore, saving(plan, story.bob, shown["actions"], "Bob's words."))
        assert isinstance(saved, SaveResult)
        if isinstance(restored, Conflict):
            assert texts_of(plan)["actions"] == "Bob's words."
        else:
            assert saved.conflicts[0].wanted == "Bob's words."
            assert texts_of(plan)["actions"] == first.document["fields"]["actions"]


def test_rows_are_not_brought_back_over_one_that_is_being_changed(story: Story, plan: ActionPlan):
    first = publish_plan(plan_id=plan.pk, actor=story.alice)
    written = add_row(plan, story.alice, "actions", what="Repay")
    change = {f"{written}.what": ("Repay all", value_digest("Repay"))}
    saving_row = partial(save_draft, finding_id=plan.finding_id, actor=story.bob, changes=change)
    saved, restored = in_turn(saving_row, restoring(plan, story, first))
    assert isinstance(saved, SaveResult)
    assert isinstance(restored, Conflict)
    assert draft_of(ActionPlan.objects.get(pk=plan.pk)).texts[f"{written}.what"] == "Repay all"
    assert plan.revisions.count() == 1
