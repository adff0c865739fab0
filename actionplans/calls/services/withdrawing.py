"""Calls end with the share that they are about."""

from actionplans.calls import events
from actionplans.calls.models import OPEN
from actionplans.calls.services.rows import record, save
from actionplans.sharing.models import PlanShare
from carportal.core.actor import Actor
from carportal.core.notifications import notify


def cancel_calls_of(share: PlanShare, actor: Actor) -> None:
    """Registered with `sharing.hooks`, which has locked the share: none goes on without the plan it is about.

    The party hears that the call is cancelled and no more; its calendars lose it.
    """
    for call in share.calls.select_for_update(no_key=True).filter(status__in=OPEN).order_by("pk"):
        call.share = share
        call.cancel(by=None)
        save(call, "ended_by")
        record(call, events.CALL_CANCELLED, actor)
        notify(kind="call_cancelled", object_id=call.pk)
