"""Reminding both sides of an agreed call a day before it; any number of sweeps, at once or late, do so once."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from actionplans.calls.models import Call
from actionplans.calls.notifications import REMINDER, recipients_of_reminder
from carportal.core.notifications import Owed, notify_each
from findings.models import UNDER_WAY

BEFORE = timedelta(hours=24)


@transaction.atomic
def remind_of_calls(now: datetime) -> int:
    """How many people were newly owed a reminder; who agreed within the last day has just heard of it.

    A call that was moved and agreed anew is another one to be reminded of.
    """
    calls = (
        Call.objects.ahead(now)
        .filter(
            starts_at__lte=now + BEFORE,
            changed_at__lte=F("starts_at") - BEFORE,
            share__plan__finding__status__in=UNDER_WAY,
        )
        .select_related("share__plan__finding__site", "share__organisation")
    )
    owed = [Owed(call.pk, str(call.sequence), recipients_of_reminder(call)) for call in calls]
    return notify_each(kind=REMINDER, owed=owed)
