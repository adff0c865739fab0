"""What the virus scan said of a file, once a worker has asked."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django_fsm import can_proceed

from actionplans.evidence import events
from actionplans.evidence.models import EvidenceFile
from actionplans.evidence.services.rows import lock_file, record_named
from actionplans.evidence.storing import discard
from carportal.core.actor import SYSTEM


@transaction.atomic
def note_passed(*, file_id: UUID) -> None:
    file = lock_file(file_id)
    if _is_waiting(file):
        file.pass_scan()
        file.save(update_fields=["scan"])


@transaction.atomic
def note_infected(*, file_id: UUID) -> None:
    """Never to be served; the bytes are deleted, so that nobody and no backup spreads them."""
    file = lock_file(file_id)
    if not _is_waiting(file):
        return
    file.fail_scan()
    file.save(update_fields=["scan"])
    record_named(file, events.EVIDENCE_INFECTED, SYSTEM)
    transaction.on_commit(partial(discard, file.storage_key), robust=True)


@transaction.atomic
def note_put_off(*, file_id: UUID, until: datetime) -> None:
    """Could not be scanned; asked again at that time."""
    file = lock_file(file_id)
    if _is_waiting(file):
        file.put_off_scan(until=until)
        file.save(update_fields=["scan", "scan_due_at"])


def _is_waiting(file: EvidenceFile) -> bool:
    """Not taken out, nor told of by another worker, since it was claimed."""
    return not file.is_redacted and can_proceed(file.pass_scan)
