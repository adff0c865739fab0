"""Where the rooms above hear of a change that they must follow in the same transaction."""

from collections.abc import Callable

from carportal.core.actor import Actor
from stakeholders.models import TradingRelationship

RelationshipHook = Callable[[TradingRelationship, Actor], None]

_relationship_hooks: list[RelationshipHook] = []


def on_relationship_changed(hook: RelationshipHook) -> RelationshipHook:
    """Register what follows a relationship; called from an app's `AppConfig.ready()`, again changes nothing."""
    if hook not in _relationship_hooks:
        _relationship_hooks.append(hook)
    return hook


def relationship_changed(relationship: TradingRelationship, actor: Actor) -> None:
    """Tell all of them that it was added, changed or ended; the caller holds the lock on its site's row."""
    for hook in _relationship_hooks:
        hook(relationship, actor)
