"""What waits for one of the two sides of a plan; what waits about sharing it. Rooms further out have kinds of their own.

Nothing of it is kept: whose move it is, and since when, is told by the rows that are there anyway.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from actionplans.sharing.models import PlanShare, Reply, SharedRevision, ShareStatus, Side
from actionplans.sharing.querysets import ShareQuerySet
from carportal.core.actor import Actor
from findings.models import UNDER_WAY, Finding
from findings.querysets import FindingQuerySet

ANSWER_AWAITED = [ShareStatus.AWAITING, ShareStatus.ACKNOWLEDGED]
BETWEEN_THE_TWO = [*ANSWER_AWAITED, ShareStatus.CHANGES_REQUESTED]


@dataclass(frozen=True, slots=True, eq=False)
class MoveKind:
    """One kind of thing that waits for `side`; `said` tells that side what to do.

    `rows` are those of which the actor may know, on that day. `finding` and `share` are paths from one of them; what
    has no share is the site's alone. `since` is when it began to wait, a day where `by_day`. It is found at `anchor`
    of the share's page.
    """

    side: Side
    said: str | Promise
    rows: Callable[[Actor, date], QuerySet[Any]]
    since: Combinable
    finding: str = "share__plan__finding"
    share: str = "share"
    anchor: str = ""
    by_day: bool = False


def _shares(actor: Actor) -> ShareQuerySet:
    shares = PlanShare.objects.with_state_open_to(actor)
    return shares.filter(plan__finding__status__in=UNDER_WAY)


def _to_reply(actor: Actor, _today: date) -> ShareQuerySet:
    return _shares(actor).filter(status__in=ANSWER_AWAITED)


def _to_change(actor: Actor, _today: date) -> ShareQuerySet:
    return _shares(actor).filter(status=ShareStatus.CHANGES_REQUESTED)


def _not_published(actor: Actor) -> FindingQuerySet:
    """Whether a site is to write or to publish hangs on all whom it asked: no party is told of it."""
    findings = Finding.objects.visible_to(actor).filter(status__in=UNDER_WAY, plan__published=None)
    return findings if actor.is_supplier or actor.is_operator else findings.none()


def _live_shares() -> ShareQuerySet:
    return PlanShare.objects.live().filter(plan__finding=OuterRef("pk"))


def _to_write(actor: Actor, _today: date) -> FindingQuerySet:
    """Nobody has the plan, if there is one."""
    return _not_published(actor).filter(~Exists(_live_shares()))


def _to_publish(actor: Actor, _today: date) -> FindingQuerySet:
    """Everybody who was asked has answered, and nobody wishes for changes."""
    open_shares = _live_shares().filter(status__in=BETWEEN_THE_TWO)
    return _not_published(actor).filter(Exists(_live_shares()), ~Exists(open_shares))


_SENT = SharedRevision.objects.filter(share=OuterRef("pk")).order_by("-sent_at").values("sent_at")
_REPLIED = Reply.objects.filter(sent__share=OuterRef("pk")).order_by("-replied_at").values("replied_at")
_MOVED = _live_shares().order_by("-updated_at").values("updated_at")

MOVES = (
    MoveKind(Side.PARTY, _("Reply to the plan"), _to_reply, Subquery(_SENT[:1]), "plan__finding", "pk"),
    MoveKind(
        Side.SITE,
        _("Look at the changes that were asked for"),
        _to_change,
        Subquery(_REPLIED[:1]),
        "plan__finding",
        "pk",
    ),
    MoveKind(Side.SITE, _("Write the plan and share it"), _to_write, F("raised_on"), "pk", "", by_day=True),
    MoveKind(
        Side.SITE,
        _("Publish the plan: everybody asked has answered"),
        _to_publish,
        Subquery(_MOVED[:1]),
        "pk",
        "",
    ),
)
