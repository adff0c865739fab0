"""Agreements on updates move on with the shares of a plan whose CAR was wrongly ended and is raised anew."""

from django.utils import timezone

from actionplans.plans.drafts import today_at
from actionplans.sharing.models import PlanShare
from actionplans.updates.models import UpdateAgreement
from carportal.core.actor import Actor
from findings.models import Finding


def carry_over_agreements(old: Finding, new: Finding, _actor: Actor) -> None:
    """Registered with `findings.hooks` behind the shares': what was agreed with each party goes on as it stands.

    Updates that were posted, and proposals that nobody has answered, stay with the old plan.
    """
    lasting = UpdateAgreement.objects.filter(share__plan__finding=old, ended_at=None)
    agreements = lasting.exclude(share__status="withdrawn")
    by_party = {
        agreement.share.organisation_id: agreement for agreement in agreements.select_related("share")
    }
    shares = PlanShare.objects.live().filter(
        plan__finding=new, plan__carried_on_from__finding=old, agreement=None
    )
    today = today_at(new.site, timezone.now())
    UpdateAgreement.objects.bulk_create(
        UpdateAgreement(
            share=share,
            months=before.months,
            first_due=before.first_due,
            next_due=before.next_due,
            # What has passed without an update is told once more, of the new CAR.
            remind_on=min(before.next_due, today),
            agreed_at=before.agreed_at,
        )
        for share in shares.order_by("created_at")
        if (before := by_party.get(share.organisation_id)) is not None
    )
