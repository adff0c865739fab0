"""What can be done about a CAR, from one source: the pages show these and no other buttons.

Each room registers a provider; policy decides inside it. A template tests no roles and no statuses.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from django.utils.functional import Promise

from carportal.core.actor import Actor
from carportal.core.together import Reads, alone, begun, side_by_side
from findings.models import Finding


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do: `label` on its button or link, `reason` why it is to be done now.

    `primary` asks to be the next step; of several the one with the lowest `rank` is. `title` is the heading
    of the next step where the label alone says too little.
    """

    label: str | Promise
    url: str
    primary: bool = False
    reason: str | Promise = ""
    rank: int = 50
    title: str | Promise = ""
    method: Literal["get", "post"] = "get"

    @property
    def text(self) -> str | Promise:
        """The reason under the name that the `next_step` component reads."""
        return self.reason


class Actions(NamedTuple):
    """The next thing to do, if there is one, and what else can be done, in order."""

    next: Action | None
    others: list[Action]


# One that reads something of its own is a generator (`core.together`), so that all of them read at once.
ActionProvider = Callable[[Finding, Actor], list[Action] | Reads[list[Action]]]

_providers: list[ActionProvider] = []


def register_actions(provider: ActionProvider) -> ActionProvider:
    """Make a provider known; called from an app's `AppConfig.ready()`, again changes nothing."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def actions_about(finding: Finding, actor: Actor) -> Reads[Actions]:
    """What this actor may do about the CAR now."""
    found = yield from side_by_side([begun(provider(finding, actor)) for provider in _providers])
    everything = sorted((action for each in found for action in each), key=lambda action: action.rank)
    first = next((action for action in everything if action.primary), None)
    return Actions(first, [action for action in everything if action is not first])


actions_for = alone(actions_about)
