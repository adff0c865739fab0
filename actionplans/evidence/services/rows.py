"""The rows that a write of evidence locks, and what it leaves on the plan's record."""

from uuid import UUID

from actionplans.evidence.models import EvidenceFile, ShownTo
from actionplans.plans.services import lock_plan
from carportal.core.actor import Actor
from carportal.core.audit import Aggregate, EventKind, record


def lock_file(file_id: UUID) -> EvidenceFile:
    """The file's row, after its CAR's and its plan's; the file's `plan` is the locked one."""
    plan_id = EvidenceFile.objects.values_list("plan_id", flat=True).get(pk=file_id)
    plan = lock_plan(plan_id)
    file = (
        EvidenceFile.objects.select_for_update(no_key=True, of=("self",))
        .select_related("party")
        .get(pk=file_id)
    )
    file.plan = plan
    return file


def record_named(file: EvidenceFile, kind: EventKind, actor: Actor, **data: str) -> None:
    """One event that names the file, in such a way that its name can be taken out again."""
    record(
        aggregate=Aggregate.PLAN,
        aggregate_id=file.plan_id,
        kind=kind.name,
        actor=actor,
        data={"file": str(file.pk), "sha256": file.sha256, **data},
        redactable={"name": file.name},
    )


def readers_of(file: EvidenceFile) -> str:
    """To whom it is shown, as the record keeps it: a party's name, or one of `events.Readers`."""
    if file.party is not None:
        return file.party.name
    is_of_part = file.shown_to == ShownTo.READERS and file.subject_id is not None
    return f"readers_of_{file.subject_kind}" if is_of_part else str(file.shown_to)
