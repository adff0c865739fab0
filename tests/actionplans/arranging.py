"""Calls, as far on as a test needs them; every step goes through the services."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from actionplans.calls.offers import Offer, Subject
from actionplans.calls.services import AgreedAction, agree_call, hold_call, offer_other_times, propose_call
from actionplans.models import Call, CallMinutes, PlanShare
from carportal.core.actor import Actor

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
FIRST, SECOND = NOW + timedelta(days=8, hours=3), NOW + timedelta(days=9)
LINK = "https://meet.example.org/car"
OFFER = Offer((FIRST, SECOND), 60, LINK)
ROOT_CAUSE = Subject("call_on_root_cause")
APPROACH = Subject("call_on_approach")
REPAY = AgreedAction("Repay the fees", "site", "2027-Q2")
PAY = AgreedAction("Pay a third of the fees", "party", "2026")


def let_it_be(patch: pytest.MonkeyPatch, now: datetime) -> None:
    """It is that moment, for all that asks."""
    patch.setattr(timezone, "now", lambda: now)


def propose(share: PlanShare, actor: Actor, offer: Offer = OFFER, subject: Subject = ROOT_CAUSE) -> Call:
    return propose_call(share_id=share.pk, actor=actor, subject=subject, offer=offer)


def offer_others(call: Call, actor: Actor, *slots: datetime, seen: int | None = None) -> Call:
    turn = Call.objects.get(pk=call.pk).turn if seen is None else seen
    return offer_other_times(call_id=call.pk, actor=actor, seen=turn, offer=Offer(slots, 30, LINK))


def pick(call: Call, actor: Actor, starts_at: datetime = FIRST) -> Call:
    slot = call.slots.filter(starts_at=starts_at).latest("turn")
    return agree_call(call_id=call.pk, actor=actor, slot_id=slot.pk)


def agree(share: PlanShare, asking: Actor, answering: Actor, offer: Offer = OFFER) -> Call:
    return pick(propose(share, asking, offer), answering, offer.slots[0])


def hold(
    call: Call, actor: Actor, *actions: AgreedAction, text: str = "We go through the contracts."
) -> CallMinutes:
    return hold_call(call_id=call.pk, actor=actor, seen=call.turn, text=text, actions=actions)
