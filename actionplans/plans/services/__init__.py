"""Every write of a plan: start, save, freeze, publish, note the upload, carry on."""

from actionplans.plans.services.carrying import carry_on_plan, carry_over_plan
from actionplans.plans.services.publishing import (
    check_complete,
    check_seen,
    freeze_revision,
    note_uploaded,
    publish_plan,
)
from actionplans.plans.services.rows import lock_finding, lock_plan, record_on
from actionplans.plans.services.writing import save_draft, start_plan

__all__ = [
    "carry_on_plan",
    "carry_over_plan",
    "check_complete",
    "check_seen",
    "freeze_revision",
    "lock_finding",
    "lock_plan",
    "note_uploaded",
    "publish_plan",
    "record_on",
    "save_draft",
    "start_plan",
]
