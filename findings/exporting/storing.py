"""Where files of long lists lie: Django's storage `exports`; one that is lost is asked for anew."""

from collections.abc import Iterator
from typing import IO

from django.core.files import File

from carportal.core.blobs import Blobs

ALIAS = "exports"
_blobs = Blobs(ALIAS)
discard = _blobs.discard
folders = _blobs.folders
is_old = _blobs.is_old


def keep(content: IO[bytes]) -> str:
    """Copy it from its beginning, a piece at a time, and return the key; raises what the store raises."""
    content.seek(0)
    return _blobs.keep(File(content))


def pieces_of(key: str) -> Iterator[bytes]:
    """Its bytes, of which memory holds one piece at a time; raises what the store raises before the first."""
    opened = _blobs.store.open(key)

    def pieces() -> Iterator[bytes]:
        with opened:
            yield from opened.chunks()

    return pieces()
