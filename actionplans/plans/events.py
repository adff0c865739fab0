"""What happens to a plan, as its audit trail tells it."""

from django.utils.translation import gettext_lazy as _

from carportal.core.audit import REDACTED, EventKind, Reader

SITE = frozenset({Reader.SITE})
SITE_AND_OPERATOR = frozenset({Reader.SITE, Reader.OPERATOR})
# No sentence that a party reads has a number: counting revisions would tell of other parties.
ALL_BUT_AUDITORS = frozenset({Reader.SITE, Reader.OPERATOR, Reader.PARTY})

PLAN_STARTED = EventKind("plan_started", _("Started the action plan"), SITE)
DRAFT_EDITED = EventKind("plan_draft_edited", _("Edited the draft of the plan"), SITE)
PLAN_CARRIED_ON = EventKind("plan_carried_on", _("Carried the plan on from %(reference)s"), SITE)
PLAN_PUBLISHED = EventKind("plan_published", _("Published the action plan"), ALL_BUT_AUDITORS)
PLAN_PUBLISHED_ANEW = EventKind(
    "plan_published_anew", _("Published a newer version of the action plan"), ALL_BUT_AUDITORS
)
PLAN_UPLOADED = EventKind(
    "plan_uploaded", _("Noted that the plan was uploaded to Sedex on %(day)s"), SITE_AND_OPERATOR
)

DRAFT_RESTORED = EventKind(
    "plan_draft_restored", _("Brought version %(number)s back as the draft of the plan"), SITE
)
# No party reads that words were removed: some of them may have stood in what another party wrote.
WORDS_REDACTED = EventKind(
    "plan_words_redacted", _("Removed words from the plan. Reason: %(reason)s"), SITE_AND_OPERATOR
)

# Of an entry that went with words or with a file: who does not read that entry does not learn that it is there.
ENTRY_REDACTED = EventKind("plan_entry_redacted", REDACTED.sentence, SITE, redacts=True)

KINDS = (
    PLAN_STARTED,
    DRAFT_EDITED,
    PLAN_CARRIED_ON,
    PLAN_PUBLISHED,
    PLAN_PUBLISHED_ANEW,
    PLAN_UPLOADED,
    DRAFT_RESTORED,
    WORDS_REDACTED,
    ENTRY_REDACTED,
)
