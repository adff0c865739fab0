"""Where the bytes are: Django's storage `evidence`, a local folder or an object store, under keys that say nothing."""

import logging
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import BinaryIO, NamedTuple

from django.core.files import File
from django.core.files.storage import Storage, storages
from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans.evidence.models import EvidenceFile
from carportal.core.errors import Unavailable

logger = logging.getLogger(__name__)

# A file is written before its row; no upload and no transaction takes so long.
GRACE = timedelta(hours=6)
FOLDERS = "0123456789abcdef"  # by the first letter of a key, so that one can be looked at after the other


class NoRoom(Unavailable):
    """The store is full or away; nothing of the file is left in it."""


def store() -> Storage:
    return storages["evidence"]


def keep(content: BinaryIO) -> str:
    """Write the bytes and return their key; NoRoom where that fails, with no half file left."""
    token = secrets.token_hex(20)
    key = f"{token[0]}/{token}"
    try:
        return store().save(key, File(content))
    except BaseException as error:
        discard(key)
        if not isinstance(error, Exception):
            raise
        # Each kind of store fails with errors of its own, a full disk and a lost connection alike.
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


def discard(key: str) -> None:
    """Delete the bytes if they are there; a store that is away is left to the next sweep."""
    try:
        store().delete(key)
    except Exception:  # the edge: what failed before is to be reported, not this
        logger.exception("an evidence file could not be deleted")


class Sweep(NamedTuple):
    """What a sweep found: how many files without a row it deleted, and the rows whose bytes are gone."""

    deleted: int
    missing: list[str]


def sweep() -> Sweep:
    """Delete what no row wants any more, and name the rows whose file is not there; a folder at a time."""
    deleted, missing = 0, list[str]()
    for folder in FOLDERS:
        there = set(_names_in(folder))
        rows = EvidenceFile.objects.filter(storage_key__startswith=f"{folder}/")
        known = set(rows.values_list("storage_key", flat=True))
        wanted = dict(rows.counted().values_list("storage_key", "pk"))
        for key in there - wanted.keys():
            if key in known or _is_old(key):
                discard(key)
                deleted += 1
        # What was written since the folder was read is asked for once more.
        missing += [str(pk) for key, pk in wanted.items() if key not in there and not store().exists(key)]
    if deleted:
        logger.warning("%s evidence files without a row were deleted", deleted)
    if missing:
        logger.error(
            "%s evidence files are missing from the store: %s", len(missing), ", ".join(missing[:100])
        )
    return Sweep(deleted, missing)


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
