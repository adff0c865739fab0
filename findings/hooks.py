"""Where the rooms above hear of what they must follow in the same transaction."""

from collections.abc import Callable

from carportal.core.actor import Actor
from findings.models import Finding

CarryOverHook = Callable[[Finding, Finding, Actor], None]

_carry_over_hooks: list[CarryOverHook] = []


def on_carry_over(hook: CarryOverHook) -> CarryOverHook:
    """Register what moves on from a wrongly ended CAR to the one it is raised anew as.

    Called from an app's `AppConfig.ready()`; again changes nothing. The hook gets the old CAR, which stays
    ended, the new one, which is open, and who publishes the corrected audit. Several old ones may end in
    one new one, so a hook that finds its work done on the new one leaves it.
    """
    if hook not in _carry_over_hooks:
        _carry_over_hooks.append(hook)
    return hook


def carry_over(old: Finding, new: Finding, actor: Actor) -> None:
    """Tell all of them; the caller holds the locks on both rows."""
    for hook in _carry_over_hooks:
        hook(old, new, actor)
