"""Comments and notes, as far on as a test needs them; every step goes through the services."""

from typing import Any
from uuid import UUID

from actionplans.models import Comment, CommentStatus, PlanShare, PrivateNote
from actionplans.plans.models import ActionPlan
from actionplans.threads.services import edit_comment, keep_note, settle_comment, write_comment
from carportal.core.actor import Actor


def say(share: PlanShare, actor: Actor, text: str = "Which workers are meant?", **values: Any) -> Comment:
    return write_comment(share_id=share.pk, actor=actor, text=text, **values)


def answer(comment: Comment, actor: Actor, text: str = "Those of the last intake.", **values: Any) -> Comment:
    return say(comment.share, actor, text, answer_to=comment.pk, **values)


def change(comment: Comment, actor: Actor, text: str, **values: Any) -> Comment:
    return edit_comment(comment_id=comment.pk, actor=actor, text=text, **values)


def resolve(comment: Comment, actor: Actor) -> Comment:
    return settle_comment(comment_id=comment.pk, actor=actor, status=CommentStatus.RESOLVED)


def reopen(comment: Comment, actor: Actor) -> Comment:
    return settle_comment(comment_id=comment.pk, actor=actor, status=CommentStatus.OPEN)


def note(plan: ActionPlan, actor: Actor, text: str = "Ask the board first.") -> PrivateNote:
    return keep_note(plan_id=plan.pk, actor=actor, text=text)


def id_of(actor: Actor) -> UUID:
    assert actor.user_id is not None
    return actor.user_id
