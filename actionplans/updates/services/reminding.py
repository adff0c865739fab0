"""Reminding a party of the reply that a site waits for, when somebody says so: the portal's own reminder, sent today.

It is the same message to the same people as on the days that the party chose, so that it says nothing new, and for
a day and person there is one, whoever sends it and however often.
"""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans.guests.mails import with_guests
from actionplans.plans.mails import people, writers
from actionplans.plans.services import record_on
from actionplans.sharing.services import lock_share
from actionplans.updates import events, policy
from actionplans.updates.asking import step_of_today
from actionplans.updates.reminders import REPLY_AWAITED
from carportal.core.actor import Actor
from carportal.core.errors import Conflict
from carportal.core.notifications import Owed, notify_each


class Reminded(NamedTuple):
    people: int  # that are told now; nobody who has been today
    left_out: int  # replies that are not awaited any more


def remind_of_replies(*, actor: Actor, share_ids: Iterable[UUID]) -> Reminded:
    """Each in a transaction of its own, so that one that has been answered meanwhile holds up no other."""
    told = left_out = 0
    for share_id in share_ids:
        try:
            told += remind_of_reply(actor=actor, share_id=share_id)
        except Conflict:
            left_out += 1
    return Reminded(told, left_out)


@transaction.atomic
def remind_of_reply(*, actor: Actor, share_id: UUID) -> int:
    """How many people are told now; Conflict where no reply is awaited any more, or it was asked for only today."""
    share = lock_share(share_id)
    policy.check_reminds(actor, share)
    policy.check_reply_awaited(share)
    step, sent = step_of_today(share, timezone.now()), share.sent.first()
    if step is None or sent is None:
        raise Conflict(_("The reply was asked for only today. Give the other side some time."))
    told = with_guests(share, people(writers(share.organisation_id)))
    new = notify_each(kind=REPLY_AWAITED.name, owed=[Owed(sent.pk, step.name, told)])
    if new:
        record_on(
            share.plan,
            events.REPLY_ASKED_AGAIN,
            actor,
            party_id=share.organisation_id,
            party=share.organisation.name,
        )
    return new
