"""What was owed by steps, whichever of them hold now."""

from carportal.core.models import Notification
from stakeholders.reminding.steps import step_of


def is_overtaken(notification: Notification) -> bool:
    """Whether a later reminder of the same date is owed to the same person; that one alone is worth sending."""
    about = notification.period.rpartition(" ")[0]
    same_date = Notification.objects.filter(
        kind=notification.kind,
        object_id=notification.object_id,
        recipient=notification.recipient_id,
        period__startswith=f"{about} " if about else "",
    )
    if notification.recipient_id is None:
        same_date = same_date.filter(address__iexact=notification.address)
    step = step_of(notification.period)
    return any(step_of(period) > step for period in same_date.values_list("period", flat=True))
