"""Every write of a plan: start, save, freeze, publish, note the upload, restore, redact, carry on."""

from actionplans.plans.services.carrying import carry_on_plan, carry_over_plan
from actionplans.plans.services.publishing import (
    check_complete,
    check_seen,
    freeze_revision,
    note_uploaded,
    publish_plan,
)
from actionplans.plans.services.redacting import (
    check_redaction,
    find_words,
    find_words_published,
    redact_words,
)
from actionplans.plans.services.restoring import restore_revision
from actionplans.plans.services.rows import lock_finding, lock_plan, of_revision, record_on
from actionplans.plans.services.writing import save_draft, start_plan

__all__ = [
    "carry_on_plan",
    "carry_over_plan",
    "check_complete",
    "check_redaction",
    "check_seen",
    "find_words",
    "find_words_published",
    "freeze_revision",
    "lock_finding",
    "lock_plan",
    "note_uploaded",
    "of_revision",
    "publish_plan",
    "record_on",
    "redact_words",
    "restore_revision",
    "save_draft",
    "start_plan",
]
