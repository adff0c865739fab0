"""The app's models, from the rooms inside it."""

from actionplans.evidence.models import EvidenceFile, Scan, ShownTo, SubjectKind
from actionplans.plans.models import ActionPlan, DraftField, DraftRow, Redaction, Revision
from actionplans.sharing.models import PlanShare, Reply, ReplyKind, SharedRevision, ShareStatus
from actionplans.threads.models import Comment, CommentStatus, Mention, PrivateNote
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
    "Comment",
    "CommentStatus",
    "DraftField",
    "DraftRow",
    "EvidenceFile",
    "Frequency",
    "Mention",
    "PlanShare",
    "PrivateNote",
    "ProposalStatus",
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
