"""How a site and its parties stand with updates, for the pages and the next step."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet, prefetch_related_objects
from django.utils import timezone

from actionplans.models import (
    ActionPlan,
    PlanShare,
    SharedUpdate,
    ShareStatus,
    Update,
    UpdateAgreement,
    UpdateProposal,
)
from actionplans.plans.drafts import today_at
from actionplans.standing import Standing
from actionplans.updates import policy
from actionplans.updates.dates import COUNTS_FROM, due_after_update
from carportal.core.actor import Actor
from carportal.core.prepared import prepared
from carportal.core.together import Reads, keep_below, listed
from findings.models import Finding

LATEST = 5  # updates that a page shows of a plan; all that went to a party are on its share's page


def site_date(finding: Finding) -> date:
    """Today, where the site is."""
    return today_at(finding.site, timezone.now())


def agreement_of(share: PlanShare) -> UpdateAgreement | None:
    """What was agreed last on this share, whether it still holds or not."""
    try:
        return share.agreement
    except UpdateAgreement.DoesNotExist:
        return None


def proposal_of(share: PlanShare) -> UpdateProposal | None:
    """The one that waits for an answer."""
    return next((each for each in share.update_proposals.all() if each.is_open), None)


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed on one share, as it stands on a day.

    `lapsed` is what held before and holds no more: a side ended it, or it was on a share that was withdrawn.
    """

    share: PlanShare
    agreement: UpdateAgreement | None
    lapsed: UpdateAgreement | None
    proposal: UpdateProposal | None
    on: date

    @classmethod
    def of(cls, share: PlanShare, on: date, shares: Iterable[PlanShare] | None = None) -> "Agreed":
        """`shares` are all of the plan, where they are loaded."""
        last, proposal = agreement_of(share), proposal_of(share)
        if last is None:
            return cls(share, None, _lapsed_before(share, shares), proposal, on)
        if last.is_ended or share.status == ShareStatus.WITHDRAWN:
            return cls(share, None, last, proposal, on)
        return cls(share, last, None, proposal, on)

    @property
    def is_to_be_agreed(self) -> bool:
        """Whether a first proposal, or one after the plan was shared anew, is what comes next.

        Not where a side has said that it wants no dates any more.
        """
        ended = self.lapsed is not None and self.lapsed.is_ended
        return self.agreement is None and self.proposal is None and not ended

    @property
    def is_late(self) -> bool:
        return self.agreement is not None and self.agreement.next_due < self.on

    @property
    def is_due(self) -> bool:
        """Whether an update that is posted now counts for the next date."""
        return self.agreement is not None and self.agreement.next_due <= self.on + COUNTS_FROM

    @property
    def due_after_posting(self) -> date | None:
        """The date that comes next once an update is posted today."""
        if self.agreement is None:
            return None
        return due_after_update(
            self.agreement.first_due, self.agreement.months, self.agreement.next_due, posted_on=self.on
        )


def _lapsed_before(share: PlanShare, shares: Iterable[PlanShare] | None) -> UpdateAgreement | None:
    """What was agreed with the party last, before the plan was shared with it anew."""
    if shares is None:
        shares = PlanShare.objects.filter(plan=share.plan_id, organisation=share.organisation_id)
        shares = shares.select_related("agreement")
    earlier = (each for each in shares if each.organisation_id == share.organisation_id and each != share)
    by_age = sorted(earlier, key=lambda each: each.created_at, reverse=True)
    return next(filter(None, map(agreement_of, by_age)), None)


def agreed_of(plan: ActionPlan, finding: Finding) -> list[Agreed]:
    """On every share that lasts, by the party's name; costs no query where all of it is prefetched.

    Worked out once for each plan that was loaded, as its standing is.
    """
    known: list[Agreed] | None = vars(plan).get("_agreed")
    if known is None:
        prefetch_related_objects(
            [plan], "shares__organisation", "shares__agreement", "shares__update_proposals"
        )
        today = site_date(finding)
        known = [Agreed.of(share, today, plan.shares.all()) for share in Standing(plan).shares]
        vars(plan)["_agreed"] = known
    return known


def most_pressing(agreed: list[Agreed]) -> Agreed | None:
    """Of those for which an update is due the one whose date is the earliest."""
    due = [each for each in agreed if each.is_due]
    return min(due, key=lambda each: each.agreement.next_due if each.agreement else each.on, default=None)


def updates_on(share: PlanShare) -> QuerySet[SharedUpdate]:
    """What its party was sent, the newest first."""
    return share.updates.select_related("update__posted_by")


def latest_updates(plan: ActionPlan) -> Reads[list[Update]]:
    """Of the site's own plan, with those to whom each went."""
    updates = yield from listed(_latest(plan.pk))
    to_whom = yield from listed(_sent_to(tuple(each.pk for each in updates)))
    keep_below(updates, "sent", to_whom)
    return updates


@prepared
def _latest(plan_id: UUID) -> QuerySet[Update]:
    return Update.objects.filter(plan=plan_id).select_related("posted_by")[: LATEST + 1]


@prepared
def _sent_to(update_ids: tuple[UUID, ...]) -> QuerySet[SharedUpdate]:
    sent = SharedUpdate.objects.filter(update__in=update_ids)
    return sent.select_related("share__organisation").order_by("share__organisation__name")


def answers(actor: Actor, agreed: Agreed) -> dict[str, bool]:
    """What this reader may say to the proposal that is open, for the share's page."""
    proposal = agreed.proposal
    if proposal is None:
        return {"may_answer": False, "may_take_back": False}
    proposal.share = agreed.share
    return {
        "may_answer": policy.may_answer_now(actor, proposal),
        "may_take_back": policy.may_withdraw_now(actor, proposal),
    }
