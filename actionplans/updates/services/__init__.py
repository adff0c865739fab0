"""Every write about updates: propose and answer how often, end what was agreed, post one."""

from actionplans.updates.services.agreeing import (
    Terms,
    accept_proposal,
    decline_proposal,
    propose_updates,
    withdraw_proposal,
)
from actionplans.updates.services.carrying import carry_over_agreements
from actionplans.updates.services.ending import end_agreement
from actionplans.updates.services.posting import names_disclosed, post_update, words_of
from actionplans.updates.services.reminding import Reminded, remind_of_replies, remind_of_reply

__all__ = [
    "Reminded",
    "Terms",
    "accept_proposal",
    "carry_over_agreements",
    "decline_proposal",
    "end_agreement",
    "names_disclosed",
    "post_update",
    "propose_updates",
    "remind_of_replies",
    "remind_of_reply",
    "withdraw_proposal",
    "words_of",
]
