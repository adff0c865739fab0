"""The rows that a write about a party's actions locks, and what it has to look at before it goes on."""

from datetime import date
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans.duties.models import Duty
from actionplans.plans.drafts import today_at
from actionplans.plans.services import record_on
from actionplans.sharing.models import PlanShare
from actionplans.sharing.services import lock_share
from carportal.core.actor import Actor
from carportal.core.audit import EventKind
from carportal.core.errors import Conflict
from stakeholders.reminding import first_look


def lock_duty(duty_id: UUID) -> Duty:
    """The duty's row, after its CAR's, its plan's and its share's."""
    share_id = Duty.objects.values_list("share_id", flat=True).get(pk=duty_id)
    share = lock_share(share_id)
    duty = Duty.objects.select_for_update(no_key=True).get(pk=duty_id)
    duty.share = share
    return duty


def check_turn(duty: Duty, seen: int) -> None:
    """Nobody answers what they have not seen, nor what somebody else has answered since."""
    if not duty.is_open or duty.turn != seen:
        raise Conflict(
            _(
                "The action was answered or changed since you opened this page. Look at it as it is now, then answer."
            )
        )


def save(duty: Duty, *also: str) -> None:
    """The status that it has just come to, and from when on it is reminded of."""
    duty.turn += 1
    duty.changed_at = timezone.now()
    duty.remind_on = look_from(duty)
    duty.save(update_fields=["status", "turn", "changed_at", "is_done", "remind_on", *also])


def look_from(duty: Duty) -> date | None:
    """The day from which on a sweep looks at what its party has just taken on, or has just said is not done."""
    if not duty.is_awaited:
        return None
    return first_look(today_at(duty.share.plan.finding.site, timezone.now()))


def record(share: PlanShare, kind: EventKind, actor: Actor, **data: str) -> None:
    record_on(share.plan, kind, actor, party_id=share.organisation_id, party=share.organisation.name, **data)
