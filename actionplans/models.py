"""The app's models, from the rooms inside it."""

from actionplans.calls.models import Call, CallAction, CallMinutes, CallSlot, CallStatus, Purpose
from actionplans.duties.models import AnswerKind, Duty, DutyAnswer, DutyReport, DutyStatus, ReportState
from actionplans.evidence.models import WHOLE_PLAN, EvidenceFile, Scan, ShownTo, Subject, SubjectKind
from actionplans.guests.models import GuestCode, GuestLink
from actionplans.nudges.models import Nudge, Whom
from actionplans.pdf.models import Rendering, RenderingStatus
from actionplans.plans.models import ActionPlan, DraftField, DraftRow, Redaction, Revision, RowReader
from actionplans.searching.models import PlanText, TextKind, Wording
from actionplans.sharing.models import PlanShare, Reply, ReplyKind, SharedRevision, ShareStatus, Side
from actionplans.support.models import SupportGrant, SupportReading
from actionplans.threads.models import Comment, CommentStatus, Mention, PrivateNote
from actionplans.updates.models import (
    Frequency,
    ProposalStatus,
    SharedUpdate,
    Update,
    UpdateAgreement,
    UpdateProposal,
)
from actionplans.work.models import WorkOnCar

__all__ = [
    "WHOLE_PLAN",
    "ActionPlan",
    "AnswerKind",
    "Call",
    "CallAction",
    "CallMinutes",
    "CallSlot",
    "CallStatus",
    "Comment",
    "CommentStatus",
    "DraftField",
    "DraftRow",
    "Duty",
    "DutyAnswer",
    "DutyReport",
    "DutyStatus",
    "EvidenceFile",
    "Frequency",
    "GuestCode",
    "GuestLink",
    "Mention",
    "Nudge",
    "PlanShare",
    "PlanText",
    "PrivateNote",
    "ProposalStatus",
    "Purpose",
    "Redaction",
    "Rendering",
    "RenderingStatus",
    "Reply",
    "ReplyKind",
    "ReportState",
    "Revision",
    "RowReader",
    "Scan",
    "ShareStatus",
    "SharedRevision",
    "SharedUpdate",
    "ShownTo",
    "Side",
    "Subject",
    "SubjectKind",
    "SupportGrant",
    "SupportReading",
    "TextKind",
    "Update",
    "UpdateAgreement",
    "UpdateProposal",
    "Whom",
    "Wording",
    "WorkOnCar",
]
