"""The versions of a plan: why each was kept, who got it, and those of the plans that it was carried on from."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings

from actionplans.annex import compare, render, units_of
from actionplans.models import ActionPlan, PlanShare, Revision, SharedRevision
from actionplans.plans import events
from actionplans.sharing.audiences import as_party
from carportal.core.actor import Actor
from carportal.core.audit import Aggregate
from carportal.core.models import AuditEvent

_PUBLISHED = {events.PLAN_PUBLISHED.name, events.PLAN_PUBLISHED_ANEW.name}


@dataclass(slots=True)
class Version:
    """A revision as its site's list tells of it; for the site alone."""

    revision: Revision
    is_published: bool
    published_at: datetime | None = None
    parties: list[str] = field(default_factory=list)
    made_way_for: str = ""  # the number of the version that was brought back in its place


def versions_of(plan: ActionPlan) -> list[Version]:
    """Every revision of the plan, the newest first."""
    versions = {
        str(revision.pk): Version(revision, is_published=revision.pk == plan.published_id)
        for revision in plan.revisions.select_related("frozen_by").prefetch_related("redactions__redacted_by")
    }
    sendings = SharedRevision.objects.filter(share__plan=plan).select_related("share__organisation")
    for sent in sendings.order_by("share__organisation__name"):
        parties = versions[str(sent.revision_id)].parties
        if sent.share.organisation.name not in parties:
            parties.append(sent.share.organisation.name)
    for event in _told(plan):
        version = versions[event.data["revision"]]
        if event.kind in _PUBLISHED:
            version.published_at = event.at
        else:
            version.made_way_for = event.data["number"]
    return list(versions.values())


def _told(plan: ActionPlan) -> Iterable[AuditEvent]:
    return AuditEvent.objects.filter(
        aggregate=Aggregate.PLAN,
        aggregate_id=plan.pk,
        kind__in=[*_PUBLISHED, events.DRAFT_RESTORED.name],
        data__has_key="revision",
    ).order_by("sequence")


def carried_on_from(plan: ActionPlan) -> list[ActionPlan]:
    """The plans before it, the latest first: each was written for a CAR that the next took the place of."""
    earlier: list[ActionPlan] = []
    source_id = plan.carried_on_from_id
    while source_id is not None:
        source = ActionPlan.objects.select_related("finding", "published").get(pk=source_id)
        earlier.append(source)
        source_id = source.carried_on_from_id
    return earlier


def sendings_to(share: PlanShare, actor: Actor) -> list[SharedRevision]:
    """What the party was sent of this plan and of those before it, as far as the actor may see its shares."""
    plans: list[UUID] = [share.plan_id, *(plan.pk for plan in carried_on_from(share.plan))]
    shares = PlanShare.objects.visible_to(actor).filter(plan__in=plans, organisation=share.organisation_id)
    sendings = SharedRevision.objects.filter(share__in=shares).select_related(
        "revision", "share__plan__finding__site"
    )
    # A plan whose CAR was raised anew has copies of what was sent before: each is told of once.
    of_this_plan_last = sorted(sendings, key=lambda sent: sent.share.plan_id == share.plan_id)
    once = {sent.sent_at: sent for sent in of_this_plan_last}
    return sorted(once.values(), key=lambda sent: sent.sent_at, reverse=True)


def earlier_share(share: PlanShare, actor: Actor) -> PlanShare | None:
    """What the party has of the plan that this one was carried on from, as far as the actor may see it."""
    if share.plan.carried_on_from_id is None:
        return None
    shares = PlanShare.objects.visible_to(actor).live().select_related("plan__finding")
    return shares.filter(plan=share.plan.carried_on_from_id, organisation=share.organisation_id).first()


def changed_since_answer(share: PlanShare, newest: SharedRevision) -> SharedRevision | None:
    """The sending to which the party replied last, where it read another text in it than in the newest.

    By what both say to that party, not by which revision they are: the same text is frozen anew when another
    party was sent something between, and rows that only others read are nothing to it.
    """
    answered = share.sent.filter(replies__isnull=False).select_related("revision")
    last = answered.order_by("-replies__replied_at").first()
    if last is None or last.revision_id == newest.revision_id:
        return None
    both = (
        units_of(render(sent.revision, as_party(sent), settings.LANGUAGE_CODE)) for sent in (last, newest)
    )
    return last if any(change.is_changed for change in compare(*both)) else None
