"""How a site and its parties stand with calls, for the pages and the next step."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from actionplans.calls import policy
from actionplans.calls.times import in_words
from actionplans.models import ActionPlan, Call, CallAction, CallMinutes, PlanShare
from actionplans.sharing.policy import side_of
from carportal.core.actor import Actor


@dataclass(frozen=True)
class Arranged:
    """One call as its reader sees it now, on the reader's own clock."""

    call: Call
    actor: Actor
    now: datetime

    @property
    def when(self) -> str:
        """The time that holds, or was agreed last."""
        return in_words(self.call.starts_at, self.call.duration) if self.call.starts_at else ""

    @property
    def slots(self) -> list[dict[str, Any]]:
        """Those of the proposal that stands."""
        return [
            {
                "pk": slot.pk,
                "when": in_words(slot.starts_at, self.call.duration),
                "passed": slot.starts_at <= self.now,
            }
            for slot in self.call.slots.all()
            if slot.turn == self.call.turn
        ]

    @property
    def has_slots_left(self) -> bool:
        return any(not slot["passed"] for slot in self.slots)

    @property
    def minutes(self) -> CallMinutes | None:
        try:
            return self.call.minutes
        except CallMinutes.DoesNotExist:
            return None

    @property
    def actions(self) -> Iterable[CallAction]:
        return self.call.actions.all()

    @property
    def has_begun(self) -> bool:
        return policy.has_begun(self.call, self.now)

    @property
    def may_answer(self) -> bool:
        return policy.may_answer_now(self.actor, self.call)

    @property
    def may_move(self) -> bool:
        return policy.may_move_now(self.actor, self.call)

    @property
    def may_cancel(self) -> bool:
        return policy.may_cancel_now(self.actor, self.call)

    @property
    def may_write_minutes(self) -> bool:
        return policy.may_write_minutes_now(self.actor, self.call, self.now)

    @property
    def ended_here(self) -> bool:
        """Whether it was the reader's own side that declined or cancelled it."""
        return self.call.ended_by == side_of(self.actor, self.call.share)


def calls_on(share: PlanShare, actor: Actor) -> dict[str, Any]:
    """All calls of a share for its page, those that are open before the others, the newest first."""
    calls = share.calls.select_related("minutes__written_by", "proposed_by").prefetch_related(
        "slots", "actions"
    )
    now = timezone.now()
    arranged = []
    for call in calls:
        call.share = share
        arranged.append(Arranged(call, actor, now))
    return {
        "all": sorted(arranged, key=lambda each: not each.call.is_open),
        "may_propose": policy.may_call_now(actor, share),
        "may_take": policy.may_take_actions_now(actor, share),
    }


def calls_of_plan(plan: ActionPlan) -> list[dict[str, Any]]:
    """Those that are open, for the site's page of the plan: with whom, and for when."""
    shares = sorted(plan.shares.all(), key=lambda share: share.organisation.name)
    return [
        {
            "share": share,
            "call": call,
            "when": in_words(call.starts_at, call.duration) if call.is_agreed and call.starts_at else "",
        }
        for share in shares
        for call in share.calls.all()
        if call.is_open
    ]
