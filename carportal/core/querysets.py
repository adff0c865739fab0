"""What an actor sees of what people were told."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q

from carportal.core.actor import Actor, ActorKind

if TYPE_CHECKING:
    from carportal.core.models import Notification


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, actor: Actor) -> "NotificationQuerySet":
        """A person's own, whatever organisation they concern and whichever the person acts for; guests have none."""
        if actor.kind != ActorKind.USER or actor.user_id is None:
            return self.none()
        return self.told_to(actor.user_id)

    def told_to(self, user_id: UUID) -> "NotificationQuerySet":
        """What is in that person's inbox."""
        return self.filter(recipient=user_id, told_at__isnull=False)

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)

    def older_than(self, item: "Notification") -> "NotificationQuerySet":
        """Told before it; of those told at the same instant, the ones that stand below it."""
        same = Q(told_at=item.told_at, pk__gte=item.pk)
        return self.filter(Q(told_at__lte=item.told_at) & ~same)

    def newer_than(self, item: "Notification") -> "NotificationQuerySet":
        same = Q(told_at=item.told_at, pk__lte=item.pk)
        return self.filter(Q(told_at__gte=item.told_at) & ~same)
