"""What became of claimed rows: sent, told in the portal alone, to be tried again, or given up."""

import logging
import random
import smtplib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from carportal.core import inbox
from carportal.core.bounces.replies import for_the_log
from carportal.core.digests import Told
from carportal.core.models import Delivery
from carportal.core.notifications import Message, notification_kind

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 14  # with the back-off below, a little more than two days
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=12)
NO_WORDS = Message(subject="", text="", html="")


@transaction.atomic
def record_sent(told: Sequence[Told], mail: Message) -> bool:
    """That a mail with all of it was taken, at once; whether its leading row was still this worker's.

    What the mail said is kept with the leading row, of the others their subjects. Where somebody took a row meanwhile, whose news then comes once more, the mail is not kept: words may have had
    to go.
    """
    now = timezone.now()
    (leading, own), *others = told
    if others:  # in the order in which whoever else locks several of them does
        rows = Delivery.objects.filter(pk__in=[row.pk for row, _message in told])
        list(rows.select_for_update().order_by("pk").values_list("pk"))
    recorded = [_record_one(row, message, _subject_of(message), at=now) for row, message in others]
    return _record_one(leading, own, mail if all(recorded) else _subject_of(mail), at=now)


def _subject_of(message: Message) -> Message:
    return Message(subject=message.subject, text="", html="")


def _record_one(delivery: Delivery, message: Message, kept: Message, *, at: datetime) -> bool:
    inbox.keep(delivery.notification, _as_kept(delivery, message), at=at)
    kept = _as_kept(delivery, kept)
    return _record(
        delivery,
        state=Delivery.State.SENT,
        sent_at=at,
        subject=kept.subject,
        text=kept.text,
        html=kept.html,
        calendar=kept.calendar.text if kept.calendar else "",
        last_error="",
    )


def _as_kept(delivery: Delivery, message: Message) -> Message:
    """Without what it says where that is a secret."""
    return message if notification_kind(delivery.notification.kind).keep_content else NO_WORDS


def record_dropped(delivery: Delivery) -> None:
    """That it is no longer due."""
    _record(delivery, state=Delivery.State.DROPPED)


@transaction.atomic
def record_unwanted(delivery: Delivery, message: Message) -> None:
    """That its reader wants no mail of it, and finds it in the portal."""
    inbox.keep(delivery.notification, message, at=timezone.now())
    _record(delivery, state=Delivery.State.UNWANTED, last_error="")


@transaction.atomic
def record_undeliverable(told: Sequence[Told], reason: object) -> None:
    """Without another attempt; its reader finds the news in the portal all the same."""
    for delivery, message in told:
        logger.warning("delivery %s is given up: mail to its address does not arrive", delivery.pk)
        inbox.keep(delivery.notification, _as_kept(delivery, message), at=timezone.now())
        _record(delivery, state=Delivery.State.FAILED, last_error=_text_of(reason))


def give_back(deliveries: Iterable[Delivery]) -> None:
    """As if they had not been claimed: nothing was tried."""
    for delivery in deliveries:
        _record(delivery, attempts=delivery.attempts - 1)


def fail(delivery: Delivery, error: Exception) -> None:
    """Try again later, or give up after the last attempt."""
    from_outside = isinstance(error, smtplib.SMTPException | OSError)
    logger.warning(
        "delivery %s failed at attempt %s: %s",
        delivery.pk,
        delivery.attempts,
        for_the_log(error),
        exc_info=not from_outside,
    )
    text = _text_of(f"{type(error).__name__}: {error}")
    if delivery.attempts >= MAX_ATTEMPTS:
        give_up(delivery, text)
    else:
        _record(delivery, next_attempt_at=timezone.now() + _pause(delivery.attempts), last_error=text)


def give_up(delivery: Delivery, reason: str) -> None:
    logger.error("delivery %s is given up after %s attempts", delivery.pk, delivery.attempts)
    _record(delivery, state=Delivery.State.FAILED, last_error=reason)


def _text_of(error: object) -> str:
    return str(error)[:2000].replace("\0", "")


def _pause(attempts: int) -> timedelta:
    """Doubling from a minute to half a day, each a fifth longer or shorter, so that a crowd spreads out."""
    pause = min(FIRST_RETRY * (1 << (attempts - 1)), LONGEST_RETRY)
    return pause * random.SystemRandom().uniform(0.8, 1.2)


def _record(delivery: Delivery, **values: object) -> bool:
    """Write the outcome, unless the lease ran out and somebody else has taken the row since."""
    mine = Delivery.objects.filter(
        pk=delivery.pk, state=Delivery.State.PENDING, attempts=delivery.attempts
    ).update(leased_until=None, **values)
    if not mine:
        logger.warning("delivery %s took longer than its lease; its outcome is left to others", delivery.pk)
    return bool(mine)
