"""Two at once over one thread: each comes out as if one had come after the other; real transactions."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from actionplans.models import ActionPlan, Comment, PlanShare, PrivateNote
from actionplans.plans.services import redact_words
from actionplans.sharing.services import withdraw_share
from actionplans.threads.services import remove_note
from carportal.core.audit import verify
from carportal.core.errors import Conflict
from carportal.core.models import AuditEvent
from tests.actionplans.conftest import Story
from tests.actionplans.making import end_by_next_audit, share_with
from tests.actionplans.talking import answer, change, note, resolve, say
from tests.parallel import at_once, errors, in_turn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


def count_of(kind: str) -> int:
    return AuditEvent.objects.filter(kind=kind).count()


def test_of_two_sides_that_resolve_it_at_once_one_does_and_the_other_finds_it_done(
    story: Story, share: PlanShare
) -> None:
    said = say(share, story.dora)
    settled = at_once(partial(resolve, said, story.alice), partial(resolve, said, story.dora))
    assert errors(settled) == []
    assert count_of("comment_resolved") == 1
    assert verify().whole


def test_answer_that_meets_its_being_resolved_opens_it_again(story: Story, share: PlanShare) -> None:
    said = say(share, story.dora)
    in_turn(partial(resolve, said, story.dora), partial(answer, said, story.alice))
    assert Comment.objects.get(pk=said.pk).status == "open"
    in_turn(partial(answer, said, story.alice, "And more."), partial(resolve, said, story.dora))
    assert Comment.objects.get(pk=said.pk).status == "resolved"


def test_comment_that_meets_the_end_of_the_share_or_of_the_car_is_refused(
    story: Story, plan: ActionPlan, share: PlanShare
) -> None:
    withdraw = partial(withdraw_share, share_id=share.pk, actor=story.bob)
    _, refused = in_turn(withdraw, partial(say, share, story.dora))
    assert "not shared with Northmarket Ltd any more" in str(refused)
    again = share_with(plan, story.alice, story.customer)
    _, refused = in_turn(partial(end_by_next_audit, story.finding), partial(say, again, story.dora))
    assert "has ended" in str(refused)
    assert not Comment.objects.exists()


def test_change_that_waits_beyond_the_tenth_minute_is_refused(
    story: Story, share: PlanShare, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts is when it comes to it, not when the form was sent."""
    said = say(share, story.dora)
    passed = [timedelta(minutes=9, seconds=59)]
    monkeypatch.setattr(timezone, "now", lambda: said.written_at + passed[-1])
    assert change(said, story.dora, "In time.").text == "In time."

    def resolve_slowly() -> None:
        resolve(said, story.alice)
        passed.append(timedelta(minutes=10))

    _, refused = in_turn(resolve_slowly, partial(change, said, story.dora, "Late."))
    assert isinstance(refused, Conflict)
    assert Comment.objects.get(pk=said.pk).text == "In time."


def test_comment_sent_twice_at_once_is_there_once(story: Story, share: PlanShare) -> None:
    at_once(*[partial(say, share, story.dora)] * 3)
    assert Comment.objects.count() == count_of("comment_written") == 1


def test_change_that_waits_for_a_removal_of_words_is_the_authors_last_word(
    story: Story, plan: ActionPlan, share: PlanShare
) -> None:
    said = say(share, story.dora, "Maria waits.")
    remove = partial(
        redact_words, plan_id=plan.pk, actor=story.alice, words="Maria", reason="A worker's name."
    )
    in_turn(remove, partial(change, said, story.dora, "She waits."))
    assert Comment.objects.get(pk=said.pk).text == "She waits."
    assert verify().whole


def test_note_is_removed_once(story: Story, plan: ActionPlan, share: PlanShare) -> None:
    kept = note(plan, story.dora)
    remove = partial(remove_note, note_id=kept.pk, actor=story.dora)
    refused = errors(at_once(remove, remove))
    assert [type(each) for each in refused] == [Conflict]
    assert not PrivateNote.objects.exists()
    assert count_of("partys_note_removed") == 1
