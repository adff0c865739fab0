"""The mail to who asked for a file that takes a while: it is ready."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carportal.core.choices.groups import MailGroup
from carportal.core.models import Notification
from carportal.core.notifications import Message, NotificationKind, Recipient, register, render_mail
from findings.models import ListFile
from findings.services.files import READY
from stakeholders.models import Membership


def _asker(file_id: UUID) -> Iterable[Recipient]:
    person = ListFile.objects.select_related("asked_by").get(pk=file_id).asked_by
    return [Recipient(user_id=person.pk, email=person.email, name=person.name, language=person.language)]


def _still_due(notification: Notification) -> bool:
    """Not once the file is gone, nor to who has left the organisation for which it was asked."""
    file = ListFile.objects.kept().filter(pk=notification.object_id).first()
    if file is None:
        return False
    members = Membership.objects.filter(organisation=file.organisation_id, user__is_active=True)
    return members.filter(user=notification.recipient_id).exists()


def _about_no_car(_file_id: UUID) -> None:
    return None


def _render(notification: Notification) -> Message:
    file = ListFile.objects.get(pk=notification.object_id)
    context = {
        "file": file,
        "action_url": f"{settings.SITE_URL.rstrip('/')}{reverse('list_file', args=[file.pk])}",
        "action_label": _("Open the page with the file"),
    }
    return render_mail("list_ready", context)


LIST_READY = NotificationKind(
    name=READY,
    label=gettext_lazy("A list that you saved as a file is ready"),
    still_due=_still_due,
    recipients=_asker,
    render=_render,
    group=MailGroup.ACCOUNT,  # its reader has just asked for it, and waits
    about=_about_no_car,
    waits=False,
)


def register_kinds() -> None:
    register(LIST_READY)
