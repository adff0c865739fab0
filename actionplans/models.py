"""The app's models, from the rooms inside it."""

from actionplans.plans.models import ActionPlan, DraftField, Redaction, Revision
from actionplans.sharing.models import PlanShare, Reply, ReplyKind, SharedRevision, ShareStatus

__all__ = [
    "ActionPlan",
    "DraftField",
    "PlanShare",
    "Redaction",
    "Reply",
    "ReplyKind",
    "Revision",
    "ShareStatus",
    "SharedRevision",
]
