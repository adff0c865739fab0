"""Sending a plan to several parties and proposing a call to each of them, as one act."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from actionplans.calls.models import OPEN, Purpose
from actionplans.calls.offers import Offer, Subject, clean_offer
from actionplans.calls.services.proposing import make_call
from actionplans.sharing.models import PlanShare, Side
from actionplans.sharing.services import Party, share_plan
from carportal.core.actor import Actor


def purpose_asked(party: Party) -> Purpose | None:
    """What the first call is for that is asked of the party; None where none is."""
    asked = (purpose for purpose in Purpose if party.asks.get(purpose.value))
    return next(asked, None)


@transaction.atomic
def share_and_propose(
    *, plan_id: UUID, actor: Actor, parties: Iterable[Party], offer: Offer | None, seen: str = ""
) -> list[PlanShare]:
    """Share as `share_plan` does, and propose these times, if any, to each party of which a call is asked.

    Each picks for itself and learns nothing of another's pick, so two may pick the same time. Where a call for
    the same purpose is open, it is left as it is.
    """
    chosen = list(parties)
    offer = clean_offer(offer, now=timezone.now()) if offer else None
    shares = share_plan(plan_id=plan_id, actor=actor, parties=chosen, seen=seen)
    if offer is None:
        return shares
    purposes = {party.organisation_id: purpose_asked(party) for party in chosen}
    for share in shares:
        purpose = purposes[share.organisation_id]
        if purpose is not None and not share.calls.filter(purpose=purpose, status__in=OPEN).exists():
            make_call(share, Side.SITE, actor, Subject(purpose), offer)
    return shares
