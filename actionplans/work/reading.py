"""The filters about the work on CARs as conditions on what is kept of it, for the figures of sites and of the operator."""

from datetime import date

from django.db.models import Exists, OuterRef, Q

from actionplans.sharing.models import Side
from actionplans.work.models import WorkOnCar
from actionplans.work.querysets import WorkQuerySet
from carportal.core.actor import Actor
from findings.filters import Filter
from findings.models import UNDER_WAY
from findings.tally.reading import Question

_COLUMNS = {"status", "area", "country", "sector", "times_raised", "raised_on"}
_FACTS = {
    "is_published",
    "waits_for_site",
    "waits_for_parties",
    "reply_awaited",
    "changes_requested",
    "update_due",
}


def is_kept_for(actor: Actor) -> bool:
    return actor.is_operator or actor.is_supplier


def waits(side: Side, today: date) -> Q:
    if side == Side.PARTY:
        return Q(waits_for_parties=True)
    return Q(waits_for_site=True) | Q(update_due__lt=today)


def kept_waits_for(side: Side, actor: Actor, today: date) -> Q:
    """Of CARs: that something waits for this side."""
    kept = WorkOnCar.objects.visible_to(actor).filter(waits(side, today), finding=OuterRef("pk"))
    return Q(Exists(kept))


def work_for(question: Question) -> WorkQuerySet | None:
    """The rows that hold the answer; None where CARs are asked for that have ended, or something that is not kept."""
    view = question.filters.view
    status = question.chosen.get("status", UNDER_WAY[0])
    if not is_kept_for(view.actor) or status not in UNDER_WAY:
        return None

    def instead(chosen: Filter, value: str) -> Q | None:
        return _kept(chosen.name, value, view.actor, view.today)

    conditions = question.conditions(instead)
    if not question.about(conditions) <= _COLUMNS | _FACTS:
        return None
    return WorkOnCar.objects.visible_to(view.actor).filter(*conditions)


def _kept(name: str, value: str, actor: Actor, today: date) -> Q | None:
    """What the filter of this name asks with this choice; None where nothing is kept of that."""
    site = "you" if actor.is_supplier else "site"
    if (name, value) == ("plan", "none"):  # for a site, whose draft is a plan as well, something else
        return Q(is_published=False) if actor.is_operator else None
    return {
        ("plan", "published"): Q(is_published=True),
        ("waiting", site): waits(Side.SITE, today),
        ("waiting", "others"): waits(Side.PARTY, today),
        ("reply", "awaited"): Q(reply_awaited=True),
        ("reply", "changes"): Q(changes_requested=True),
        ("updates", "late"): Q(update_due__lt=today),
        ("updates", "agreed"): Q(update_due__isnull=False),
    }.get((name, value))
