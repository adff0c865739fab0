"""The app's models, from the rooms inside it."""

from actionplans.plans.models import ActionPlan, DraftField, DraftRow, Revision
from actionplans.sharing.models import PlanShare, Reply, ReplyKind, SharedRevision, ShareStatus

__all__ = [
    "ActionPlan",
    "DraftField",
    "DraftRow",
    "PlanShare",
    "Reply",
    "ReplyKind",
    "Revision",
    "ShareStatus",
    "SharedRevision",
]
