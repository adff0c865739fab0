"""What a side says to the times that were proposed, and calling a call off."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.annex import Field, FieldKind, clean_value
from actionplans.calls import events, policy
from actionplans.calls.models import Call
from actionplans.calls.services.rows import check_names, check_turn, lock_call, record, save
from actionplans.sharing.policy import side_of
from carportal.core.actor import Actor
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from carportal.core.notifications import notify

REASON = Field("reason", gettext_lazy("Reason"), FieldKind.TEXT, "", "", max_length=2000)


@transaction.atomic
def agree_call(*, call_id: UUID, actor: Actor, slot_id: UUID) -> Call:
    """Pick one of the times that the other side proposed; the members of both get it for their calendars."""
    call = lock_call(call_id)
    side = policy.check_calls(actor, call.share)
    policy.check_goes_on(call.share)
    slot = call.slots.filter(pk=slot_id).first()
    if call.is_agreed and slot and (slot.turn, slot.starts_at) == (call.turn, call.starts_at):
        return call  # sent twice, or by two members at once
    if slot is None:
        raise Conflict(_("This time is not among those that were proposed. Look at what holds now."))
    check_turn(call, slot.turn)
    if not call.is_proposed:
        raise Conflict(_("Another of these times was agreed meanwhile. Look at what holds now."))
    if side == call.by_side:
        raise NotAllowed(_("Your own side proposed these times; the other one picks."))
    if slot.starts_at <= timezone.now():
        raise Conflict(_("This time has passed meanwhile. Pick another, or propose other times."))
    call.agree(starts_at=slot.starts_at)
    save(call, "starts_at")
    record(call, events.CALL_AGREED, actor, on=call.starts_at)
    notify(kind="call_agreed", object_id=call.pk, period=str(call.sequence))
    return call


@transaction.atomic
def decline_call(
    *, call_id: UUID, actor: Actor, seen: int, reason: str, confirmed_names: Collection[UUID] = ()
) -> None:
    """Say no to what the other side proposed, and why; another call can be proposed at any time."""
    call = lock_call(call_id)
    side = policy.check_calls(actor, call.share)
    policy.check_goes_on(call.share)
    check_turn(call, seen)
    if call.is_agreed:
        raise Conflict(_("The call was agreed meanwhile. You can cancel it, or propose other times."))
    if side == call.by_side:
        raise NotAllowed(_("Your own side proposed this call. You can cancel it."))
    reason = clean_value(REASON, reason)
    if not reason:
        sentence = _("Say why, so that the other side knows what to do next.")
        raise InvalidInput(sentence, fields={"reason": [sentence]})
    check_names(call.share, side, reason, confirmed_names)
    call.decline(by=side, reason=reason)
    save(call, "reason", "ended_by")
    record(call, events.CALL_DECLINED, actor)
    notify(kind="call_declined", object_id=call.pk)


@transaction.atomic
def cancel_call(
    *, call_id: UUID, actor: Actor, seen: int, reason: str = "", confirmed_names: Collection[UUID] = ()
) -> None:
    """Call off what was agreed, or what one's own side proposed; calendars that have it are told."""
    call = lock_call(call_id)
    side = policy.check_calls(actor, call.share)
    policy.check_is_shared(call.share)
    check_turn(call, seen)
    if call.is_proposed and side_of(actor, call.share) != call.by_side:
        raise NotAllowed(_("The other side proposed this call. You can decline it."))
    reason = clean_value(REASON, reason)
    check_names(call.share, side, reason, confirmed_names)
    call.cancel(by=side, reason=reason)
    save(call, "reason", "ended_by")
    record(call, events.CALL_CANCELLED, actor)
    notify(kind="call_cancelled", object_id=call.pk)
