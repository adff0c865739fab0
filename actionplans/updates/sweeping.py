"""What a sweep owes about agreed updates, to the site and to the operator, and about replies, to the party."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Subquery

from actionplans.guests.mails import guests_of
from actionplans.plans.mails import writers_by_organisation
from actionplans.sharing.models import PlanShare, SharedRevision
from actionplans.sharing.querysets import WAITS_FOR_REPLY
from actionplans.updates.models import UpdateAgreement
from actionplans.updates.querysets import IN_FORCE
from actionplans.updates.recipients import compliance_staff
from actionplans.updates.reminders import REPLY_AWAITED, UPDATE_DUE, UPDATE_MISSING
from carportal.core.notifications import Owed, notify_each
from stakeholders.reminding import (
    Look,
    Step,
    Sweep,
    Today,
    look_again,
    look_at,
    period_of,
    steps_for,
    steps_of_operator,
)

# A reply that has not come in so long is not asked for again by a sweep that was down until then, nor by
# the first one of a portal that has been without.
REPLY_FORGOTTEN = timedelta(days=56)


# --- Agreed updates -------------------------------------------------------------------------------------


class _Agreement(NamedTuple):
    id: UUID
    next_due: date
    remind_on: date
    plan_id: UUID
    supplier_id: UUID
    time_zone: str
    is_in_force: bool


def _remind_of_updates(ids: Sequence[UUID], today: Today) -> Counter[str]:
    """The newest step of each agreement, for the site and for the operator by the days of their own.

    An update that is posted meanwhile waits for the lock, and what was owed for the date it counts for is
    dropped when it is to be sent.
    """
    agreements = _lock_agreements(ids)
    own_steps = steps_for(UPDATE_DUE, (each.supplier_id for each in agreements))
    operators_steps = steps_of_operator(UPDATE_MISSING)
    again: dict[UUID, date | None] = {}
    for_sites, for_operator = [], []
    for each in agreements:
        on = today(each.time_zone)
        if on < each.remind_on:
            continue
        site = _look(each, own_steps[each.supplier_id], on)
        operator = _look(each, operators_steps, on)
        again[each.id] = min(filter(None, (site.again_on, operator.again_on)), default=None)
        if site.step is not None:
            for_sites.append((each, site.step))
        if operator.step is not None:
            for_operator.append((each, operator.step))
    look_again(UpdateAgreement, again)
    return Counter(
        {
            UPDATE_DUE.name: _owe_to_sites(for_sites),
            UPDATE_MISSING.name: _owe_to_operator(for_operator),
        }
    )


def _lock_agreements(ids: Sequence[UUID]) -> list[_Agreement]:
    """Those that another sweep has locked are its own matter."""
    rows = (
        UpdateAgreement.objects.filter(pk__in=ids, remind_on__isnull=False)
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .order_by("pk")
        .values_list(
            "pk",
            "next_due",
            "remind_on",
            "share__plan_id",
            "share__plan__finding__site__supplier_id",
            "share__plan__finding__site__time_zone",
            ExpressionWrapper(IN_FORCE, BooleanField()),
        )
    )
    return [_Agreement(*row) for row in rows]


def _look(agreement: _Agreement, steps: Sequence[Step], on: date) -> Look:
    if not agreement.is_in_force:
        return Look(None, None)
    return look_at(agreement.next_due, steps, since=agreement.remind_on, on=on)


def _owe_to_sites(told: Sequence[tuple[_Agreement, Step]]) -> int:
    """One for all parties of a plan with whom the same date was agreed."""
    if not told:
        return 0
    writers = writers_by_organisation(agreement.supplier_id for agreement, _step in told)
    return notify_each(
        kind=UPDATE_DUE.name,
        owed=(
            Owed(
                agreement.plan_id,
                period_of(agreement.next_due, step),
                writers.get(agreement.supplier_id, []),
            )
            for agreement, step in told
        ),
    )


def _owe_to_operator(told: Sequence[tuple[_Agreement, Step]]) -> int:
    if not told:
        return 0
    staff = compliance_staff()
    return notify_each(
        kind=UPDATE_MISSING.name,
        owed=(
            Owed(agreement.plan_id, period_of(agreement.next_due, step), staff) for agreement, step in told
        ),
    )


# --- Replies --------------------------------------------------------------------------------------------


class _Share(NamedTuple):
    id: UUID
    asked_on: date
    remind_on: date
    organisation_id: UUID
    time_zone: str
    sent_id: UUID
    waits: bool


def _remind_of_replies(ids: Sequence[UUID], today: Today) -> Counter[str]:
    """The newest step of each sending that asked for a reply, as long as none has come."""
    shares = _lock_shares(ids)
    steps = steps_for(REPLY_AWAITED, (each.organisation_id for each in shares))
    again: dict[UUID, date | None] = {}
    told = []
    for each in shares:
        on = today(each.time_zone)
        if on < each.remind_on:
            continue
        look = Look(None, None)
        if each.waits and on < each.asked_on + REPLY_FORGOTTEN:
            look = look_at(each.asked_on, steps[each.organisation_id], since=each.remind_on, on=on)
        again[each.id] = look.again_on
        if look.step is not None:
            told.append((each, look.step))
    look_again(PlanShare, again)
    return Counter({REPLY_AWAITED.name: _owe_to_parties(told)})


def _lock_shares(ids: Sequence[UUID]) -> list[_Share]:
    newest = SharedRevision.objects.filter(share=OuterRef("pk")).order_by("-sent_at").values("pk")[:1]
    rows = (
        PlanShare.objects.filter(pk__in=ids, remind_on__isnull=False)
        .select_for_update(skip_locked=True, no_key=True, of=("self",))
        .order_by("pk")
        .values_list(
            "pk",
            "asked_on",
            "remind_on",
            "organisation_id",
            "plan__finding__site__time_zone",
            Subquery(newest),
            ExpressionWrapper(WAITS_FOR_REPLY, BooleanField()),
        )
    )
    return [_Share(*row) for row in rows]


def _owe_to_parties(told: Sequence[tuple[_Share, Step]]) -> int:
    """To those who write for the party, and to its guests."""
    if not told:
        return 0
    writers = writers_by_organisation(share.organisation_id for share, _step in told)
    guests = guests_of(*(share.id for share, _step in told))
    return notify_each(
        kind=REPLY_AWAITED.name,
        owed=(
            Owed(share.sent_id, step.name, [*writers.get(share.organisation_id, []), *guests[share.id]])
            for share, step in told
        ),
    )


SWEEPS = (Sweep(UpdateAgreement, _remind_of_updates), Sweep(PlanShare, _remind_of_replies))
