"""Every write of a shared plan: share, withdraw, reply, hand over."""

from actionplans.sharing.services.carrying import carry_over_shares
from actionplans.sharing.services.knowing import hand_over_shares
from actionplans.sharing.services.replying import NewerVersion, reply
from actionplans.sharing.services.sharing import Party, Prepared, prepare_share, share_plan
from actionplans.sharing.services.withdrawing import follow_relationship, lock_share, withdraw_share

__all__ = [
    "NewerVersion",
    "Party",
    "Prepared",
    "carry_over_shares",
    "follow_relationship",
    "hand_over_shares",
    "lock_share",
    "prepare_share",
    "reply",
    "share_plan",
    "withdraw_share",
]
