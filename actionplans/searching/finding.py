"""Searching in plans: each once, however many of its texts have the words."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.searching.models import PlanText, TextKind
from carportal.core.actor import Actor
from carportal.core.folding import excerpt, marked
from findings.searching import RANKED, Found, Hit, Source, Words
from stakeholders.searching import has, rank_of


def _in_plans(actor: Actor, words: Words, first: int, most: int) -> Found:
    """The newest texts that have the words, ordered by how much they say of them."""
    # In steps: within one query the database expects so few to match that it reads them again and again.
    parts = [
        part.filter(has("words", words.text)).order_by("-id").values_list("pk", flat=True)[:RANKED]
        for part in PlanText.objects.all().parts_visible_to(actor)
    ]
    newest = sorted(parts[0].union(*parts[1:]), reverse=True)[:RANKED]
    ranked = (
        PlanText.objects.filter(pk__in=newest)
        .annotate(rank=rank_of("words", words.text))
        .order_by("-rank", "-id")
    )
    best: dict[UUID, int] = {}
    texts = ranked.values_list("plan", "pk")
    for plan_id, pk in texts:
        best.setdefault(plan_id, pk)
    shown = list(best.values())[first : first + most]
    rows = PlanText.objects.defer("words").select_related("plan__finding__site", "revision").in_bulk(shown)
    hits = [_plan(rows[pk], words) for pk in shown]
    return Found(hits, RANKED if len(texts) == RANKED else len(best))


def _plan(row: PlanText, words: Words) -> Hit:
    finding = row.plan.finding
    return Hit(
        title=marked(f"{finding.reference} {finding.raw_code} {finding.issue_title}", words.each),
        url=_url_of(row, finding.pk),
        about=finding.site.name,
        where=_name_of(row),
        excerpt=excerpt(row.text, words.each),
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
