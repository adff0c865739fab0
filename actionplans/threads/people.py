"""Whom a side knows by name: its own people, and those of the other side who have spoken to it about this plan."""

from uuid import UUID

from django.db.models import Q, QuerySet

from actionplans.sharing.models import PlanShare, Reply
from actionplans.threads.models import Comment
from stakeholders.models import Membership


def has_spoken(share: PlanShare, person: str) -> Q:
    """`person` is the path to the user. What was said before the plan was withdrawn and shared anew counts too."""
    of_pair = {
        "sent__share__plan": share.plan_id,
        "sent__share__organisation": share.organisation_id,
    }
    commented = Comment.objects.filter(**of_pair).order_by().values("written_by")
    replied = Reply.objects.filter(**of_pair).order_by().values("replied_by")
    return Q(**{f"{person}__in": commented}) | Q(**{f"{person}__in": replied})


def members_known_to(organisation_id: UUID | None, share: PlanShare) -> QuerySet[Membership]:
    """Those of both organisations whose names this side reads, its own people first."""
    both = [share.organisation_id, share.plan.finding.site.supplier_id]
    known = Q(organisation=organisation_id) | has_spoken(share, "user")
    members = Membership.objects.filter(known, organisation__in=both, user__is_active=True)
    return members.select_related("user", "organisation")


def mentionable(organisation_id: UUID | None, share: PlanShare, *, by: UUID | None) -> list[Membership]:
    """Whom somebody of this side may mention, by name; whoever belongs to both sides stands with its own."""
    members = members_known_to(organisation_id, share).exclude(user=by)
    own_first = sorted(
        members,
        key=lambda each: (each.organisation_id != organisation_id, each.user.name, each.user.email),
    )
    once = {each.user_id: each for each in reversed(own_first)}
    return [each for each in own_first if once[each.user_id] is each]


def known_ids(organisation_id: UUID | None, share: PlanShare) -> set[UUID]:
    return set(members_known_to(organisation_id, share).values_list("user_id", flat=True))
