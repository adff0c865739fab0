"""Audits, what they recorded, and the CAR findings they raise."""

from findings.models.access import Access, AccessLevel, AccessSource
from findings.models.audits import Audit, AuditEntry, AuditStatus, AuditType, EntryType
from findings.models.escalations import (
    OUTSIDE,
    CallOffReason,
    Escalation,
    EscalationParty,
    EscalationStatus,
    PartySide,
    Route,
    Telling,
)
from findings.models.files import FileFormat, FileReason, FileStatus, ListFile
from findings.models.findings import UNDER_WAY, Finding, FindingStatus
from findings.models.imports import AuditImport, ImportStatus
from findings.models.left import LeftDecision, LeftFinding, LeftReason
from findings.models.saved import SavedView
from findings.models.tally import Tally
from findings.models.titles import RequirementTitle
from findings.models.triage import Triage, TriageOutcome
from findings.models.words import CarWords

__all__ = [
    "OUTSIDE",
    "UNDER_WAY",
    "Access",
    "AccessLevel",
    "AccessSource",
    "Audit",
    "AuditEntry",
    "AuditImport",
    "AuditStatus",
    "AuditType",
    "CallOffReason",
    "CarWords",
    "EntryType",
    "Escalation",
    "EscalationParty",
    "EscalationStatus",
    "FileFormat",
    "FileReason",
    "FileStatus",
    "Finding",
    "FindingStatus",
    "ImportStatus",
    "LeftDecision",
    "LeftFinding",
    "LeftReason",
    "ListFile",
    "PartySide",
    "RequirementTitle",
    "Route",
    "SavedView",
    "Tally",
    "Telling",
    "Triage",
    "TriageOutcome",
]
