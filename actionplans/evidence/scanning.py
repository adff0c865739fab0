"""Scanning what waits for it: claim with a lease, send to clamd, note the verdict; each file on its own."""

import logging
import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from actionplans.evidence.clamd import PATIENCE, ScanFailed, ScannerDown, find_virus
from actionplans.evidence.models import EvidenceFile, Scan
from actionplans.evidence.services import note_infected, note_passed, note_put_off
from actionplans.evidence.storing import store

logger = logging.getLogger(__name__)

# Longer than one scan may take: nobody else takes the file meanwhile.
LEASE = timedelta(seconds=2 * PATIENCE + 60)
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=6)


def scan_due(*, for_seconds: float = 240) -> int:
    """Scan what is due, one after the other, for at most so long; how many files got a verdict.

    May run in any number of workers at once. A worker that dies leaves its file to others once the lease is
    over. Without a scanner nothing is done, and what waits for one goes on waiting.
    """
    if not settings.CLAMD_URL:
        return 0
    _take_up_unscanned()
    deadline = time.monotonic() + for_seconds
    scanned = 0
    try:
        while time.monotonic() < deadline and (file := _claim()) is not None:
            scanned += _scan(file)
    except ScannerDown as error:
        logger.warning("the virus scanner cannot be reached; files wait: %s", error)
    return scanned


def _take_up_unscanned() -> None:
    """Files from before there was a scanner."""
    EvidenceFile.objects.filter(scan=Scan.UNSCANNED, redacted_at=None).update(
        scan=Scan.PENDING, scan_due_at=timezone.now()
    )


def _due() -> QuerySet[EvidenceFile]:
    return EvidenceFile.objects.filter(
        scan__in=[Scan.PENDING, Scan.ERROR], redacted_at=None, scan_due_at__lte=timezone.now()
    )


def _claim() -> EvidenceFile | None:
    """Take the file that has waited longest; the attempt counts from now, should its worker not live to say so."""
    with transaction.atomic():
        file = _due().select_for_update(of=("self",), skip_locked=True).order_by("scan_due_at").first()
        if file is not None:
            file.scan_attempts += 1
            file.scan_due_at = timezone.now() + LEASE
            file.save(update_fields=["scan_attempts", "scan_due_at"])
    return file


def _scan(file: EvidenceFile) -> bool:
    """Whether there is a verdict now; what goes wrong with one file stops no other."""
    try:
        with store().open(file.storage_key) as content:
            virus = find_virus(content, settings.CLAMD_URL)
    except ScannerDown:
        _give_back(file)
        raise
    except Exception as error:  # the edge: any store and any scanner answers
        from_outside = isinstance(error, ScanFailed | OSError)
        logger.warning("evidence %s could not be scanned: %s", file.pk, error, exc_info=not from_outside)
        note_put_off(file_id=file.pk, until=timezone.now() + _pause(file.scan_attempts))
        return False
    if virus:
        logger.warning("evidence %s is infected: %s", file.pk, virus)
        note_infected(file_id=file.pk)
    else:
        note_passed(file_id=file.pk)
    return True


def _give_back(file: EvidenceFile) -> None:
    """Nothing was tried: it is due again with the next sweep."""
    EvidenceFile.objects.filter(pk=file.pk, scan_attempts=file.scan_attempts).update(
        scan_attempts=file.scan_attempts - 1, scan_due_at=timezone.now() + FIRST_RETRY / 2
    )


def _pause(attempts: int) -> timedelta:
    return min(FIRST_RETRY * (1 << min(attempts - 1, 20)), LONGEST_RETRY)
