"""Where PDFs are kept: Django's storage `pdfs`, under keys that say nothing; what is lost is made anew."""

import hashlib
import logging
import secrets
from collections.abc import Iterator
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.utils import timezone

from actionplans.pdf.models import Rendering

logger = logging.getLogger(__name__)

# A file is written before its row says so; no transaction takes so long.
GRACE = timedelta(hours=6)
# What nobody has asked for in this time is made anew for whoever does.
KEPT = timedelta(days=90)
FOLDERS = "0123456789abcdef"  # by the first letter of a key, so that one can be looked at after the other


def store() -> Storage:
    return storages["pdfs"]


def keep(content: bytes) -> str:
    """Write the bytes and return their key; raises what the store raises, with no half file left."""
    token = secrets.token_hex(20)
    key = f"{token[0]}/{token}"
    try:
        return store().save(key, ContentFile(content))
    except BaseException:
        discard(key)
        raise


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


def discard(*keys: str) -> None:
    """Delete the bytes if they are there; a store that is away is left to the next sweep."""
    for key in filter(None, keys):
        try:
            store().delete(key)
        except Exception:  # the edge: what failed before is to be reported, not this
            logger.exception("a PDF could not be deleted")


def sweep() -> int:
    """Delete rows that nobody has asked for in a long time, then every file without a row; how many files."""
    Rendering.objects.filter(used_on__lt=timezone.localdate() - KEPT).delete()
    deleted = 0
    for folder in FOLDERS:
        there = set(_names_in(folder))
        rows = Rendering.objects.filter(storage_key__startswith=f"{folder}/")
        for key in there - set(rows.values_list("storage_key", flat=True)):
            if _is_old(key):
                discard(key)
                deleted += 1
    return deleted


def _names_in(folder: str) -> Iterator[str]:
    try:
        _folders, names = store().listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in names)


def _is_old(key: str) -> bool:
    try:
        return store().get_modified_time(key) < timezone.now() - GRACE
    except FileNotFoundError:  # deleted meanwhile
        return False
