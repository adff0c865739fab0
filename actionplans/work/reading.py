"""The filters about the work on CARs as conditions on what is kept of it, each as far as its reader may know."""

from datetime import date

from django.db.models import Exists, OuterRef, Q

from actionplans.sharing.models import Side
from actionplans.work.models import WorkOnCar
from actionplans.work.querysets import WorkQuerySet
from carportal.core.actor import Actor
from findings.filters import Filters, Viewpoint
from findings.filters.named import CUSTOMER
from findings.models import UNDER_WAY
from findings.tally.reading import Countable, Question

_COUNTED_BY = {"status", "area", "country", "sector", "times_raised", "raised_on"}
_COLUMNS = {*_COUNTED_BY, "supplier", "site", "reference", "ended_on"}


_BETWEEN_TWO = {"reply", "updates"}
_AWAITED = ("reply", "awaited")
# Nothing is waited for, and no update is due, once a CAR has ended.
_UNDER_WAY_ONLY = {"updates", "waiting"}


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


def work_for(question: Question) -> Countable | None:
    """The rows that hold the answer, or the CARs narrowed by them; None where they do not help.

    A party's are of every CAR that it sees, as are those of a customer with whom alone the operator is concerned; of
    all there is one for each CAR under way.
    """
    view = question.filters.view
    rows = _rows_for(view)
    if rows is None:
        return None
    if _is_of_all(view) and not _is_under_way(question):
        return _ended_too(question)
    kept, others = question.parted(lambda chosen, value: _kept(chosen.name, value, question))
    about = question.about(others)
    if _is_of_all(view) and not kept and (question.listed or not about <= _COUNTED_BY):
        return None  # by what is their own, CARs have an index each
    if about <= _COLUMNS:
        return Countable(rows.filter(*others, *kept), car="finding")
    if not kept:
        return None
    worked_on = Exists(rows.filter(*kept, finding=OuterRef("pk")))
    return Countable(view.visible.order_by().filter(*others, worked_on))


def _ended_too(question: Question) -> Countable | None:
    """For the operator, of all CARs those of which a reply is awaited: it still is in a party's row of one that ended."""
    view = question.filters.view
    if not view.actor.is_operator:
        return None
    kept, others = question.parted(
        lambda chosen, value: Q(reply_awaited=True) if (chosen.name, value) == _AWAITED else None
    )
    if not kept:
        return None
    awaited = WorkOnCar.objects.with_parties(view.actor).filter(*kept, finding=OuterRef("pk"))
    return Countable(view.visible.order_by().filter(*others, Exists(awaited)))


def awaiting_reply(filters: Filters) -> WorkQuerySet | None:
    """For the operator the rows of every party from which a reply is awaited on CARs that the filters leave; None where
    they ask for more than is kept."""
    question, view = Question(filters), filters.view
    rows = _rows_for(view)
    kept, others = question.parted(lambda chosen, value: _kept(chosen.name, value, question))
    if rows is None or not question.about(others) <= _COLUMNS:
        return None
    awaited = WorkOnCar.objects.with_parties(view.actor).awaiting_reply().filter(*others)
    return awaited.filter(Exists(rows.filter(*kept, finding=OuterRef("finding")))) if kept else awaited


def _rows_for(view: Viewpoint) -> WorkQuerySet | None:
    if not is_kept_for(view.actor):
        return None
    if view.party is not None:
        return WorkOnCar.objects.with_parties(view.actor).filter(party=view.party)
    return WorkOnCar.objects.visible_to(view.actor)


def _is_of_all(view: Viewpoint) -> bool:
    return view.party is None and (view.actor.is_operator or view.actor.is_supplier)


def _is_under_way(question: Question) -> bool:
    """Whether only CARs under way are asked for, be it by what no other has."""
    chosen = question.chosen
    return chosen.get("status", UNDER_WAY[0]) in UNDER_WAY or not _UNDER_WAY_ONLY.isdisjoint(chosen)


def _kept(name: str, value: str, question: Question) -> Q | None:
    """What the filter of this name asks with this choice; None where nothing is kept of that."""
    view = question.filters.view
    if _is_of_all(view):
        return _of_all(view).get((name, value))
    if view.party is None:
        return _of_party(view).get((name, value))
    # With one customer: that it sees the CAR, its row says, and how replies and updates stand with it.
    if name == CUSTOMER.name:
        return Q()
    if name in _BETWEEN_TWO:
        return _between(view).get((name, value))
    condition = _of_all(view).get((name, value)) if _is_under_way(question) else None
    if condition is None:
        return None
    return _of_all_too(condition, view)


def _of_all_too(condition: Q, view: Viewpoint) -> Q:
    """Of a row that is a party's: that this holds of the CAR as a whole."""
    return Q(Exists(WorkOnCar.objects.visible_to(view.actor).filter(condition, finding=OuterRef("finding"))))


Conditions = dict[tuple[str, str], Q]


def _between(view: Viewpoint) -> Conditions:
    """Of the replies and the updates that were agreed."""
    return {
        ("reply", "awaited"): Q(reply_awaited=True),
        ("reply", "changes"): Q(changes_requested=True),
        ("updates", "late"): Q(update_due__lt=view.today),
        ("updates", "agreed"): Q(update_due__isnull=False),
    }


def _of_all(view: Viewpoint) -> Conditions:
    site, parties = waits(Side.SITE, view.today), waits(Side.PARTY, view.today)
    found = {
        **_between(view),
        ("waiting", "you" if view.actor.is_supplier else "site"): site,
        ("waiting", "others"): parties,
        ("plan", "published"): Q(is_published=True),
        ("step1", "urgent"): Q(is_urgent=True),
        ("step1", "seeks_support"): Q(seeks_support=True),
        ("step1", "not_taken"): Q(is_triaged=False),
    }
    if view.actor.is_operator:  # for a site a draft is a plan as well
        return {**found, ("plan", "none"): Q(is_published=False)}
    return {
        **found,
        ("plan", "none"): Q(has_plan=False),
        ("plan", "draft"): Q(has_plan=True, is_published=False),
    }


def _of_party(view: Viewpoint) -> Conditions:
    again = WorkOnCar.objects.visible_to(view.actor).filter(raised_again_as=OuterRef("finding"))
    return {
        **_between(view),
        ("waiting", "site"): waits(Side.SITE, view.today),
        ("waiting", "you"): waits(Side.PARTY, view.today),
        ("plan", "shared"): Q(has_plan=True),
        ("plan", "published"): Q(is_published=True),
        ("plan", "none"): Q(has_plan=False, is_published=False),
        # By a CAR that the party sees as well; one that was raised once has none and need not be looked at.
        ("times", "again"): Q(times_raised__gt=1) & Q(Exists(again)),
    }
