"""The filters about the work on CARs as conditions on what is kept of it, each as far as its reader may know."""

from datetime import date

from django.db.models import Exists, OuterRef, Q

from actionplans.sharing.models import Side
from actionplans.work.models import WorkOnCar
from actionplans.work.querysets import WorkQuerySet
from carportal.core.actor import Actor
from findings.filters import Filter, Viewpoint
from findings.models import UNDER_WAY
from findings.tally.reading import Question

_COUNTED_BY = {"status", "area", "country", "sector", "times_raised", "raised_on"}


def is_kept_for(actor: Actor) -> bool:
    return actor.organisation_id is not None and not actor.is_auditor


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
    kept: list[Q] = []

    def instead(chosen: Filter, value: str) -> Q | None:
        condition = _kept(chosen.name, value, view)
        if condition is not None:
            kept.append(condition)
        return condition

    conditions = question.conditions(instead)
    others = [each for each in conditions if not any(each is one for one in kept)]
    if not question.about(others) <= _COUNTED_BY:
        return None
    return WorkOnCar.objects.visible_to(view.actor).filter(*conditions)


def _kept(name: str, value: str, view: Viewpoint) -> Q | None:
    """What the filter of this name asks with this choice; None where nothing is kept of that."""
    is_party = not (view.actor.is_operator or view.actor.is_supplier)
    site = "you" if view.actor.is_supplier else "site"
    parties = "you" if is_party else "others"
    conditions = {
        ("waiting", site): waits(Side.SITE, view.today),
        ("waiting", parties): waits(Side.PARTY, view.today),
        ("reply", "awaited"): Q(reply_awaited=True),
        ("reply", "changes"): Q(changes_requested=True),
        ("updates", "late"): Q(update_due__lt=view.today),
        ("updates", "agreed"): Q(update_due__isnull=False),
    }
    if is_party:
        conditions["times", "again"] = _was_raised_before(view)
    else:
        conditions["plan", "published"] = Q(is_published=True)
        conditions["step1", "urgent"] = Q(is_urgent=True)
        conditions["step1", "seeks_support"] = Q(seeks_support=True)
    if view.actor.is_operator:  # for a site a draft is a plan as well
        conditions["plan", "none"] = Q(is_published=False)
    return conditions.get((name, value))


def _was_raised_before(view: Viewpoint) -> Q:
    """By a CAR that the party sees as well; one that was raised once has none and need not be looked at."""
    before = view.visible.order_by().filter(superseded_by=OuterRef("finding"), raised_anew_as=None)
    return Q(times_raised__gt=1) & Q(Exists(before))
