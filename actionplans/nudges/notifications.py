"""The mail that somebody wanted from itself, which has the text that was to be remembered."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.nudges.models import Nudge
from actionplans.nudges.recipients import reminded_by
from actionplans.plans.mails import about, absolute
from carportal.core.choices.groups import MailGroup
from carportal.core.models import Notification
from carportal.core.notifications import Message, NotificationKind, leads_to, register, render_mail

NUDGE = "nudge"


def _nudge(nudge_id: UUID) -> Nudge:
    return Nudge.objects.select_related("finding__site__supplier", "set_by").get(pk=nudge_id)


def _still_due(notification: Notification) -> bool:
    """Not once it was removed or set for another day, nor to who has left, nor of a CAR that is not seen any more."""
    nudge = Nudge.objects.filter(pk=notification.object_id, day=notification.period).first()
    if nudge is None or nudge.is_to_come:
        return False
    return any(each.user_id == notification.recipient_id for each in reminded_by([nudge])[nudge.pk])


def _render(notification: Notification) -> Message:
    nudge = _nudge(notification.object_id)
    context = about(nudge.finding) | {
        "nudge": nudge,
        "setter": nudge.set_by if nudge.set_by_id != notification.recipient_id else None,
        "action_url": absolute(f"{reverse('finding', args=[nudge.finding_id])}#reminders"),
        "action_label": _("Open the CAR"),
    }
    return render_mail("nudge", context)


KINDS = (
    NotificationKind(
        name=NUDGE,
        label=gettext_lazy("A reminder that you set for yourself or for your organisation"),
        still_due=_still_due,
        recipients=lambda nudge_id: reminded_by([_nudge(nudge_id)])[nudge_id],
        render=_render,
        group=MailGroup.REMINDERS,
        about=leads_to(Nudge, "finding"),
        waits=False,  # its reader chose the day
    ),
)


def register_kinds() -> None:
    for kind in KINDS:
        register(kind)
