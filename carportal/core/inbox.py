"""What people were told, kept for them to find again in the portal: told once, read or not yet."""

from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import Func, IntegerField
from django.utils import timezone

from carportal.core.actor import Actor
from carportal.core.models import Notification
from carportal.core.notifications import Action, Message

# Unread ones are counted up to here: one more would say nothing more to anybody, and cost more.
MOST_COUNTED = 100


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


def unread_of(user_id: UUID) -> Func:
    """How many the person has not read, up to `MOST_COUNTED`: for a query that is made anyway."""
    unread = Notification.objects.told_to(user_id).unread().order_by().values("pk")[:MOST_COUNTED]
    return Func(ArraySubquery(unread), function="cardinality", output_field=IntegerField())


def count_unread(user_id: UUID) -> int:
    """The same, in a query of its own."""
    return Notification.objects.told_to(user_id).unread().order_by()[:MOST_COUNTED].count()


@transaction.atomic
def mark_read(*, actor: Actor, ids: Collection[UUID], and_older_than: UUID | None = None) -> int:
    """Mark these of the actor's own as read, and all that is older than one of them; how many were unread.

    Locked in one order, so that two tabs of the same person never wait for each other.
    """
    own = Notification.objects.visible_to(actor)
    chosen = own.filter(pk__in=ids)
    last = own.filter(pk=and_older_than).first() if and_older_than else None
    if last is not None:
        chosen |= own.older_than(last)
    unread = chosen.unread().select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)
    return Notification.objects.filter(pk__in=list(unread)).update(read_at=timezone.now())
