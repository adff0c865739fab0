"""The app's models, from the rooms inside it."""

from actionplans.plans.models import ActionPlan, DraftField, Revision
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
    "Frequency",
    "PlanShare",
    "ProposalStatus",
    "Reply",
    "ReplyKind",
    "Revision",
    "ShareStatus",
    "SharedRevision",
    "SharedUpdate",
    "Side",
    "Update",
    "UpdateAgreement",
    "UpdateProposal",
]
