"""What waits about calls: times that one side proposed, for the other to pick from."""

from collections.abc import Callable
from datetime import date

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from actionplans.calls.models import Call
from actionplans.calls.querysets import CallQuerySet
from actionplans.sharing.models import Side
from actionplans.sharing.moves import MoveKind
from carportal.core.actor import Actor


def _proposed_by(side: Side) -> Callable[[Actor, date], CallQuerySet]:
    def rows(actor: Actor, _today: date) -> CallQuerySet:
        return Call.objects.with_state_open_to(actor).waiting().filter(by_side=side)

    return rows


MOVES = tuple(
    MoveKind(side, _("Pick a time for a call"), _proposed_by(other), F("proposed_at"), anchor="calls")
    for side, other in ((Side.SITE, Side.PARTY), (Side.PARTY, Side.SITE))
)
