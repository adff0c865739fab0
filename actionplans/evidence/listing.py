"""The files of a plan as a page lists them: each with what its reader may do to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from actionplans.evidence import policy
from actionplans.evidence.models import EvidenceFile
from actionplans.evidence.querysets import EvidenceQuerySet
from actionplans.plans.models import ActionPlan
from carportal.core.actor import Actor


@dataclass(frozen=True, slots=True)
class ListedFile:
    file: EvidenceFile
    may_show: bool
    may_redact: bool


def evidence_context(plan: ActionPlan, files: EvidenceQuerySet, actor: Actor) -> dict[str, Any]:
    """For the templates in `actionplans/evidence`, in one query; the plan's `finding` and its site are loaded."""
    rows = files.filter(plan=plan).select_related("party", "uploaded_by")
    return {"evidence": list(_listed(plan, rows, actor)), "is_scanned": bool(settings.CLAMD_URL)}


def _listed(plan: ActionPlan, rows: Iterable[EvidenceFile], actor: Actor) -> Iterable[ListedFile]:
    for file in rows:
        file.plan = plan
        yield ListedFile(file, policy.may_show(actor, file), policy.may_redact(actor, file))
