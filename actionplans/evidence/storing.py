"""Where the bytes are: Django's storage `evidence`."""

import logging
from typing import BinaryIO, NamedTuple

from django.core.files import File
from django.core.files.storage import Storage
from django.utils.translation import gettext as _

from actionplans.evidence.models import EvidenceFile
from carportal.core.blobs import Blobs
from carportal.core.errors import Unavailable

logger = logging.getLogger(__name__)

_blobs = Blobs("evidence")
discard = _blobs.discard


class NoRoom(Unavailable):
    """The store is full or away; nothing of the file is left in it."""


def store() -> Storage:
    return _blobs.store


def keep(content: BinaryIO) -> str:
    """Write the bytes and return their key; NoRoom where that fails, with no half file left."""
    try:
        return _blobs.keep(File(content))
    except Exception as error:  # each kind of store fails with errors of its own
        logger.exception("an evidence file could not be written")
        raise NoRoom(
            _(
                "The file could not be kept: the portal's storage is full or cannot be reached. Nothing was saved. Try again later; if it stays so, tell the compliance staff of this portal."
            )
        ) from error


def opened(file: EvidenceFile) -> "File[bytes]":
    """The bytes to be read; Unavailable where the store has not got them or cannot be reached."""
    try:
        return store().open(file.storage_key)
    except Exception as error:
        logger.exception("evidence %s could not be read", file.pk)
        raise Unavailable(
            _(
                "This file cannot be read at the moment. Try again later; if it stays so, tell the compliance staff of this portal."
            )
        ) from error


class Sweep(NamedTuple):
    """What a sweep found: how many files without a row it deleted, and the rows whose bytes are gone."""

    deleted: int
    missing: list[str]


def sweep() -> Sweep:
    """Delete what no row wants any more, and name the rows whose file is not there; a folder at a time."""
    deleted, missing = 0, list[str]()
    for begins, there in _blobs.folders():
        rows = EvidenceFile.objects.filter(storage_key__startswith=begins)
        known = set(rows.values_list("storage_key", flat=True))
        wanted = dict(rows.counted().values_list("storage_key", "pk"))
        gone = [key for key in there - wanted.keys() if key in known or _blobs.is_old(key)]
        discard(*gone)
        deleted += len(gone)
        # What was written since the folder was read is asked for once more.
        missing += [str(pk) for key, pk in wanted.items() if key not in there and not store().exists(key)]
    if deleted:
        logger.warning("%s evidence files without a row were deleted", deleted)
    if missing:
        logger.error(
            "%s evidence files are missing from the store: %s", len(missing), ", ".join(missing[:100])
        )
    return Sweep(deleted, missing)
