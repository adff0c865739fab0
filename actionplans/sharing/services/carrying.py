"""Shares move on with a plan whose CAR was wrongly ended and is raised anew."""

from django.utils import timezone

from actionplans.plans.drafts import today_at
from actionplans.plans.models import ActionPlan
from actionplans.plans.services import record_on
from actionplans.sharing import events
from actionplans.sharing.models import PlanShare, SharedRevision
from carportal.core.actor import SYSTEM, Actor
from findings.models import AccessLevel, AccessSource, Finding
from findings.services import grant_access


def carry_over_shares(old: Finding, new: Finding, _actor: Actor) -> None:
    """Registered with `findings.hooks` behind the plan's own: each party keeps what it has, as it stands.

    What was replied stays with the old plan; nobody is told again of what they have read already.
    """
    plan = ActionPlan.objects.filter(finding=new, carried_on_from__finding=old).first()
    if plan is None or plan.shares.exists():
        return
    today = today_at(new.site, timezone.now())
    revisions = {revision.number: revision for revision in plan.revisions.all()}
    shares = (
        PlanShare.objects.live()
        .filter(plan__finding=old)
        .select_related("organisation", "typed_in_as", "revision")
    )
    for share in shares.order_by("created_at"):
        copy = PlanShare.objects.create(
            plan=plan,
            organisation=share.organisation,
            typed_in_as=share.typed_in_as,
            revision=revisions[share.revision.number],
            status=share.status,
            asked_on=share.asked_on,
            remind_on=share.asked_on and today,
        )
        for sent in share.sent.select_related("revision").order_by("sent_at"):
            SharedRevision.objects.create(
                share=copy,
                revision=revisions[sent.revision.number],
                asks=sent.asks,
                note=sent.note,
                sent_at=sent.sent_at,
                sent_by_id=sent.sent_by_id,
            )
        grant_access(
            organisation_id=share.organisation_id,
            finding_id=new.pk,
            level=AccessLevel.PLAN,
            source=AccessSource.SHARE,
            source_id=copy.pk,
        )
        record_on(
            plan, events.PLAN_SHARED, SYSTEM, party_id=share.organisation_id, party=share.organisation.name
        )
