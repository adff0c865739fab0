"""Ending what was agreed: an agreement lasts as long as both sides want it."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actionplans.plans.services import record_on
from actionplans.sharing.services import lock_share
from actionplans.updates import events, policy
from actionplans.updates.models import UpdateAgreement
from actionplans.updates.services.agreeing import Terms
from carportal.core.actor import Actor
from carportal.core.errors import Conflict
from carportal.core.notifications import notify


@transaction.atomic
def end_agreement(*, share_id: UUID, actor: Actor, seen: Terms) -> UpdateAgreement:
    """End what either side no longer wants; what was posted stays, and no reminder leaves from now on.

    `seen` is what the actor looked at: Conflict when the other side has ended it or other dates hold meanwhile.
    A proposal that waits for an answer goes on waiting.
    """
    share = lock_share(share_id)
    side = policy.check_agrees(actor, share)
    policy.check_goes_on(share)
    agreement = UpdateAgreement.objects.select_for_update(no_key=True).filter(share=share).first()
    if agreement is None:
        raise Conflict(_("Nothing is agreed on updates, so there is nothing to end."))
    if (agreement.months, agreement.first_due) != seen:
        raise Conflict(_("Other dates were agreed since you opened this page. Look at what holds now."))
    if agreement.ended_by == side:
        return agreement  # sent twice
    if agreement.is_ended:
        raise Conflict(_("The other side has ended the agreement meanwhile. No updates are agreed any more."))
    agreement.ended_at, agreement.ended_by, agreement.remind_on = timezone.now(), side, None
    agreement.save(update_fields=["ended_at", "ended_by", "remind_on"])
    record_on(
        share.plan,
        events.UPDATES_ENDED,
        actor,
        party_id=share.organisation_id,
        party=share.organisation.name,
        every=agreement.months,
        day=agreement.first_due.isoformat(),
    )
    notify(kind="updates_ended", object_id=agreement.pk, period=agreement.ended_at.isoformat())
    return agreement
