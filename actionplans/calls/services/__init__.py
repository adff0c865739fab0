"""Every write about calls: propose, agree, move, decline, cancel, write the minutes, take an action into the plan."""

from actionplans.calls.services.answering import agree_call, cancel_call, decline_call
from actionplans.calls.services.holding import AgreedAction, hold_call
from actionplans.calls.services.proposing import offer_other_times, propose_call
from actionplans.calls.services.sharing import share_and_propose
from actionplans.calls.services.taking import take_action
from actionplans.calls.services.withdrawing import cancel_calls_of

__all__ = [
    "AgreedAction",
    "agree_call",
    "cancel_call",
    "cancel_calls_of",
    "decline_call",
    "hold_call",
    "offer_other_times",
    "propose_call",
    "share_and_propose",
    "take_action",
]
