"""A party that a supplier typed in turns out to be a known organisation, which gets what was shared with it."""

from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans.plans.drafts import today_at
from actionplans.plans.models import ActionPlan, DraftRow, RowReader
from actionplans.plans.services import lock_plan, record_on
from actionplans.sharing import events, hooks
from actionplans.sharing.models import PlanShare, ShareStatus
from actionplans.sharing.services.withdrawing import lock_share
from carportal.core.actor import Actor
from carportal.core.errors import Conflict
from carportal.core.notifications import notify
from findings.models import AccessLevel, AccessSource
from findings.services import grant_access, withdraw_access
from stakeholders.models import Organisation


def hand_over_shares(party: Organisation, known: Organisation, actor: Actor) -> None:
    """Registered with `stakeholders.hooks`: replies, threads, calls and updates go along with their share.

    What is frozen keeps the party's id, which `typed_in_as` leads to. Conflict where both have the same plan.
    """
    shares = PlanShare.objects.filter(organisation=party)
    drafts = DraftRow.objects.filter(
        plan__finding__supplier=party.private_to_id, cells__organisation=str(party.pk)
    )
    concerned = ActionPlan.objects.filter(Q(pk__in=shares.values("plan")) | Q(pk__in=drafts.values("plan")))
    for plan_id in concerned.order_by("finding_id").values_list("pk", flat=True):
        lock_plan(plan_id)
        for share_id in shares.filter(plan=plan_id).order_by("created_at").values_list("pk", flat=True):
            _hand_over(lock_share(share_id), party, known, actor)
        for row in drafts.filter(plan=plan_id):
            row.cells = row.cells | {"organisation": str(known.pk)}
            row.save(update_fields=["cells", "updated_at"])


def _check_has_it_once(share: PlanShare, known: Organisation) -> None:
    if share.plan.shares.live().filter(organisation=known).exists():
        raise Conflict(
            _(
                "The plan for %(reference)s is shared with %(known)s already. The site has to stop sharing it with one of the two first."
            )
            % {"reference": share.plan.finding.reference, "known": known.name}
        )


def _hand_over(share: PlanShare, party: Organisation, known: Organisation, actor: Actor) -> None:
    is_live = share.status != ShareStatus.WITHDRAWN
    if is_live:
        _check_has_it_once(share, known)
    share.organisation, share.typed_in_as = known, party
    if share.asked_on is not None:  # the organisation has itself reminded on other days, perhaps
        share.remind_on = today_at(share.plan.finding.site, timezone.now())
    share.save(update_fields=["organisation", "typed_in_as", "remind_on", "updated_at"])
    share.plan.evidence.filter(party=party).update(party=known)
    _let_read_rows(share.plan_id, party, known)
    data = {"party": party.name, "known": known.name}
    record_on(share.plan, events.PARTY_KNOWN, actor, party_id=party.pk, **data)
    if is_live:
        finding_id, source = share.plan.finding_id, AccessSource.SHARE
        withdraw_access(organisation_id=party.pk, finding_id=finding_id, source=source, source_id=share.pk)
        grant_access(
            organisation_id=known.pk,
            finding_id=finding_id,
            level=AccessLevel.PLAN,
            source=source,
            source_id=share.pk,
        )
        notify(kind="plan_shared", object_id=share.sent.latest("sent_at").pk)
    for follow in hooks.on_party_known:
        follow(share, actor)


def _let_read_rows(plan_id: UUID, party: Organisation, known: Organisation) -> None:
    """What the party gets of each version, beside which it stays as it was frozen."""
    rows = RowReader.objects.filter(revision__plan=plan_id, reader_id=party.pk)
    RowReader.objects.bulk_create(
        [RowReader(revision_id=row.revision_id, row_id=row.row_id, reader_id=known.pk) for row in rows],
        ignore_conflicts=True,
    )
