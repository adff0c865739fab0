"""The rows that a write about a call locks, and what it has to look at before it goes on."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans.calls.models import Call
from actionplans.plans.drafts import today_at
from actionplans.plans.services import record_on
from actionplans.sharing.checks import NamesDisclosed
from actionplans.sharing.disclosure import named_in, parties_known_to
from actionplans.sharing.models import PlanShare, Side
from actionplans.sharing.services import lock_share
from carportal.core.actor import Actor
from carportal.core.audit import EventKind
from carportal.core.errors import Conflict


def lock_call(call_id: UUID) -> Call:
    """The call's row, after its CAR's, its plan's and its share's."""
    share_id = Call.objects.values_list("share_id", flat=True).get(pk=call_id)
    share = lock_share(share_id)
    call = Call.objects.select_for_update(no_key=True).get(pk=call_id)
    call.share = share
    return call


def check_turn(call: Call, seen: int) -> None:
    """Nobody answers what they have not seen, nor what somebody else has answered since."""
    if not call.is_open or call.turn != seen:
        raise Conflict(
            _("The call was answered or changed since you opened this page. Look at what holds now.")
        )


def check_names(share: PlanShare, side: Side, text: str, confirmed: Collection[UUID]) -> None:
    """NamesDisclosed where the site writes a name of which this party may not know; a party knows its own."""
    if side != Side.SITE or not text:
        return
    others = [each for each in parties_known_to(share.plan) if each.pk != share.organisation_id]
    if named := [each for each in named_in(text, others) if each.pk not in confirmed]:
        raise NamesDisclosed({share.organisation_id: named})


def save(call: Call, *also: str) -> None:
    """The status with what hangs on it; calendars are told as of this moment."""
    call.changed_at = timezone.now()
    call.save(update_fields=["status", "sequence", "changed_at", *also])


def record(call: Call, kind: EventKind, actor: Actor, *, on: datetime | None = None) -> None:
    share = call.share
    day = {} if on is None else {"day": today_at(share.plan.finding.site, on).isoformat()}
    record_on(share.plan, kind, actor, party_id=share.organisation_id, party=share.organisation.name, **day)
