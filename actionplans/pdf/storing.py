"""Where PDFs are kept: Django's storage `pdfs`; what is lost of it is made anew."""

import hashlib
import logging
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.utils import timezone

from actionplans.pdf.models import Rendering
from carportal.core.blobs import Blobs

logger = logging.getLogger(__name__)

# What nobody has asked for in this time is made anew for whoever does.
KEPT = timedelta(days=90)

ALIAS = "pdfs"
_blobs = Blobs(ALIAS)
discard = _blobs.discard


def store() -> Storage:
    return _blobs.store


def keep(content: bytes) -> str:
    """Write the bytes and return their key; raises what the store raises, with no half file left."""
    return _blobs.keep(ContentFile(content))


def read(rendering: Rendering) -> bytes | None:
    """Its bytes, as they were made; None where the store has lost or changed them."""
    try:
        with store().open(rendering.storage_key) as file:
            content: bytes = file.read()
    except Exception:  # each kind of store fails with errors of its own
        logger.exception("PDF %s could not be read", rendering.pk)
        return None
    if hashlib.sha256(content).hexdigest() != rendering.sha256:
        logger.error("PDF %s is not what was kept", rendering.pk)
        return None
    return content


def sweep() -> int:
    """Delete rows that nobody has asked for in a long time, then every file without a row; how many files."""
    Rendering.objects.filter(used_on__lt=timezone.localdate() - KEPT).delete()
    deleted = 0
    for begins, there in _blobs.folders():
        rows = Rendering.objects.filter(storage_key__startswith=begins)
        without = there - set(rows.values_list("storage_key", flat=True))
        gone = [key for key in without if _blobs.is_old(key)]
        discard(*gone)
        deleted += len(gone)
    return deleted
