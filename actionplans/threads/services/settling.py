"""Either side says that a comment is settled, or opens it again."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans.threads import events, policy
from actionplans.threads.models import Comment, CommentStatus
from actionplans.threads.services.rows import lock_comment, record_comment
from carportal.core.actor import Actor
from carportal.core.errors import InvalidInput


@transaction.atomic
def settle_comment(*, comment_id: UUID, actor: Actor, status: str) -> Comment:
    """Resolve a comment with its answers, or open it again; as it stands already, nothing is done.

    InvalidInput for an answer, which is settled with what it answers, and for a status that is none.
    """
    comment = lock_comment(comment_id)
    policy.check_writes(actor, comment.share)
    policy.check_goes_on(comment.share)
    if comment.answer_to_id is not None or status not in CommentStatus.values:
        raise InvalidInput(_("A comment is resolved together with its answers. Choose the comment itself."))
    if comment.status == status:
        return comment  # the other side was as quick
    if status == CommentStatus.RESOLVED:
        comment.resolve(at=timezone.now(), by=actor.user_id)
    else:
        comment.reopen()
    save_status(comment, actor)
    return comment


def save_status(comment: Comment, actor: Actor) -> None:
    comment.save(update_fields=["status", "resolved_at", "resolved_by"])
    kind = events.COMMENT_RESOLVED if comment.is_resolved else events.COMMENT_REOPENED
    record_comment(comment, kind, actor)
