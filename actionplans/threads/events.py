"""What is said about a shared plan, as its audit trail tells it: that it was, never what; each party its own lines.

The operator reads no threads, and nobody learns that another organisation keeps notes.
"""

from django.utils.translation import gettext_lazy as _

from actionplans.plans.events import SITE
from carportal.core.audit import EventKind, Reader

BOTH_SIDES = frozenset({Reader.SITE, Reader.PARTY})
PARTY = frozenset({Reader.PARTY})

COMMENT_WRITTEN = EventKind("comment_written", _("Commented on the plan shared with %(party)s"), BOTH_SIDES)
COMMENT_EDITED = EventKind(
    "comment_edited", _("Changed a comment on the plan shared with %(party)s"), BOTH_SIDES
)
COMMENT_RESOLVED = EventKind(
    "comment_resolved", _("Resolved a comment on the plan shared with %(party)s"), BOTH_SIDES
)
COMMENT_REOPENED = EventKind(
    "comment_reopened", _("Opened a comment on the plan shared with %(party)s again"), BOTH_SIDES
)
SITES_NOTE_KEPT = EventKind("sites_note_kept", _("Kept a private note"), SITE)
SITES_NOTE_REMOVED = EventKind("sites_note_removed", _("Removed a private note"), SITE)
PARTYS_NOTE_KEPT = EventKind("partys_note_kept", _("Kept a private note"), PARTY)
PARTYS_NOTE_REMOVED = EventKind("partys_note_removed", _("Removed a private note"), PARTY)

KINDS = (
    COMMENT_WRITTEN,
    COMMENT_EDITED,
    COMMENT_RESOLVED,
    COMMENT_REOPENED,
    SITES_NOTE_KEPT,
    SITES_NOTE_REMOVED,
    PARTYS_NOTE_KEPT,
    PARTYS_NOTE_REMOVED,
)
