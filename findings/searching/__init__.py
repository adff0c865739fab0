"""One search over all that a reader may read: what was entered, and where each room looks for it."""

from findings.searching.sources import (
    COMMON,
    LOOKED_AT,
    RANKED,
    Found,
    Hit,
    Source,
    all_sources,
    register_sources,
)
from findings.searching.words import Words

__all__ = [
    "COMMON",
    "LOOKED_AT",
    "RANKED",
    "Found",
    "Hit",
    "Source",
    "Words",
    "all_sources",
    "register_sources",
]
