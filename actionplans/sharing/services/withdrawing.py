"""Ending a share: by the site, or with the trading relationship it came from."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from actionplans.plans import policy as plan_policy
from actionplans.plans.models import ActionPlan
from actionplans.plans.services import lock_plan, record_on
from actionplans.sharing import events, hooks
from actionplans.sharing.models import PlanShare, ShareStatus
from carportal.core.actor import Actor
from carportal.core.audit import EventKind
from carportal.core.errors import Conflict
from findings.models import AccessSource
from findings.services import withdraw_access
from stakeholders.models import TradingRelationship


def lock_share(share_id: UUID) -> PlanShare:
    """The share's row, after its CAR's and its plan's."""
    plan_id = PlanShare.objects.values_list("plan_id", flat=True).get(pk=share_id)
    plan = lock_plan(plan_id)
    share = (
        PlanShare.objects.select_for_update(no_key=True, of=("self",))
        .select_related("organisation")
        .get(pk=share_id)
    )
    share.plan = plan
    return share


@transaction.atomic
def withdraw_share(*, share_id: UUID, actor: Actor) -> PlanShare:
    """End the party's access at once; what it was sent and what it replied stay on the site's record."""
    share = lock_share(share_id)
    plan_policy.check_writes(actor, share.plan.finding)
    if share.status == ShareStatus.WITHDRAWN:
        raise Conflict(
            _("The plan is not shared with %(party)s any more.") % {"party": share.organisation.name}
        )
    _end(share, share.plan, events.SHARE_WITHDRAWN, actor)
    return share


def follow_relationship(relationship: TradingRelationship, actor: Actor) -> None:
    """Registered with `stakeholders.hooks`: who no longer buys from a site no longer reads its plans."""
    if relationship.ended_at is None:
        return
    shares = (
        PlanShare.objects.live()
        .filter(plan__finding__site=relationship.site_id, organisation=relationship.customer_id)
        .order_by("plan__finding_id")
    )
    for share_id in shares.values_list("pk", flat=True):
        share = lock_share(share_id)
        if share.status != ShareStatus.WITHDRAWN:
            _end(share, share.plan, events.SHARE_ENDED, actor)


def _end(share: PlanShare, plan: ActionPlan, kind: EventKind, actor: Actor) -> None:
    share.withdraw()
    share.save(update_fields=["status", "updated_at"])
    withdraw_access(
        organisation_id=share.organisation_id,
        finding_id=plan.finding_id,
        source=AccessSource.SHARE,
        source_id=share.pk,
    )
    record_on(plan, kind, actor, party_id=share.organisation_id, party=share.organisation.name)
    for follow in hooks.on_share_ended:
        follow(share, actor)
