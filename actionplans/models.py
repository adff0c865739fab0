"""The app's models, from the rooms inside it."""

from actionplans.calls.models import Call, CallAction, CallMinutes, CallSlot, CallStatus, Purpose
from actionplans.evidence.models import EvidenceFile, Scan, ShownTo, SubjectKind
from actionplans.plans.models import ActionPlan, DraftField, DraftRow, Redaction, Revision
from actionplans.sharing.models import PlanShare, Reply, ReplyKind, SharedRevision, ShareStatus, Side
from actionplans.updates.models import (
    Frequency,
    ProposalStatus,
    SharedUpdate,
    Update,
    UpdateAgreement,
    UpdateProposal,
)

__all__ = [
    "ActionPlan",
    "Call",
    "CallAction",
    "CallMinutes",
    "CallSlot",
    "CallStatus",
    "DraftField",
    "DraftRow",
    "EvidenceFile",
    "Frequency",
    "PlanShare",
    "ProposalStatus",
    "Purpose",
    "Redaction",
    "Reply",
    "ReplyKind",
    "Revision",
    "Scan",
    "ShareStatus",
    "SharedRevision",
    "SharedUpdate",
    "ShownTo",
    "Side",
    "SubjectKind",
    "Update",
    "UpdateAgreement",
    "UpdateProposal",
]
