"""What the records of audits and CARs tell, and to whom.

Nothing here names a customer or the CAR that came after: a reader may not see either. What step 1 led to
is for the site and the operator alone.
"""

from django.utils.translation import gettext_lazy as _

from carportal.core.audit import REDACTED, EventKind, Reader, register_event_kinds
from findings.escalation.events import KINDS as ESCALATION_KINDS
from findings.models import AuditType, EntryType, LeftDecision, LeftReason, TriageOutcome
from findings.saved.events import KINDS as SAVED_VIEW_KINDS

RECORDERS = frozenset({Reader.AUDITOR, Reader.OPERATOR})
AUDITED = frozenset({Reader.AUDITOR, Reader.OPERATOR, Reader.SITE})
SITE_AND_OPERATOR = frozenset({Reader.SITE, Reader.OPERATOR})
EVERYBODY = frozenset(Reader)

_TYPES = {"type": AuditType}
_ENTRY = {"type": EntryType}

# Those who write the audit's record read it; the site sees that a name is gone.
AUDIT_REDACTED = EventKind("audit_content_redacted", REDACTED.sentence, RECORDERS, redacts=True)

AUDIT_KINDS = [
    EventKind("audit_recorded", _("Recorded the audit: %(type)s, %(date)s, at %(site)s"), RECORDERS, _TYPES),
    EventKind("audit_changed", _("Changed the audit: %(type)s, %(date)s, at %(site)s"), RECORDERS, _TYPES),
    EventKind(
        "audit_imported",
        _("Recorded the audit out of a spreadsheet: %(type)s, %(date)s, at %(site)s, findings: %(findings)s"),
        RECORDERS,
        _TYPES,
    ),
    EventKind(
        "audit_changed_by_import",
        _(
            "Changed the audit to what a spreadsheet says: %(type)s, %(date)s, at %(site)s; findings added: %(added)s, changed: %(changed)s, removed: %(removed)s"
        ),
        RECORDERS,
        _TYPES,
    ),
    EventKind("audit_discarded", _("Discarded the audit before it was published"), RECORDERS),
    EventKind("audit_entry_added", _("Added %(type)s on %(code)s"), RECORDERS, _ENTRY),
    EventKind("audit_entry_changed", _("Changed %(type)s on %(code)s"), RECORDERS, _ENTRY),
    EventKind("audit_entry_removed", _("Removed %(type)s on %(code)s"), RECORDERS, _ENTRY),
    EventKind(
        "audit_published",
        _(
            "Published the audit: CARs raised %(raised)s, superseded %(superseded)s, closed %(closed)s, left to decide %(left)s"
        ),
        AUDITED,
    ),
    EventKind("audit_correction_begun", _("Began edition %(edition)s of the audit: %(reason)s"), RECORDERS),
    EventKind("audit_corrected", _("Replaced by edition %(edition)s: %(reason)s"), AUDITED),
    AUDIT_REDACTED,
]

FINDING_KINDS = [
    EventKind("car_raised", _("Raised by audit %(audit)s"), EVERYBODY),
    EventKind(
        "car_raised_anew",
        _("Raised anew: the corrected audit %(audit)s no longer ends the CAR that this one takes up"),
        EVERYBODY,
    ),
    EventKind(
        "car_taken_up", _("Raised anew under another reference: audit %(audit)s was corrected"), EVERYBODY
    ),
    EventKind("car_text_corrected", _("Text corrected, as in the corrected audit %(audit)s"), EVERYBODY),
    EventKind(
        "car_in_progress",
        _("Action plan published; the CAR is in progress"),
        SITE_AND_OPERATOR | {Reader.PARTY},
    ),
    EventKind(
        "car_superseded", _("Superseded: audit %(audit)s has a CAR on the same requirement again"), EVERYBODY
    ),
    EventKind(
        "car_closed", _("Closed: audit %(audit)s assessed the requirement and found nothing on it"), EVERYBODY
    ),
    EventKind(
        "car_left",
        _("Left as it is by audit %(audit)s. %(reason)s"),
        AUDITED,
        {"reason": LeftReason},
    ),
    EventKind(
        "car_no_longer_left",
        _("No longer left by audit %(audit)s: by its corrected date the CAR was found after that audit"),
        AUDITED,
    ),
    EventKind(
        "car_left_decided",
        _("Decided on what audit %(audit)s had left open: %(decision)s"),
        AUDITED,
        {"decision": LeftDecision},
    ),
    EventKind(
        "triage_taken",
        _("Went through step 1, understand the CAR; outcome: %(outcome)s"),
        SITE_AND_OPERATOR,
        {"outcome": TriageOutcome},
    ),
    EventKind("support_requested", _("Asked the operator for support"), SITE_AND_OPERATOR),
]


# In the operator's own record: reference data belongs to no audit and no CAR.
REFERENCE_KINDS = [
    EventKind(
        "requirement_titled",
        _("Set the title of Workplace Requirement %(code)s to “%(title)s”"),
        frozenset({Reader.OPERATOR}),
    ),
]


def register() -> None:
    register_event_kinds(*AUDIT_KINDS, *FINDING_KINDS, *ESCALATION_KINDS, *REFERENCE_KINDS, *SAVED_VIEW_KINDS)
