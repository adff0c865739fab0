"""From a paper to its file, for a reader who may have it: kept, being made, or not to be made."""

import time
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from actionplans.pdf.models import Rendering
from actionplans.pdf.services import key_of, note_used, owe_rendering
from actionplans.pdf.storing import ALIAS, read
from actionplans.plans.models import Revision
from carportal.core.handing import Kept
from carportal.core.printing import Printable

CONTENT_TYPE = "application/pdf"
LOOK_AGAIN = 0.1  # seconds


class Served(NamedTuple):
    """The file, or how far it is; neither where its row has just gone with words that were removed."""

    content: bytes | None
    rendering: Rendering | None

    def kept(self, disposition: str) -> Kept | None:
        """What to hand over, with or without its content read."""
        if self.rendering is None or not self.rendering.is_ready:
            return None
        return Kept(ALIAS, self.rendering.storage_key, self.rendering.sha256, CONTENT_TYPE, disposition)


def serve(
    *,
    printable: Printable,
    reader_id: UUID | None,
    revision: Revision | None = None,
    again: bool = False,
    reads: bool = True,
) -> Served:
    """The kept file; where there is none, a worker is told to make it, and has a moment for it.

    What failed is tried again when its reader says so, or asks once the worker's time for it is over. Without
    `reads`, what is kept comes without its content, to be handed over.
    """
    digest = key_of(printable, reader_id)
    rendering = _found(digest)
    if rendering is not None and rendering.is_ready:
        note_used(rendering)
        content = read(rendering) if reads else None
        if content is not None or not reads:
            return Served(content, rendering)
    if rendering is not None and not (again or rendering.is_ready or _is_long_past(rendering)):
        return Served(None, rendering)
    owe_rendering(printable=printable, reader_id=reader_id, revision=revision, again=True)
    deadline = time.monotonic() + settings.PDF_WAIT_SECONDS
    while (rendering := _found(digest)) and rendering.is_waiting and time.monotonic() < deadline:
        time.sleep(LOOK_AGAIN)
    return Served(_content_of(rendering) if reads else None, rendering)


def _found(digest: str) -> Rendering | None:
    return Rendering.objects.defer("source").filter(digest=digest).first()


def _content_of(rendering: Rendering | None) -> bytes | None:
    return read(rendering) if rendering is not None and rendering.is_ready else None


def _is_long_past(rendering: Rendering) -> bool:
    return rendering.has_failed and rendering.due_at < timezone.now()
