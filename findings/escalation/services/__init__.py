"""Every write about escalations: raise one, tell others, answer, call it off, follow who leaves."""

from findings.escalation.services.answering import acknowledge_escalation, record_taken_over
from findings.escalation.services.calling_off import call_off_escalation
from findings.escalation.services.following import follow_relationship
from findings.escalation.services.raising import raise_escalation
from findings.escalation.services.telling import record_telling, tell_customers

__all__ = [
    "acknowledge_escalation",
    "call_off_escalation",
    "follow_relationship",
    "raise_escalation",
    "record_taken_over",
    "record_telling",
    "tell_customers",
]
