"""Telling people what they wanted to be reminded of: on the day itself, for which no organisation chooses others."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from actionplans.nudges.models import Nudge
from actionplans.nudges.notifications import NUDGE
from actionplans.nudges.recipients import reminded_by
from actionplans.nudges.services import forget
from carportal.core.notifications import Owed, notify_each
from stakeholders.reminding import Sweep, Today, look_again


def _remind(ids: Sequence[UUID], today: Today) -> Counter[str]:
    """Those that another sweep, or somebody who changes one, has locked are left to the next sweep.

    One of which nobody is left to be told is gone without a word.
    """
    locked = (
        Nudge.objects.to_come()
        .filter(pk__in=ids)
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("finding__site")
        .order_by("pk")
    )
    come = [nudge for nudge in locked if nudge.day <= today(nudge.finding.site.time_zone)]
    told = reminded_by(come)
    look_again(Nudge, dict.fromkeys(told))
    forget([pk for pk, people in told.items() if not people])
    owed = [Owed(nudge.pk, nudge.day.isoformat(), told[nudge.pk]) for nudge in come]
    return Counter({NUDGE: notify_each(kind=NUDGE, owed=owed)})


NUDGES_DUE = Sweep(Nudge, _remind)
