"""People with choices about their mail, and the time that they wait for."""

from datetime import timedelta
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from carportal.core.actor import Actor
from carportal.core.choices.groups import MailGroup, Pace, Weekday
from carportal.core.choices.services import choose_mails
from carportal.core.models import Delivery, DigestClock, Notification, Snooze
from carportal.core.notifications import Recipient
from stakeholders.acting import actor_of
from stakeholders.models import User
from tests.core.kinds import ABOUT, owe
from tests.factories import make_user

A_WEEK_AND_A_DAY = timedelta(days=8)


class Reader:
    """Somebody with an account, as those who owe mails and those who choose them know a person."""

    def __init__(self, user: User | None = None) -> None:
        self.user = user or make_user(name="Ana Lopez")

    @property
    def recipient(self) -> Recipient:
        return Recipient(self.user.pk, self.user.email, self.user.name)

    @property
    def actor(self) -> Actor:
        return actor_of(self.user)

    def choose(self, *, hour: int = 7, weekday: Weekday = Weekday.MONDAY, **paces: Pace) -> DigestClock:
        """By the names of groups: `plans=Pace.DAILY`."""
        chosen = {MailGroup(name): pace for name, pace in paces.items()}
        return choose_mails(actor=self.actor, paces=chosen, hour=hour, weekday=weekday)

    def owe(self, kind: str = "test_news", *, about: UUID | None = None, period: str = "") -> Delivery:
        object_id = owe(self.recipient, kind=kind, period=period)
        if about is not None:
            ABOUT[object_id] = about
        return Delivery.objects.get(notification__object_id=object_id)


def states() -> list[str]:
    """Of all mails, in the order in which they were owed."""
    return list(Delivery.objects.order_by("notification__created_at").values_list("state", flat=True))


def inbox_of(reader: Reader) -> list[str]:
    told = Notification.objects.filter(recipient=reader.user, told_at__isnull=False)
    return list(told.order_by("created_at").values_list("title", flat=True))


def let_digests_come() -> None:
    """Let all that waits have waited for a week and a day: of digests, of snoozed CARs and of tries."""
    past = timezone.now() - timedelta(seconds=1)
    Snooze.objects.update(until=F("until") - A_WEEK_AND_A_DAY)
    clocks = DigestClock.objects.all()
    clocks.update(
        last_daily=F("last_daily") - A_WEEK_AND_A_DAY, last_weekly=F("last_weekly") - A_WEEK_AND_A_DAY
    )
    pending = Delivery.objects.filter(state="pending")
    pending.filter(leased_until__isnull=False).update(leased_until=past)
    pending.update(next_attempt_at=F("next_attempt_at") - A_WEEK_AND_A_DAY)
