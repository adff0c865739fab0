"""On whom the work on a CAR waits, for what and since when, worked out of what its reader may see; nothing is kept."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import DateTimeField, F, Q, QuerySet, TextChoices, TextField, UUIDField, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from actionplans.calls.moves import MOVES as OF_CALLS
from actionplans.duties.moves import MOVES as OF_DUTIES
from actionplans.sharing.models import PlanShare, Side
from actionplans.sharing.moves import MOVES as OF_SHARING
from actionplans.sharing.moves import MoveKind
from actionplans.updates.moves import MOVES as OF_UPDATES
from actionplans.updating import agreement_of
from actionplans.work.reading import is_kept_for, kept_waits_for
from carportal.core.actor import Actor
from carportal.core.prepared import prepared
from carportal.core.together import Reads, alone

KINDS = (*OF_SHARING, *OF_DUTIES, *OF_CALLS, *OF_UPDATES)
MOST_NAMED = 2  # parties in one line of a list


class Who(TextChoices):
    """As a reader calls the one who is waited on."""

    YOU = "you", gettext_lazy("You")
    SITE = "site", gettext_lazy("The site")
    OTHERS = "others", gettext_lazy("Others")


class Move(NamedTuple):
    """Something that waits for one side of a share; without a share for the site, about the plan as a whole."""

    finding_id: UUID
    kind: MoveKind
    since: date
    share_id: UUID | None = None
    party: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """A move as its reader is told of it; `said` and `url` are empty for who knows no more than that there is one."""

    who: Who
    since: date
    name: str
    said: str | Promise = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class WaitedOn:
    """All that waits for one of them, the longest first."""

    who: Who
    waits: list[Wait]

    @property
    def since(self) -> date:
        return self.waits[0].since

    @property
    def sentence(self) -> str:
        """For a line of a list."""
        said = {"who": self._name, "day": date_format(self.since, "j F Y")}
        return _("Waiting on %(who)s since %(day)s") % said

    @property
    def _name(self) -> str:
        if self.who == Who.YOU:
            return _("you")
        if self.who == Who.SITE:
            return _("the site")
        names = sorted({wait.name for wait in self.waits} - {str(Who.OTHERS.label)})
        if not names:
            return _("others")
        if len(names) > MOST_NAMED:
            return ngettext("%(n)s party", "%(n)s parties", len(names)) % {"n": len(names)}
        return get_text_list(names, _("and"))


def waits_on(
    actor: Actor, finding_ids: Collection[UUID], today: date, kinds: Collection[MoveKind] = KINDS
) -> Reads[dict[UUID, list[WaitedOn]]]:
    """For each of these CARs who is waited on, in one read; `today` is what an agreed date is held against."""
    side = side_of(actor)
    found: dict[UUID, list[Wait]] = defaultdict(list)
    places = [place for place, kind in enumerate(KINDS) if kind in kinds]
    moves = yield from _moves(actor, finding_ids, today, places)
    for move in moves:
        found[move.finding_id].append(as_read_by(side, move))
    return {finding_id: grouped(waits) for finding_id, waits in found.items()}


waiting_on = alone(waits_on)


def kinds_on(shares: Collection[PlanShare]) -> set[MoveKind]:
    """Those that there may be for a reader whose shares of a plan are these, with what hangs on each prefetched.

    To ask for the others costs the database more than to answer.
    """
    kinds = {kind for kind in OF_SHARING if shares or not kind.share}
    if any(share.duties.all() for share in shares):
        kinds.update(OF_DUTIES)
    if any(share.calls.all() for share in shares):
        kinds.update(OF_CALLS)
    if any(share.update_proposals.all() or agreement_of(share) is not None for share in shares):
        kinds.update(OF_UPDATES)
    return kinds


def waits_for(side: Side, actor: Actor, today: date) -> Q:
    """Of CARs: that something waits for this side, as far as the actor may know."""
    if is_kept_for(actor):
        return kept_waits_for(side, actor, today)
    rows = [kind.rows(actor, today).order_by().values(kind.finding) for kind in KINDS if kind.side == side]
    return Q(pk__in=rows[0].union(*rows[1:], all=True))


def side_of(actor: Actor) -> Side | None:
    """The operator is on neither."""
    if actor.is_operator:
        return None
    return Side.SITE if actor.is_supplier else Side.PARTY


def as_read_by(reader: Side | None, move: Move) -> Wait:
    """A party is told of the site and of itself, the site of each party by its name, the operator of no names."""
    side = move.kind.side
    who = Who.YOU if side == reader else Who.SITE if side == Side.SITE else Who.OTHERS
    if reader is None:
        return Wait(who, move.since, str(who.label))
    name = move.party if who == Who.OTHERS else str(who.label)
    return Wait(who, move.since, name, move.kind.said, _url(move))


def grouped(waits: Iterable[Wait]) -> list[WaitedOn]:
    """The reader first."""
    by_who: dict[Who, list[Wait]] = defaultdict(list)
    for wait in sorted(waits, key=lambda each: (each.since, each.name, str(each.said))):
        by_who[wait.who].append(wait)
    return [WaitedOn(who, by_who[who]) for who in Who if who in by_who]


def _url(move: Move) -> str:
    if move.share_id is None:
        return reverse("plan", args=[move.finding_id])
    anchor = f"#{move.kind.anchor}" if move.kind.anchor else ""
    return reverse("share", args=[move.share_id]) + anchor


def _moves(
    actor: Actor, finding_ids: Collection[UUID], today: date, places: Iterable[int]
) -> Reads[list[Move]]:
    rows = _rows(actor, tuple(finding_ids), today, tuple(places))
    yield [rows]
    return [
        Move(finding_id, KINDS[place], _day(since, KINDS[place]), share_id, party)
        for finding_id, place, since, share_id, party in rows
    ]


@prepared
def _rows(
    actor: Actor, finding_ids: tuple[UUID, ...], today: date, kinds: tuple[int, ...]
) -> QuerySet[Any, tuple[UUID, int, datetime, UUID | None, str]]:
    parts = [_part(place, KINDS[place], actor, finding_ids, today) for place in kinds]
    return parts[0].union(*parts[1:], all=True)


def _part(
    place: int, kind: MoveKind, actor: Actor, finding_ids: Collection[UUID], today: date
) -> QuerySet[Any, Any]:
    """The rows of one kind, as all kinds have them."""
    of_share = kind.share and kind.share != "pk"
    party = f"{kind.share}__organisation__name" if of_share else "organisation__name"
    rows = kind.rows(actor, today).filter(**{f"{kind.finding}__in": finding_ids}).order_by()
    return rows.annotate(
        of_finding=F(kind.finding),
        place=Value(place),
        at=Cast(kind.since, DateTimeField()),
        of_share=F(kind.share) if kind.share else Value(None, UUIDField()),
        party=Cast(F(party), TextField()) if kind.share else Value("", TextField()),
    ).values_list("of_finding", "place", "at", "of_share", "party")


def _day(since: datetime, kind: MoveKind) -> date:
    """A day that people agreed on is the same for every reader."""
    return since.astimezone(UTC).date() if kind.by_day else localtime(since).date()
