"""Reminding a party of the actions that it took on, around the time by the end of which they are to be done.

Those who write for it are told, and nobody else: a guest takes no action on, and the site has its plan to look at.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper
from django.utils.translation import gettext_lazy as _

from actionplans.duties.models import Duty
from actionplans.duties.notifications import DUTY_DUE
from actionplans.duties.querysets import AWAITED
from actionplans.plans.mails import writers_by_organisation
from carportal.core.actor import PARTY_KINDS
from carportal.core.notifications import Owed, notify_each
from stakeholders.reminding import (
    Look,
    ReminderKind,
    Step,
    Sweep,
    Today,
    look_again,
    look_anew,
    look_at,
    period_of,
    steps_for,
)


def _follow(party_id: UUID, steps: tuple[Step, ...]) -> None:
    """As `asking` locks several of one share: by their ids."""
    duties = Duty.objects.awaited().filter(share__organisation=party_id)
    order = ("share__plan__finding", "share", "pk")
    look_anew(duties, steps, about="due_on", site="share__plan__finding__site", order=order)


ACTION_DUE = ReminderKind(
    name=DUTY_DUE,
    label=_("Actions that you took on"),
    about=_("the last day of the time for which the action is planned"),
    told=_("Everyone of your organisation who can write is reminded, unless a report says that it is done."),
    days=(-14, 0, 14),
    lowest=-90,
    highest=90,
    concerns=PARTY_KINDS,
    follow=_follow,
)


class _Awaited(NamedTuple):
    id: UUID
    due_on: date
    remind_on: date
    share_id: UUID
    organisation_id: UUID
    time_zone: str
    is_awaited: bool


def _remind(ids: Sequence[UUID], today: Today) -> Counter[str]:
    """The newest step of each; a report that is being sent meanwhile waits for the lock, or is looked at later."""
    duties = _lock(ids)
    steps = steps_for(ACTION_DUE, (each.organisation_id for each in duties))
    again: dict[UUID, date | None] = {}
    told = []
    for each in duties:
        on = today(each.time_zone)
        if on < each.remind_on:
            continue
        look = Look(None, None)
        if each.is_awaited:
            look = look_at(each.due_on, steps[each.organisation_id], since=each.remind_on, on=on)
        again[each.id] = look.again_on
        if look.step is not None:
            told.append((each, look.step))
    look_again(Duty, again)
    return Counter({DUTY_DUE: _owe(told)})


def _lock(ids: Sequence[UUID]) -> list[_Awaited]:
    """Those that another sweep or an answer has locked are left to the next sweep."""
    rows = (
        Duty.objects.filter(pk__in=ids, remind_on__isnull=False)
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .order_by("pk")
        .values_list(
            "pk",
            "due_on",
            "remind_on",
            "share_id",
            "share__organisation_id",
            "share__plan__finding__site__time_zone",
            ExpressionWrapper(AWAITED, BooleanField()),
        )
    )
    return [_Awaited(*row) for row in rows]


def _owe(told: Iterable[tuple[_Awaited, Step]]) -> int:
    """One for all actions of a share that are to be done by the same day."""
    shares = {(duty.share_id, period_of(duty.due_on, step)): duty.organisation_id for duty, step in told}
    if not shares:
        return 0
    writers = writers_by_organisation(shares.values())
    return notify_each(
        kind=DUTY_DUE,
        owed=(
            Owed(share_id, period, writers.get(organisation_id, []))
            for (share_id, period), organisation_id in shares.items()
        ),
    )


DUTIES_DUE = Sweep(Duty, _remind)
