"""Parts of a CAR's page that the rooms above bring along, without this room knowing them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from carportal.core.decorators import ActorRequest
from carportal.core.together import Reads, begun, side_by_side
from findings.models import Finding


@dataclass(frozen=True, slots=True)
class Section:
    """A template with its context; sections stand in the order of their `rank`."""

    template: str
    context: Mapping[str, Any]
    rank: int = 50


# One that reads something of its own is a generator (`core.together`), so that all of them read at once.
SectionProvider = Callable[[ActorRequest, Finding], Section | Reads[Section | None] | None]

_providers: list[SectionProvider] = []


def register_section(provider: SectionProvider) -> SectionProvider:
    """Make a provider known; called from an app's `AppConfig.ready()`, again changes nothing."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def sections_for(request: ActorRequest, finding: Finding) -> Reads[list[Section]]:
    """What this reader gets to see; a provider answers None for who sees nothing of it."""
    found = yield from side_by_side([begun(provider(request, finding)) for provider in _providers])
    return sorted((section for section in found if section is not None), key=lambda section: section.rank)
