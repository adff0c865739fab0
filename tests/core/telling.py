"""What people were told, as rows of their inboxes."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from carportal.core.models import Notification
from stakeholders.models import User


def told(
    user: User, title: str = "News", *, minutes_ago: float = 0, path: str = "/profile/", read: bool = False
) -> Notification:
    """As the worker leaves it once the mail is sent."""
    at = timezone.now() - timedelta(minutes=minutes_ago)
    return Notification.objects.create(
        kind="test_news",
        object_id=uuid4(),
        recipient=user,
        address=user.email,
        title=title,
        path=path,
        told_at=at,
        read_at=at if read else None,
    )


def unread(user: User) -> set[str]:
    return set(Notification.objects.told_to(user.pk).unread().values_list("title", flat=True))
