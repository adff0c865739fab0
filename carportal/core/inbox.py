"""What people were told, kept for them to find again in the portal."""

from datetime import datetime
from urllib.parse import urlsplit

from carportal.core.models import Notification
from carportal.core.notifications import Action, Message


def keep(notification: Notification, message: Message, *, at: datetime) -> None:
    """Have it in its reader's inbox from now on; a message without a subject, which had a secret, stays out.

    Told once, it stays as it was told.
    """
    if message.subject:
        Notification.objects.filter(pk=notification.pk, told_at=None).update(
            told_at=at, title=message.subject, path=_path(message.action)
        )


def _path(action: Action | None) -> str:
    if action is None:
        return ""
    address = urlsplit(action.url)
    return address._replace(scheme="", netloc="").geturl()
