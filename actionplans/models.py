"""The app's models, from the rooms inside it."""

from actionplans.evidence.models import EvidenceFile, Scan, ShownTo, SubjectKind
from actionplans.pdf.models import Rendering, RenderingStatus
from actionplans.plans.models import ActionPlan, DraftField, DraftRow, Redaction, Revision
from actionplans.sharing.models import PlanShare, Reply, ReplyKind, SharedRevision, ShareStatus
from actionplans.updates.models import (
    Frequency,
    ProposalStatus,
    SharedUpdate,
    Side,
    Update,
    UpdateAgreement,
    UpdateProposal,
)

__all__ = [
    "ActionPlan",
    "DraftField",
    "DraftRow",
    "EvidenceFile",
    "Frequency",
    "PlanShare",
    "ProposalStatus",
    "Redaction",
    "Rendering",
    "RenderingStatus",
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
