"""What waits about updates: proposals to be answered, and an update for which the agreed date has passed."""

from collections.abc import Callable
from datetime import date

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from actionplans.sharing.models import Side
from actionplans.sharing.moves import MoveKind
from actionplans.updates.models import UpdateAgreement, UpdateProposal
from actionplans.updates.querysets import AgreementQuerySet, ProposalQuerySet
from carportal.core.actor import Actor


def _proposed_by(side: Side) -> Callable[[Actor, date], ProposalQuerySet]:
    def rows(actor: Actor, _today: date) -> ProposalQuerySet:
        return UpdateProposal.objects.with_state_open_to(actor).open().filter(by_side=side)

    return rows


def _late(actor: Actor, today: date) -> AgreementQuerySet:
    return UpdateAgreement.objects.with_state_open_to(actor).late(today)


MOVES = (
    *(
        MoveKind(
            side,
            _("Answer how often updates are to come"),
            _proposed_by(other),
            F("proposed_at"),
            anchor="updates",
        )
        for side, other in ((Side.SITE, Side.PARTY), (Side.PARTY, Side.SITE))
    ),
    MoveKind(
        Side.SITE, _("Post the update that was agreed"), _late, F("next_due"), anchor="updates", by_day=True
    ),
)
