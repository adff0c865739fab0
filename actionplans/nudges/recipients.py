"""Whom reminders of one's own are told: people of the organisation that set them, while it sees the CAR."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from actionplans.nudges.models import Nudge
from actionplans.plans.mails import recipient
from carportal.core.notifications import Recipient
from stakeholders.models import Membership


def reminded_by(nudges: Sequence[Nudge]) -> dict[UUID, list[Recipient]]:
    """Those of each, in two queries; nobody is left where who set it has gone, or the CAR is not seen any more."""
    seen = Nudge.objects.with_readers().filter(pk__in=[nudge.pk for nudge in nudges])
    read = set(seen.values_list("pk", flat=True))
    members = Membership.objects.filter(
        organisation__in={nudge.organisation_id for nudge in nudges}, user__is_active=True
    )
    by_organisation: dict[UUID, list[Membership]] = defaultdict(list)
    for member in members.select_related("user").order_by("user__email"):
        by_organisation[member.organisation_id].append(member)
    return {
        nudge.pk: [
            recipient(member)
            for member in by_organisation[nudge.organisation_id]
            if nudge.pk in read and nudge.reminds(member)
        ]
        for nudge in nudges
    }
