"""What waits about the actions of parties: an answer from the party, or what the site makes of one or of a report."""

from collections.abc import Callable
from datetime import date

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from actionplans.duties.models import Duty, DutyReport, DutyStatus
from actionplans.duties.querysets import DutyQuerySet, DutyReportQuerySet
from actionplans.sharing.models import Side
from actionplans.sharing.moves import MoveKind
from carportal.core.actor import Actor


def _standing(status: DutyStatus) -> Callable[[Actor, date], DutyQuerySet]:
    def rows(actor: Actor, _today: date) -> DutyQuerySet:
        return Duty.objects.with_state_open_to(actor).open().filter(status=status)

    return rows


def _reported(actor: Actor, _today: date) -> DutyReportQuerySet:
    return DutyReport.objects.with_state_open_to(actor).to_take()


MOVES = (
    MoveKind(
        Side.PARTY,
        _("Accept or decline an action"),
        _standing(DutyStatus.PROPOSED),
        F("changed_at"),
        anchor="duties",
    ),
    MoveKind(
        Side.SITE,
        _("Plan anew for an action that was declined"),
        _standing(DutyStatus.DECLINED),
        F("changed_at"),
        anchor="duties",
    ),
    MoveKind(
        Side.SITE,
        _("Take a report on an action into the plan"),
        _reported,
        F("reported_at"),
        "duty__share__plan__finding",
        "duty__share",
        anchor="duties",
    ),
)
