"""Bytes in one of Django's storages, a local folder or an object store, under random keys that say nothing.

They are written before the row that names them, so that a crash leaves bytes without a row and never the other
way round; a sweep deletes what has none.
"""

import logging
import secrets
from collections.abc import Iterator
from datetime import timedelta

from django.core.files import File
from django.core.files.storage import Storage, storages
from django.utils import timezone

logger = logging.getLogger(__name__)

# Bytes so young may yet get their row: no upload and no transaction takes so long.
GRACE = timedelta(hours=6)
FOLDERS = "0123456789abcdef"  # by the first letter of a key, so that one can be looked at after the other


class Blobs:
    """What is kept in the storage of that alias. Each kind of store fails with errors of its own."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    @property
    def store(self) -> Storage:
        """As the settings name it now."""
        return storages[self.alias]

    def keep(self, content: "File[bytes]") -> str:
        """Write the bytes and return their key; raises what the store raises, with nothing left half."""
        token = secrets.token_hex(20)
        key = f"{token[0]}/{token}"
        try:
            return self.store.save(key, content)
        except BaseException:
            self.discard(key)
            raise

    def discard(self, *keys: str) -> None:
        """Delete the bytes if they are there; a store that is away is left to the next sweep."""
        for key in filter(None, keys):
            try:
                self.store.delete(key)
            except Exception:  # the edge: what failed before is to be reported, not this
                logger.exception("something could not be deleted from the storage %r", self.alias)

    def folders(self) -> Iterator[tuple[str, set[str]]]:
        """How the keys in it begin, and these, for one folder after the other."""
        for folder in FOLDERS:
            yield f"{folder}/", set(self._keys_in(folder))

    def _keys_in(self, folder: str) -> Iterator[str]:
        try:
            _folders, names = self.store.listdir(folder)
        except FileNotFoundError:
            return
        yield from (f"{folder}/{name}" for name in names)

    def is_old(self, key: str) -> bool:
        """Whether it is there for so long that it gets no row any more."""
        try:
            return self.store.get_modified_time(key) < timezone.now() - GRACE
        except FileNotFoundError:  # deleted meanwhile
            return False
