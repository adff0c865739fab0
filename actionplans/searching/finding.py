"""Searching in plans: each once, however many of its texts have the words."""

from collections.abc import Iterable
from functools import reduce
from operator import itemgetter, or_
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.searching.models import PlanText, TextKind, Wording
from actionplans.searching.querysets import PlanTextQuerySet
from carportal.core.actor import Actor
from carportal.core.folding import excerpt, marked
from findings.searching import COMMON, LOOKED_AT, RANKED, Found, Hit, Source, Words
from stakeholders.searching import has, rank_of, said_in


class _Said(NamedTuple):
    """That a text of a plan has the words, and how much it says of them."""

    plan_id: UUID
    pk: int
    rank: float
    is_more: bool  # of what its reader has, in any of the parts


def _in_plans(actor: Actor, words: Words, first: int, most: int) -> Found:
    """The newest texts that have the words, ordered by how much they say of them."""
    texts = sorted(_newest(actor, words.text), key=lambda text: (-text.rank, -text.pk))
    best: dict[UUID, int] = {}
    for text in texts:
        best.setdefault(text.plan_id, text.pk)
    shown = list(best.values())[first : first + most]
    rows = PlanText.objects.select_related("wording", "plan__finding__site", "revision")
    by_pk = rows.defer("wording__words").in_bulk(shown)
    hits = [_plan(by_pk[pk], words) for pk in shown]
    return Found(hits, RANKED if len(texts) == RANKED else len(best))


def _newest(actor: Actor, said: str) -> list[_Said]:
    """Of a party first those that it was sent.

    In steps, since the database has no idea of how many texts have a word, and would go through all that have it.
    """
    parts = PlanText.objects.all().parts_visible_to(actor)
    if not parts:
        return []
    is_said = said_in("wording__words", said)
    is_more = reduce(or_, (Q(part.is_more(LOOKED_AT)) for part in parts))
    newest = [part.newest(LOOKED_AT).filter(is_said).annotate(is_more=is_more) for part in parts]
    found = _ranked(newest, said)
    if len(found) == RANKED or (found and not found[0].is_more):
        return found
    wanted = Q(is_said) if len(found) >= COMMON else _rare(said)
    anywhere = [
        part.texts.filter(wanted).order_by("-pk").annotate(is_more=Value(value=False)) for part in parts
    ]
    return _ranked(anywhere, said)


def _rare(said: str) -> Q:
    """Of which texts it is, where few have the words: those are found first, and then who sees them.

    They are asked for in an order that no index has: else the database, which has no idea how few they are, goes through
    all texts until it has enough.
    """
    texts = Wording.objects.filter(has("words", said)).order_by(Cast("pk", TextField()))
    found = list(texts.values_list("pk", flat=True)[:LOOKED_AT])
    return Q(wording__in=found) if len(found) < LOOKED_AT else Q(has("wording__words", said))


def _ranked(parts: Iterable[PlanTextQuerySet], said: str) -> list[_Said]:
    """All of them by one query, which keeps the parts and their orders."""
    ranked = [
        part.annotate(part=Value(number), rank=rank_of("wording__words", said)).values_list(
            "part", "plan", "pk", "rank", "is_more"
        )[:RANKED]
        for number, part in enumerate(parts)
    ]
    by_part = sorted(ranked[0].union(*ranked[1:], all=True), key=itemgetter(0))
    return [_Said(*row) for _part, *row in by_part][:RANKED]


def _plan(row: PlanText, words: Words) -> Hit:
    finding = row.plan.finding
    return Hit(
        title=marked(f"{finding.reference} {finding.raw_code} {finding.issue_title}", words.each),
        url=_url_of(row, finding.pk),
        about=finding.site.name,
        where=_name_of(row),
        excerpt=excerpt(row.wording.text, words.each),
    )


def _name_of(row: PlanText) -> str | Promise:
    if row.kind == TextKind.VERSION and row.revision is not None:
        return _("Version %(number)s") % {"number": row.revision.number}
    return row.get_kind_display()


def _url_of(row: PlanText, finding_id: Any) -> str:
    if row.kind == TextKind.VERSION:
        return reverse("plan_version", args=[finding_id, row.revision_id])
    return reverse("plan", args=[finding_id])


PLANS = Source("plans", gettext_lazy("Action plans"), _in_plans, rank=30)
