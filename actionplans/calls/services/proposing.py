"""Proposing times for a call, and other times for one that was proposed or agreed."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans.calls import events, policy
from actionplans.calls.models import OPEN, Call, CallSlot
from actionplans.calls.offers import Offer, Subject, clean_offer, clean_subject
from actionplans.calls.services.rows import check_names, check_turn, lock_call, record, save
from actionplans.sharing.models import PlanShare, Side
from actionplans.sharing.services import lock_share
from carportal.core.actor import Actor
from carportal.core.errors import Conflict
from carportal.core.notifications import notify


@transaction.atomic
def propose_call(
    *, share_id: UUID, actor: Actor, subject: Subject, offer: Offer, confirmed_names: Collection[UUID] = ()
) -> Call:
    """Propose a call to the other side of a share; one of a purpose is enough at a time.

    InvalidInput by field for what cannot be; NamesDisclosed for a topic that names another party; Conflict when
    a call for this purpose is open.
    """
    share = lock_share(share_id)
    side = policy.check_calls(actor, share)
    policy.check_goes_on(share)
    subject, offer = clean_subject(subject), clean_offer(offer, now=timezone.now())
    check_names(share, side, subject.topic, confirmed_names)
    there = share.calls.filter(purpose=subject.purpose, status__in=OPEN).first()
    if there is not None:
        if _is_the_same(there, side, subject, offer):
            return there  # sent twice
        raise Conflict(_open_already(there))
    return make_call(share, side, actor, subject, offer)


def make_call(share: PlanShare, side: Side, actor: Actor, subject: Subject, offer: Offer) -> Call:
    """On the locked share, with what was checked."""
    now = timezone.now()
    call = Call.objects.create(
        share=share,
        purpose=subject.purpose,
        topic=subject.topic,
        by_side=side,
        duration=offer.duration,
        where=offer.where,
        proposed_by_id=actor.user_id,
        proposed_at=now,
        changed_at=now,
    )
    _offer(call, offer)
    record(call, events.CALL_PROPOSED, actor)
    notify(kind="call_proposed", object_id=call.pk, period=str(call.turn))
    return call


@transaction.atomic
def offer_other_times(*, call_id: UUID, actor: Actor, seen: int, offer: Offer) -> Call:
    """Propose other times, whichever side proposed those before; an agreed time holds no more from now on.

    `seen` is the call's turn as the actor saw it: Conflict when the other side was faster.
    """
    call = lock_call(call_id)
    side = policy.check_calls(actor, call.share)
    policy.check_goes_on(call.share)
    offer = clean_offer(offer, now=timezone.now())
    if call.by_side == side and call.turn == seen + 1 and _has(call, offer):
        return call  # sent twice
    check_turn(call, seen)
    moved = call.starts_at if call.is_agreed else None
    if moved is not None:
        call.move()
    call.by_side, call.turn = side, call.turn + 1
    call.duration, call.where = offer.duration, offer.where
    call.proposed_by_id, call.proposed_at = actor.user_id, timezone.now()
    save(call, "by_side", "turn", "duration", "where", "proposed_by", "proposed_at")
    _offer(call, offer)
    if moved is None:
        record(call, events.CALL_PROPOSED, actor)
        notify(kind="call_proposed", object_id=call.pk, period=str(call.turn))
    else:
        record(call, events.CALL_MOVED, actor, on=moved)
        notify(kind="call_moved", object_id=call.pk, period=str(call.sequence))
    return call


def _offer(call: Call, offer: Offer) -> None:
    CallSlot.objects.bulk_create(
        CallSlot(call=call, turn=call.turn, starts_at=starts_at) for starts_at in offer.slots
    )


def _is_the_same(call: Call, side: Side, subject: Subject, offer: Offer) -> bool:
    return call.by_side == side and call.topic == subject.topic and call.is_proposed and _has(call, offer)


def _has(call: Call, offer: Offer) -> bool:
    slots = list(call.slots.filter(turn=call.turn).values_list("starts_at", flat=True))
    return Offer(slots, call.duration, call.where) == offer


def _open_already(call: Call) -> str:
    if call.is_agreed:
        return _("A call for this is agreed already. You can propose other times for it.")
    return _("A call for this is proposed already. Answer it, or propose other times for it.")
