"""The audit trail: append-only events, hash-chained per aggregate, with redactable personal content."""

from carportal.core.audit.chain import Value
from carportal.core.audit.kinds import (
    ActorNames,
    EventKind,
    Reader,
    register_actor_names,
    register_event_kinds,
)
from carportal.core.audit.many import record_many
from carportal.core.audit.reading import TimelineEntry, timeline, timeline_of
from carportal.core.audit.recording import REDACTED, Told, record, redact
from carportal.core.audit.records import (
    Place,
    Record,
    RecordPage,
    check_reason,
    personal_texts,
    record_of,
    redact_entry,
    redactable_entries,
    register_records,
)
from carportal.core.audit.verification import Broken, Report, checkpoint, register_check, verify
from carportal.core.models import Aggregate

__all__ = [
    "REDACTED",
    "ActorNames",
    "Aggregate",
    "Broken",
    "EventKind",
    "Place",
    "Reader",
    "Record",
    "RecordPage",
    "Report",
    "TimelineEntry",
    "Told",
    "Value",
    "check_reason",
    "checkpoint",
    "personal_texts",
    "record",
    "record_many",
    "record_of",
    "redact",
    "redact_entry",
    "redactable_entries",
    "register_actor_names",
    "register_check",
    "register_event_kinds",
    "register_records",
    "timeline",
    "timeline_of",
    "verify",
]
