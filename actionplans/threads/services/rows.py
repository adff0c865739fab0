"""The rows that a write of a thread locks, in the order that all of them keep: CAR, plan, share, comment."""

from uuid import UUID

from actionplans.plans.services import record_on
from actionplans.sharing.services import lock_share
from actionplans.threads.models import Comment
from carportal.core.actor import Actor
from carportal.core.audit import EventKind


def lock_comment(comment_id: UUID) -> Comment:
    """The comment's row after its share's; the comment's `share` is the locked one."""
    share_id = Comment.objects.values_list("sent__share_id", flat=True).get(pk=comment_id)
    share = lock_share(share_id)
    comment = (
        Comment.objects.select_for_update(no_key=True, of=("self",)).select_related("sent").get(pk=comment_id)
    )
    comment.sent.share = share
    return comment


def record_comment(comment: Comment, kind: EventKind, actor: Actor) -> None:
    share = comment.share
    record_on(share.plan, kind, actor, party_id=share.organisation_id, party=share.organisation.name)
