"""Reminders of one's own, as far on as a test needs them; every step goes through the services."""

from datetime import date
from uuid import UUID

from actionplans.models import Nudge, Whom
from actionplans.nudges.services import Wish, change_nudge, remove_nudge, set_nudge
from carportal.core.actor import Actor
from carportal.core.models import Notification
from findings.models import Finding

IN_JUNE = date(2026, 6, 3)
TEXT = "Ask the agency for its receipts."


def nudge(
    finding: Finding, actor: Actor, text: str = TEXT, *, day: date = IN_JUNE, whom: str = Whom.SELF
) -> Nudge:
    return set_nudge(finding_id=finding.pk, actor=actor, wish=Wish(day, text, whom))


def change(
    kept: Nudge,
    actor: Actor,
    text: str = TEXT,
    *,
    day: date = IN_JUNE,
    whom: str = Whom.SELF,
    seen: int | None = None,
) -> Nudge:
    turn = Nudge.objects.get(pk=kept.pk).turn if seen is None else seen
    return change_nudge(nudge_id=kept.pk, actor=actor, seen=turn, wish=Wish(day, text, whom))


def remove(kept: Nudge, actor: Actor) -> None:
    remove_nudge(nudge_id=kept.pk, actor=actor)


def nudged() -> set[UUID | None]:
    """Who was owed one, whenever that was."""
    return set(Notification.objects.filter(kind="nudge").values_list("recipient", flat=True))
