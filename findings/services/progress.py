"""What the publication of a site's action plan, and the updates on it, do to its CAR."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from carportal.core.actor import Actor
from carportal.core.errors import Conflict
from findings import policy
from findings.models import Finding, FindingStatus
from findings.services.steps import lock_finding, record_finding_event
from stakeholders.policy import require


@transaction.atomic
def mark_plan_published(*, finding_id: UUID, actor: Actor) -> Finding:
    """Move the CAR from open to in progress; nothing changes when it is so already.

    Called in the transaction that publishes the plan, before that locks rows of its own. Conflict, with a
    sentence for the site, once an audit has ended the CAR.
    """
    finding = lock_finding(finding_id)
    require(policy.may_mark_plan_published(actor, finding), _("Only the site publishes the plan of its CAR."))
    if finding.status == FindingStatus.IN_PROGRESS:
        return finding
    if finding.status == FindingStatus.SUPERSEDED:
        raise Conflict(
            _(
                "An audit has raised this CAR again meanwhile. Carry the plan on under the CAR that superseded it."
            )
        )
    if finding.status == FindingStatus.CLOSED:
        raise Conflict(_("An audit has closed this CAR meanwhile, so it needs no plan any more."))
    finding.publish_plan(at=timezone.now())
    finding.save(update_fields=["status", "in_progress_at"])
    record_finding_event(finding.pk, "car_in_progress", actor)
    return finding


@transaction.atomic
def mark_updated(*, finding_id: UUID, on: date) -> None:
    """Keep the day of the newest update with the CAR, for lists to be sorted by.

    Called in the transaction that posts the update, which holds the CAR's lock and has asked who may.
    """
    Finding.objects.filter(pk=finding_id).exclude(last_update_on__gt=on).update(last_update_on=on)
