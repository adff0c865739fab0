"""One search over all that a reader may read: what was entered, and where each room looks for it."""

from findings.searching.sources import RANKED, Found, Hit, Source, register_sources, sources
from findings.searching.words import Words

__all__ = ["RANKED", "Found", "Hit", "Source", "Words", "register_sources", "sources"]
