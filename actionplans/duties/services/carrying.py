"""What a party said of its actions goes along with them when a plan moves on to another CAR."""

from collections.abc import Mapping
from uuid import UUID

from actionplans.annex import Document, GroupRow
from actionplans.duties.models import Duty, DutyAnswer, DutyStatus
from actionplans.duties.owned import action_in, asks_the_same
from actionplans.duties.services.rows import look_from
from actionplans.plans.models import Revision
from actionplans.sharing.models import PlanShare
from carportal.core.actor import Actor
from findings.models import Finding

ANSWERED = [DutyStatus.ACCEPTED, DutyStatus.DECLINED]


def earlier_duties(share: PlanShare, wanted: Mapping[UUID, GroupRow]) -> dict[UUID, Duty]:
    """Those of the plan that this one was carried on from which the party has answered, as they are worded still.

    An action that was asked of it here before was answered here, or has ended.
    """
    if share.plan.carried_on_from_id is None or not wanted:
        return {}
    here = set(share.duties.values_list("row_id", flat=True))
    duties = Duty.objects.filter(
        share__plan=share.plan.carried_on_from_id,
        share__organisation=share.organisation_id,
        row_id__in=wanted.keys() - here,
        status__in=ANSWERED,
    ).select_related("revision")
    return {
        duty.row_id: duty
        for duty in duties
        if asks_the_same(
            action_in(Document.from_json(duty.revision.document), duty.row_id), wanted[duty.row_id]
        )
    }


def carry_on_duty(before: Duty, share: PlanShare, revision: Revision) -> Duty:
    """It stands on the new share as on the old one, by the answer given there; reports stay with the old plan.

    What its party was reminded of there is not said again.
    """
    duty = Duty(
        share=share,
        row_id=before.row_id,
        revision=revision,
        status=before.status,
        changed_at=before.changed_at,
        due_on=before.due_on,
        is_done=before.is_done,
    )
    duty.remind_on = look_from(duty)
    duty.save()
    answer = before.answers.first()
    if answer is not None and before.status in ANSWERED:
        DutyAnswer.objects.create(
            duty=duty,
            revision=revision,
            kind=answer.kind,
            reason=answer.reason,
            answered_at=answer.answered_at,
            answered_by_id=answer.answered_by_id,
        )
    return duty


def carry_over_duties(old: Finding, new: Finding, _actor: Actor) -> None:
    """Registered with `findings.hooks` behind the shares': each party's actions go on as they stand."""
    shares = PlanShare.objects.live().filter(
        plan__finding=new, plan__carried_on_from__finding=old, duties=None
    )
    by_party = {share.organisation_id: share for share in shares.select_related("plan")}
    duties = Duty.objects.filter(share__plan__finding=old).exclude(status=DutyStatus.ENDED)
    for duty in duties.select_related("share", "revision").order_by("changed_at", "pk"):
        if (share := by_party.get(duty.share.organisation_id)) is not None:
            carry_on_duty(duty, share, share.plan.revisions.get(number=duty.revision.number))
