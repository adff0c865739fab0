"""What this room itself searches: the titles and details of CARs, the names of sites, and references."""

from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextField, Value, Window
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import Actor
from carportal.core.folding import excerpt, folded, marked
from findings.filters import Filters, Viewpoint
from findings.models import Audit, CarWords, Finding
from findings.querysets import FindingQuerySet
from findings.searching.sources import COMMON, LOOKED_AT, RANKED, Found, Hit, Source
from findings.searching.words import Words
from findings.tally.reading import listed
from stakeholders.models import Site
from stakeholders.querysets import SiteQuerySet
from stakeholders.searching import has, rank_of, said_in

REFERENCES_SHOWN = 10


class _Said(NamedTuple):
    """That a CAR has the words, how much it says of them, and whether its reader has more than the newest."""

    pk: UUID
    rank: float
    is_more: bool


def _in_cars(actor: Actor, words: Words, first: int, most: int) -> Found:
    """The newest that have the words, ordered by how much they say of them."""
    found = _newest(actor, words.text)
    found.sort(key=lambda car: -car.rank)  # of those that say as much, the newest first, as they were
    shown = [car.pk for car in found[first : first + most]]
    if not shown:
        return Found()
    by_pk = Finding.objects.visible_to(actor).select_related("site").in_bulk(shown)
    hits = [
        _car(by_pk[pk], words) for pk in shown if pk in by_pk
    ]  # what went out of sight meanwhile is left out
    return Found(hits, len(found))


def _newest(actor: Actor, said: str) -> list[_Said]:
    """In steps, since the database has no idea of how many CARs have a word, and would go through all of either."""
    cars = listed(Filters(Viewpoint(actor, timezone.localdate()), {"status": "all"}))
    is_said = said_in("words", said)
    is_more = Exists(cars.rows.order_by().values(one=Value(1))[LOOKED_AT : LOOKED_AT + 1])

    def read(kept: QuerySet[CarWords], first: Any = "-finding__raised_on") -> list[_Said]:
        in_order = kept.order_by(first, "-finding__reference")
        return [_Said(*row) for row in in_order.values_list("pk", rank_of("words", said), is_more)[:RANKED]]

    newest = read(CarWords.objects.filter(is_said, finding__in=cars.newest(LOOKED_AT)))
    if len(newest) == RANKED or (newest and not newest[0].is_more):
        return newest
    if len(newest) >= COMMON:
        having = Exists(CarWords.objects.filter(is_said, finding=OuterRef(cars.car)))
        going_on = replace(cars, rows=cars.rows.filter(having))
        return read(CarWords.objects.filter(finding__in=going_on.newest(RANKED)))
    # In an order that no index has: else all CARs would be gone through in that order until there are enough.
    rare = CarWords.objects.filter(has("words", said), finding__in=Finding.objects.visible_to(actor))
    return read(rare, Cast("finding__raised_on", TextField()).desc())


def _car(finding: Finding, words: Words) -> Hit:
    return Hit(
        title=marked(f"{finding.reference} {finding.raw_code} {finding.issue_title}", words.each),
        url=reverse("finding", args=[finding.pk]),
        about=finding.site.name,
        excerpt=excerpt(finding.details, words.each),
        status=finding.status,
        status_label=finding.get_status_display(),
    )


def _in_sites(actor: Actor, words: Words, first: int, most: int) -> Found:
    if words.reference:
        return Found()  # of which `find_references` knows
    near = sites_known_to(actor).named(words.entered).annotate(count=Window(Count("*")))
    rows: list[Any] = list(near[first : first + most])
    return Found([_site(row, actor, words) for row in rows], min(rows[0].count, RANKED) if rows else 0)


def sites_known_to(actor: Actor) -> SiteQuerySet:
    """Those that the actor sees in their own right, and those of which it sees a CAR."""
    if actor.is_operator or actor.is_supplier:
        return Site.objects.visible_to(actor)
    cars: FindingQuerySet = Finding.objects.visible_to(actor)
    return Site.objects.filter(Exists(cars.filter(site=OuterRef("pk"))))


def _site(site: Site, actor: Actor, words: Words) -> Hit:
    return Hit(
        title=marked(site.name, words.each),
        url=_url_of("site", site.pk, actor),
        about=f"{site.reference}, {site.country_name}",
    )


def find_references(actor: Actor, words: Words) -> list[Hit]:
    """CARs, audits and sites of that reference, or whose reference begins so."""
    if not words.reference:
        return []
    rows = (
        _with_reference(Finding.objects.visible_to(actor), "finding", words.reference),
        _with_reference(Audit.objects.visible_to(actor), "audit", words.reference),
        _with_reference(sites_known_to(actor), "site", words.reference),
    )
    found = rows[0].union(*rows[1:]).order_by("reference")[:REFERENCES_SHOWN]
    return [_reference(row, actor, words) for row in found]


def _with_reference(rows: QuerySet[Any], kind: str, reference: str) -> QuerySet[Any]:
    begins = Q(reference__startswith=reference)
    found = rows.filter(begins).order_by("reference").annotate(kind=Value(kind))
    return found.values_list("reference", "kind", "pk")[:REFERENCES_SHOWN]


def _reference(row: tuple[str, str, Any], actor: Actor, words: Words) -> Hit:
    reference, kind, pk = row
    return Hit(
        title=marked(reference, [folded(words.reference)]), url=_url_of(kind, pk, actor), about=_KINDS[kind]
    )


def _url_of(kind: str, pk: Any, actor: Actor) -> str:
    """Who has no page of a site is led to the CARs there."""
    if kind == "site" and not (actor.is_operator or actor.is_supplier):
        return f"{reverse('finding_list')}?status=all&site={pk}"
    return reverse(kind, args=[pk])


_KINDS = {"finding": _("CAR"), "audit": _("Audit"), "site": _("Site")}

SITES = Source("sites", _("Sites"), _in_sites, rank=10)
CARS = Source("cars", _("CARs"), _in_cars, rank=20)
