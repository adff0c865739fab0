"""Making what is owed: claim with a lease, print in a child process, keep the bytes, then say so."""

import logging
import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from actionplans.pdf.models import Rendering, RenderingStatus
from actionplans.pdf.services import note_failed, note_made
from actionplans.pdf.storing import discard, keep
from carportal.core.printing import FONT_SECONDS, Printable, Reason, Unprintable, print_pdf

logger = logging.getLogger(__name__)

# A worker that dies at it three times died of it.
MOST_ATTEMPTS = 3
RETRY = timedelta(minutes=1)


def make_due(*, for_seconds: float = 60) -> int:
    """Make what is due, one after the other, and begin none after so long; how many files were made.

    Mails wait for the same workers, so it gives way to them; the next wake-up or sweep goes on.
    May run in any number of workers at once. A worker that dies leaves its file to others once the lease is over.
    """
    deadline = time.monotonic() + for_seconds
    made = 0
    while time.monotonic() < deadline and (rendering := _claim()) is not None:
        made += _make(rendering)
    return made


def _claim() -> Rendering | None:
    """Take what has waited longest; the attempt counts from now, should its worker not live to say so."""
    lease = timedelta(seconds=settings.PDF_SECONDS + FONT_SECONDS + 60)
    with transaction.atomic():
        due = Rendering.objects.filter(status=RenderingStatus.WAITING, due_at__lte=timezone.now())
        rendering = due.select_for_update(skip_locked=True).order_by("due_at").first()
        if rendering is not None:
            rendering.attempts += 1
            rendering.due_at = timezone.now() + lease
            rendering.save(update_fields=["attempts", "due_at"])
    return rendering


def _make(rendering: Rendering) -> bool:
    """Whether it is there now; what goes wrong with one file stops no other."""
    if rendering.attempts > MOST_ATTEMPTS:
        note_failed(claimed=rendering, reason=Reason.BROKEN)
        return False
    try:
        content = print_pdf(Printable.from_json(rendering.source))
    except Unprintable as error:
        logger.error("PDF %s could not be made: %s", rendering.pk, error)
        note_failed(claimed=rendering, reason=error.reason)
        return False
    try:
        key = keep(content)
    except Exception:  # the edge: a store that is full or away, each with errors of its own
        logger.exception("PDF %s could not be kept", rendering.pk)
        Rendering.objects.filter(pk=rendering.pk, attempts=rendering.attempts).update(
            due_at=timezone.now() + RETRY
        )
        return False
    if not note_made(claimed=rendering, key=key, content=content):
        discard(key)
        return False
    return True
