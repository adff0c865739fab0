"""Where the rooms above hear of a change that they must follow in the same transaction."""

from collections.abc import Callable

from carportal.core.actor import Actor
from stakeholders.models import Organisation, TradingRelationship

RelationshipHook = Callable[[TradingRelationship, Actor], None]
PartyHook = Callable[[Organisation, Organisation, Actor], None]

_relationship_hooks: list[RelationshipHook] = []
_party_hooks: list[PartyHook] = []


def on_relationship_changed(hook: RelationshipHook) -> RelationshipHook:
    """Register what follows a relationship; called from an app's `AppConfig.ready()`, again changes nothing."""
    if hook not in _relationship_hooks:
        _relationship_hooks.append(hook)
    return hook


def relationship_changed(relationship: TradingRelationship, actor: Actor) -> None:
    """Tell all of them that it was added, changed or ended; the caller holds the lock on its site's row."""
    for hook in _relationship_hooks:
        hook(relationship, actor)


def on_party_linked(hook: PartyHook) -> PartyHook:
    """Register what follows when a party that was typed in is linked to a known organisation."""
    if hook not in _party_hooks:
        _party_hooks.append(hook)
    return hook


def party_linked(party: Organisation, known: Organisation, actor: Actor) -> None:
    """Tell all of them; the caller holds the locks on both organisations' rows. One may refuse by a DomainError."""
    for hook in _party_hooks:
        hook(party, known, actor)
