"""What this room itself searches: the titles and details of CARs, the names of sites, and references."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value, Window
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import Actor
from carportal.core.folding import excerpt, folded, marked
from findings.models import WORDS, Audit, Finding
from findings.querysets import FindingQuerySet
from findings.searching.sources import RANKED, Found, Hit, Source
from findings.searching.words import Words
from stakeholders.models import Site
from stakeholders.querysets import SiteQuerySet
from stakeholders.searching import has, rank_of

REFERENCES_SHOWN = 10


def _in_cars(actor: Actor, words: Words, first: int, most: int) -> Found:
    """The newest that have the words, ordered by how much they say of them."""
    newest = (
        Finding.objects.visible_to(actor)
        .filter(has(WORDS, words.text))
        .order_by("-raised_on", "-reference")[:RANKED]
    )
    ranked = (
        Finding.objects.filter(pk__in=newest.values("pk"))
        .annotate(rank=rank_of(WORDS, words.text), count=Window(Count("*")))
        .select_related("site__supplier")
        .order_by("-rank", "-raised_on", "-reference")
    )
    rows: list[Any] = list(ranked[first : first + most])
    return Found([_car(row, words) for row in rows], rows[0].count if rows else 0)


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
