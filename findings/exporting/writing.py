"""Writing what is owed: claim with a lease, write through a file, keep its bytes, then say so."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from tempfile import TemporaryFile
from typing import IO

from django.conf import settings
from django.utils import timezone, translation

from carportal.core.actor import Actor
from findings.exporting import listing_of, storing
from findings.exporting.csv import lines_of
from findings.exporting.excel import write_workbook
from findings.exporting.listing import Listing
from findings.filters import Filters, Viewpoint
from findings.models import FileFormat, FileReason, ListFile
from findings.services import files
from stakeholders.acting import actor_of
from stakeholders.models import Membership

logger = logging.getLogger(__name__)

# A worker that dies at it three times died of it.
MOST_ATTEMPTS = 3
TELL_EVERY = 1.0  # seconds
# What became of a file its asker can look up so long.
REMEMBERED = timedelta(days=30)


class TakenBack(Exception):
    """It is not this worker's any more."""


def write_due() -> bool:
    """Write the file that has waited longest; whether there may be more, for which a worker is woken anew.

    Others wait for the same workers, so none goes on with a second one. May run in any number of workers at once;
    one that dies leaves its file to the next once the lease is over.
    """
    claimed = files.claim_file()
    if claimed is None:
        return False
    try:
        _write(claimed)
    except TakenBack:
        logger.info("file %s is not wanted as it was begun", claimed.pk)
    except Exception:  # the edge: a disk that is full, a store that is away, each with errors of its own
        logger.exception("file %s could not be written", claimed.pk)
        files.put_off(claimed=claimed)
    files.wake_writer()
    return True


def _write(claimed: ListFile) -> None:
    actor = _asker_of(claimed)
    if actor is None or claimed.attempts > MOST_ATTEMPTS:
        files.note_failed(claimed=claimed, reason=FileReason.BROKEN if actor else FileReason.NARROWED)
        return
    with translation.override(claimed.language), TemporaryFile() as content:
        filters = Filters(Viewpoint(actor, claimed.day), claimed.filters)
        if filters.query != claimed.filters:
            files.note_failed(claimed=claimed, reason=FileReason.CHANGED)
            return
        rows = _fill(content, claimed, filters)
        size = content.tell()
        key = storing.keep(content)
    if not files.note_written(claimed=claimed, key=key, size=size, rows=rows):
        storing.discard(key)


def _asker_of(claimed: ListFile) -> Actor | None:
    """The person as who they are now; None where they have left the organisation for which they asked."""
    membership = (
        Membership.objects.filter(
            user=claimed.asked_by_id, user__is_active=True, organisation=claimed.organisation_id
        )
        .select_related("organisation", "user")
        .first()
    )
    return actor_of(membership.user, membership) if membership is not None else None


def _fill(content: IO[bytes], claimed: ListFile, filters: Filters) -> int:
    """Leaves the file at its end; how many CARs are in it."""
    progress = _Progress(claimed)
    listing = listing_of(filters, watched=progress)
    WRITERS[FileFormat(claimed.format)](content, listing)
    return progress.done


class _Progress:
    """Told with each row; says so now and then, which keeps the lease."""

    def __init__(self, claimed: ListFile) -> None:
        self.claimed = claimed
        self.done = 0
        self.tell_at = 0.0

    def __call__(self, done: int) -> None:
        self.done = done
        if time.monotonic() < self.tell_at:
            return
        if not files.note_progress(claimed=self.claimed, done=done):
            raise TakenBack
        self.tell_at = time.monotonic() + TELL_EVERY


def _write_csv(content: IO[bytes], listing: Listing) -> None:
    for line in lines_of(listing):
        content.write(line.encode())


def _write_excel(content: IO[bytes], listing: Listing) -> None:
    write_workbook(content, listing)
    content.seek(0, 2)


WRITERS: dict[FileFormat, Callable[[IO[bytes], Listing], None]] = {
    FileFormat.CSV: _write_csv,
    FileFormat.EXCEL: _write_excel,
}


def sweep() -> int:
    """End what was kept long enough, forget what ended long ago, delete bytes without a row; how many files of them."""
    now = timezone.now()
    over = ListFile.objects.kept().filter(ready_at__lt=now - timedelta(days=settings.EXPORT_KEEP_DAYS))
    for pk in over.values_list("pk", flat=True):
        files.expire_file(file_id=pk, reason=FileReason.TIME)
    ListFile.objects.ended().filter(asked_at__lt=now - REMEMBERED).delete()
    deleted = 0
    for begins, there in storing.folders():
        rows = ListFile.objects.filter(storage_key__startswith=begins)
        without = there - set(rows.values_list("storage_key", flat=True))
        gone = [key for key in without if storing.is_old(key)]
        storing.discard(*gone)
        deleted += len(gone)
    return deleted
