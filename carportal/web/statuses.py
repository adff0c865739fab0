"""How each status looks: a tone and a shape, so that no status is told by its colour alone."""

from typing import NamedTuple


class Look(NamedTuple):
    tone: str  # a class of the stylesheet: tag-<tone>
    icon: str  # a name of `icons.SHAPES`


NEUTRAL = Look("neutral", "ring")

LOOKS: dict[str, Look] = {
    # a finding
    "open": Look("open", "ring"),
    "in_progress": Look("progress", "half"),
    "superseded": Look("neutral", "replaced"),
    "closed": Look("done", "check"),
    # a share of a plan
    "informed": Look("neutral", "info"),
    "awaiting": Look("open", "clock"),
    "acknowledged": Look("progress", "seen"),
    "confirmed": Look("done", "check"),
    "changes_requested": Look("attention", "reply"),
    "withdrawn": Look("neutral", "cross"),
    # an escalation
    "taken_over": Look("done", "check"),
    "called_off": Look("neutral", "cross"),
    # a comment
    "resolved": Look("done", "check"),
    # a call, or an action of a party
    "proposed": Look("open", "clock"),
    "held": Look("done", "check"),
    "declined": Look("neutral", "cross"),
    "cancelled": Look("neutral", "cross"),
    # an import of audits
    "waiting": Look("progress", "half"),
    "checked": Look("open", "ring"),
    "refused": Look("attention", "alert"),
    "writing": Look("progress", "half"),
    "written": Look("done", "check"),
    "lapsed": Look("neutral", "cross"),
    # a list that is saved as a file
    "ready": Look("done", "check"),
    "failed": Look("attention", "alert"),
    # a file
    "unscanned": Look("neutral", "ring"),
    "clean": Look("done", "check"),
    "infected": Look("attention", "alert"),
    "error": Look("open", "clock"),
    # a message
    "unread": Look("progress", "inbox"),
    # an audit, a plan, an invitation, a task
    "draft": Look("neutral", "pencil"),
    "published": Look("done", "check"),
    "discarded": Look("neutral", "cross"),
    "corrected": Look("neutral", "replaced"),
    "pending": Look("open", "clock"),
    "accepted": Look("done", "check"),
    "expired": Look("neutral", "cross"),
    "revoked": Look("neutral", "cross"),
    "ended": Look("neutral", "cross"),
    "no_mail": Look("attention", "alert"),
    "urgent": Look("attention", "alert"),
    "done": Look("done", "check"),
    "under_way": Look("progress", "half"),
    "to_do": Look("open", "ring"),
    "optional": Look("neutral", "ring"),
    "cannot_start": Look("neutral", "clock"),
}


def look_of(status: object) -> Look:
    """The look of a status; one that is not listed is plain."""
    return LOOKS.get(str(status), NEUTRAL)
