"""What people of the demo are going to be reminded of: an action that a party took on, and what they set themselves."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from actionplans.duties.services import accept_duty
from actionplans.models import ActionPlan, Duty, Whom
from actionplans.nudges.services import Wish, set_nudge
from actionplans.plans.rows import RowPlace
from actionplans.updates.dates import add_months
from carportal.core.actor import Actor
from carportal.web.demo.plans import DemoPlan


def add_reminders(
    plan: ActionPlan,
    demo: DemoPlan,
    rows: Mapping[str, RowPlace],
    *,
    site: Actor,
    parties: Mapping[UUID, Actor],
) -> None:
    """`parties` act for the organisations of these ids."""
    for key in demo.taken_on:
        duty = Duty.objects.select_related("share").get(share__plan=plan, row_id=rows[key].id)
        accept_duty(duty_id=duty.pk, actor=parties[duty.share.organisation_id], seen=duty.turn)
    for nudge in demo.nudges:
        day = timezone.localdate() + timedelta(days=nudge.in_days)
        wish = Wish(day, nudge.text, Whom.WRITERS)
        set_nudge(finding_id=plan.finding_id, actor=site, wish=wish)


def months_ahead(months: int) -> str:
    """As the time of an action is kept."""
    return f"{add_months(timezone.localdate(), months):%Y-%m}"
