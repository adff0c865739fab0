"""When a mail that is owed leaves: looked up as a worker takes it, and planned anew when its reader chooses anew."""

from datetime import datetime
from enum import Enum, auto
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from carportal.core.choices.groups import Pace
from carportal.core.choices.wishes import Wishes
from carportal.core.models import Delivery, DigestClock
from carportal.core.notifications import NotificationKind, is_known, notification_kind
from carportal.core.wake import wake_worker


class Way(Enum):
    """What is to become of a mail that is due."""

    MAIL = auto()
    TOGETHER = auto()  # in one mail with all else that waited
    LATER = auto()  # as a part of a digest to come
    PORTAL = auto()  # it is told there, and by no mail


def lock_clock(person_id: UUID | None) -> DigestClock:
    """Whoever decides when a person's mails come, does so one after the other; inside a transaction.

    ValueError for nobody: an address without an account has neither digests nor anything else that waits.
    """
    if person_id is None:
        raise ValueError("only a person has mails that wait")
    DigestClock.objects.get_or_create(person_id=person_id)
    locked = DigestClock.objects.select_for_update(no_key=True, of=("self",)).select_related("person")
    return locked.get(person=person_id)


def way_of(delivery: Delivery) -> Way:
    """Without locks, as most people have chosen nothing; what is to wait, `put_off` looks at again."""
    notification = delivery.notification
    kind = notification_kind(notification.kind)
    if not kind.group.is_chosen:
        return Way.MAIL
    if not delivery.may_have_chosen:
        return Way.TOGETHER if kind.waits and delivery.in_digest else Way.MAIL
    wishes = Wishes(notification.recipient_id, notification.address)
    pace = wishes.pace_of(kind.group)
    if pace == Pace.NONE:
        return Way.PORTAL
    if not kind.waits:
        return Way.MAIL
    if delivery.in_digest:
        return Way.TOGETHER
    if pace == Pace.AT_ONCE and not (wishes.snoozes and _is_quiet(wishes, kind, notification.object_id)):
        return Way.MAIL
    return Way.LATER


def _is_quiet(wishes: Wishes, kind: NotificationKind, object_id: UUID) -> bool:
    return wishes.quiet_until(kind.about(object_id), now=timezone.now()) is not None


@transaction.atomic
def put_off(delivery: Delivery) -> None:
    """Let a row that its worker has claimed wait as its reader wishes now; that it was claimed is no attempt."""
    notification = delivery.notification
    clock = lock_clock(notification.recipient_id)
    kind = notification_kind(notification.kind)
    about = kind.about(notification.object_id)
    wait(delivery, Wishes(clock.person_id, notification.address, clock), kind, about)


def wait(delivery: Delivery, wishes: Wishes, kind: NotificationKind, about: UUID | None) -> None:
    """The same, where the person's clock is locked already."""
    now = timezone.now()
    until = wishes.comes_at(kind.group, about, now=now)
    mine = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.PENDING, attempts=delivery.attempts)
    mine.update(
        attempts=F("attempts") - 1,
        leased_until=None,
        in_digest=until is not None,
        about=about,
        next_attempt_at=until or now,
    )


def plan_anew(clock: DigestClock) -> None:
    """What waits for a digest comes when its reader, whose locked clock this is, wishes it by now.

    Not what a worker is about to tell, or is to try again: that is under way.
    """
    now = timezone.now()
    rows = Delivery.objects.filter(
        notification__recipient=clock.person_id, state=Delivery.State.PENDING, in_digest=True, told_in=None
    )
    waiting = list(rows.select_for_update(of=("self",)).select_related("notification").order_by("pk"))
    wishes = Wishes(clock.person_id, clock.person.email, clock)
    for delivery in waiting:
        delivery.next_attempt_at = _planned(delivery, wishes, now)
    Delivery.objects.bulk_update(waiting, ["next_attempt_at"], batch_size=1000)
    if any(delivery.next_attempt_at <= now for delivery in waiting):
        transaction.on_commit(wake_worker, robust=True)


def _planned(delivery: Delivery, wishes: Wishes, now: datetime) -> datetime:
    """A kind that is not known here is left to a worker that knows it."""
    name = delivery.notification.kind
    if not is_known(name):
        return delivery.next_attempt_at
    return wishes.comes_at(notification_kind(name).group, delivery.about, now=now) or now
