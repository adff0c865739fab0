"""What the database itself refuses of comments, mentions and notes, whatever code or hand writes to it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from actionplans.models import ActionPlan, Comment, CommentStatus, PlanShare, PrivateNote
from tests.actionplans.conftest import Story
from tests.actionplans.making import share_with
from tests.actionplans.talking import answer, id_of, note, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


def refuses(sql: str, match: str) -> None:
    with pytest.raises(DatabaseError, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def row_of(share: PlanShare, story: Story, **values: Any) -> Comment:
    """Written past the services, as if at another time."""
    kept = {
        "sent": share.sent.get(),
        "text": "Maria waits.",
        "organisation": story.customer,
        "written_by_id": id_of(story.dora),
    }
    return Comment.objects.create(**{**kept, **values})


@pytest.mark.parametrize(
    "change",
    ["written_at = now()", "section = 'actions'", "written_by_id = organisation_id", "answer_to_id = id"],
)
def test_comment_stays_whose_it_is_and_what_it_is_about(story: Story, share: PlanShare, change: str) -> None:
    say(share, story.dora)
    refuses(f"UPDATE actionplans_comment SET {change}", match="Cannot update rows")  # noqa: S608 - of this test


def test_comment_and_mention_are_never_deleted(story: Story, share: PlanShare) -> None:
    say(share, story.alice, mentions=[id_of(story.bob)])
    refuses("DELETE FROM actionplans_mention", match="Cannot (update or )?delete rows")
    refuses("UPDATE actionplans_mention SET id = gen_random_uuid()", match="Cannot update")
    refuses("DELETE FROM actionplans_comment", match="Cannot delete rows")


def test_text_is_changed_with_the_time_of_it_and_only_at_first(story: Story, share: PlanShare) -> None:
    fresh = row_of(share, story)
    refuses("UPDATE actionplans_comment SET text = 'Other.'", match="only redact them")
    assert Comment.objects.filter(pk=fresh.pk).update(text="Other.", edited_at=timezone.now()) == 1
    old = row_of(share, story, written_at=timezone.now() - timedelta(minutes=12))
    for edited_at in (timezone.now(), old.written_at + timedelta(minutes=1)):
        with pytest.raises(DatabaseError, match="only redact them"), transaction.atomic():
            Comment.objects.filter(pk=old.pk).update(text="Other.", edited_at=edited_at)


def test_words_are_removed_from_it_at_any_time(story: Story, share: PlanShare) -> None:
    old = row_of(share, story, written_at=timezone.now() - timedelta(days=900))
    assert Comment.objects.filter(pk=old.pk).update(text="███ waits.") == 1
    with pytest.raises(DatabaseError, match="only redact them"), transaction.atomic():
        Comment.objects.filter(pk=old.pk).update(text="███ is paid.")


def test_answer_belongs_to_a_comment_of_its_thread_and_section(
    story: Story, plan: ActionPlan, share: PlanShare
) -> None:
    said = say(share, story.dora, section="actions")
    below = answer(said, story.alice)
    elsewhere = say(share_with(plan, story.alice, story.other), story.alice, section="actions")
    for wrong in (
        {"answer_to": said, "section": ""},
        {"answer_to": below, "section": "actions"},
        {"answer_to": elsewhere, "section": "actions"},
    ):
        with pytest.raises(DatabaseError, match="its own thread"), transaction.atomic():
            row_of(share, story, **wrong)
    assert row_of(share, story, answer_to=said, section="actions").answer_to == said


def test_status_is_one_of_two_and_tells_when(story: Story, share: PlanShare) -> None:
    below = answer(say(share, story.dora), story.alice)
    comments = Comment.objects.filter(answer_to=None)
    now = timezone.now()
    for values in (
        {"status": "done"},
        {"status": CommentStatus.RESOLVED},
        {"resolved_at": now},
        {"resolved_by_id": id_of(story.dora)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            comments.update(**values)
    with pytest.raises(IntegrityError, match="comment_answer_is_settled_with_it"), transaction.atomic():
        Comment.objects.filter(pk=below.pk).update(status=CommentStatus.RESOLVED, resolved_at=now)
    assert comments.update(status=CommentStatus.RESOLVED, resolved_at=now) == 1


def test_comment_and_note_say_something(story: Story, share: PlanShare, plan: ActionPlan) -> None:
    with pytest.raises(IntegrityError, match="comment_says_something"), transaction.atomic():
        row_of(share, story, text="")
    with pytest.raises(IntegrityError, match="private_note_says_something"), transaction.atomic():
        PrivateNote.objects.create(
            plan=plan, organisation=story.customer, text="", written_by_id=id_of(story.dora)
        )


def test_note_is_never_changed_but_for_words_that_are_removed(
    story: Story, plan: ActionPlan, share: PlanShare
) -> None:
    note(plan, story.dora, "Maria waits.")
    for change in ("text = 'Other.'", "written_at = now()", f"organisation_id = '{story.supplier.pk}'"):
        refuses(f"UPDATE actionplans_privatenote SET {change}", match="only redact them")  # noqa: S608
    assert PrivateNote.objects.update(text="███ waits.") == 1
