"""Parts of a CAR's page that the rooms above bring along, without this room knowing them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from carportal.core.decorators import ActorRequest
from findings.models import Finding


@dataclass(frozen=True, slots=True)
class Section:
    """A template with its context; sections stand in the order of their `rank`."""

    template: str
    context: Mapping[str, Any]
    rank: int = 50


SectionProvider = Callable[[ActorRequest, Finding], Section | None]

_providers: list[SectionProvider] = []


def register_section(provider: SectionProvider) -> SectionProvider:
    """Make a provider known; called from an app's `AppConfig.ready()`, again changes nothing."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def sections_for(request: ActorRequest, finding: Finding) -> list[Section]:
    """What this reader gets to see; a provider answers None for who sees nothing of it."""
    found = (provider(request, finding) for provider in _providers)
    return sorted((section for section in found if section is not None), key=lambda section: section.rank)
