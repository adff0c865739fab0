"""The reminders that a reader and its colleagues set for themselves, for the pages of a CAR and of its plan."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from actionplans.models import Nudge
from actionplans.nudges import policy
from carportal.core.actor import Actor
from carportal.core.prepared import prepared
from carportal.core.together import Reads, alone, listed
from findings.models import Finding

PAST = 20  # of those whose day has come, the newest


@dataclass(frozen=True, slots=True)
class Nudges:
    """Those of one CAR, by their days; of those that have come the newest first."""

    finding: Finding
    to_come: list[Nudge]
    past: list[Nudge]
    may_set: bool

    @property
    def is_shown(self) -> bool:
        """To nobody who has none and could not set one."""
        return self.may_set or bool(self.to_come or self.past)


def nudges_on(finding: Finding, actor: Actor) -> Reads[Nudges]:
    seen = yield from listed(_seen(actor, finding.pk))
    past = [nudge for nudge in reversed(seen) if not nudge.is_to_come]
    to_come = [nudge for nudge in seen if nudge.is_to_come]
    return Nudges(finding, to_come, past[:PAST], may_set=policy.may_set(actor))


@prepared
def _seen(actor: Actor, finding_id: UUID) -> QuerySet[Nudge]:
    return Nudge.objects.visible_to(actor).filter(finding=finding_id).select_related("set_by")


nudges_about = alone(nudges_on)
