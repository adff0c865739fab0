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
from carportal.core.audit.recording import TimelineEntry, Told, record, redact, timeline
from carportal.core.audit.verification import Broken, Report, checkpoint, register_check, verify
from carportal.core.models import Aggregate

__all__ = [
    "ActorNames",
    "Aggregate",
    "Broken",
    "EventKind",
    "Reader",
    "Report",
    "TimelineEntry",
    "Told",
    "Value",
    "checkpoint",
    "record",
    "record_many",
    "redact",
    "register_actor_names",
    "register_check",
    "register_event_kinds",
    "timeline",
    "verify",
]
