"""What filters say to readers of one kind in the language in use, put into words once for all of them."""

import datetime
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import get_language

from carportal.core.actor import Actor
from findings.filters.definition import Choice, Viewpoint, filters_for

_ANYBODY = UUID(int=0)


class Said(NamedTuple):
    """Of a filter: its label, what it says for no choice, and all that readers of this kind can choose."""

    label: str
    everything: str
    choices: tuple[Choice, ...]


def said_to(view: Viewpoint) -> dict[str, Said]:
    """By the names of the filters that the actor is offered."""
    return _said(_like(view.actor), view.today, get_language())


def _like(actor: Actor) -> Actor:
    """Of the same kind and role, and nobody: so that what is kept for many cannot be about one of them."""
    organisation = _ANYBODY if actor.organisation_id is not None else None
    return replace(actor, user_id=None, organisation_id=organisation, guest_pass=None)


@lru_cache(maxsize=64)
def _said(reader: Actor, today: datetime.date, _language: str | None) -> dict[str, Said]:
    view = Viewpoint(reader, today)
    return {
        each.name: Said(
            str(each.label), str(each.everything), tuple(_in_words(one) for one in each.choices(view))
        )
        for each in filters_for(reader)
    }


def _in_words(choice: Choice) -> Choice:
    return Choice(choice.value, str(choice.label), str(choice.figure))
