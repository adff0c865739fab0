"""The app's models, from the rooms inside it."""

from actionplans.evidence.models import EvidenceFile, Scan, ShownTo, SubjectKind
from actionplans.plans.models import ActionPlan, DraftField, Revision
from actionplans.sharing.models import PlanShare, Reply, ReplyKind, SharedRevision, ShareStatus

__all__ = [
    "ActionPlan",
    "DraftField",
    "EvidenceFile",
    "PlanShare",
    "Reply",
    "ReplyKind",
    "Revision",
    "Scan",
    "ShareStatus",
    "SharedRevision",
    "ShownTo",
    "SubjectKind",
]
