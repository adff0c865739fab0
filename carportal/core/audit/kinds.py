"""What can happen: every kind of event, its sentence, and who may read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from django.db.models import Choices
from django.utils.functional import Promise

from carportal.core.actor import Actor


class Reader(StrEnum):
    """Through whose eyes a timeline is read."""

    SITE = "site"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    PARTY = "party"


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of event; `sentence` is filled from the data that `record` is given.

    A value that is stored as a choice (`"changes_requested"`, or a number) is shown by the label that `choices`
    gives for its name. One that `redacts` tells, by its `sequence`, which entry lost what it said of people.
    """

    name: str
    sentence: str | Promise
    readers: frozenset[Reader] | set[Reader]
    choices: Mapping[str, type[Choices]] = field(default_factory=dict)
    redacts: bool = False


class ActorNames(NamedTuple):
    """How an actor was called when it acted; both empty for the portal itself."""

    person: str = ""
    organisation: str = ""


_kinds: dict[str, EventKind] = {}
_name_resolvers: list[Callable[[Actor], ActorNames]] = []


def register_event_kinds(*kinds: EventKind) -> None:
    """Make kinds known; called from an app's `AppConfig.ready()`."""
    for kind in kinds:
        if _kinds.get(kind.name, kind) != kind:
            raise ValueError(f"the event kind {kind.name!r} is registered twice, differently")
        _kinds[kind.name] = kind


def event_kind(name: str) -> EventKind:
    """The registered kind; LookupError for a name that nobody registered."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"no event kind {name!r} is registered") from None


def kinds_for(reader: Reader) -> list[str]:
    return [kind.name for kind in _kinds.values() if reader in kind.readers]


def redacting_kinds() -> frozenset[str]:
    return frozenset(kind.name for kind in _kinds.values() if kind.redacts)


def register_actor_names(resolver: Callable[[Actor], ActorNames]) -> None:
    """Say how actors are called: the room that knows people and organisations registers once."""
    _name_resolvers[:] = [resolver]


def actor_names(actor: Actor) -> ActorNames:
    if actor.is_system or not _name_resolvers:
        return ActorNames()
    return _name_resolvers[0](actor)
