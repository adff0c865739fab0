"""Sending what is due: claim with a lease, look again, render, send, record; each row on its own."""

import logging
import random
import smtplib
import time
from datetime import timedelta

import redis
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation

from carportal.core import inbox, signs
from carportal.core.mailing import mail_of
from carportal.core.models import Delivery
from carportal.core.notifications import Message, notification_kind
from carportal.core.outgoing import MailServerDown, Outgoing
from carportal.core.wake import wake_worker

logger = logging.getLogger(__name__)

TURN = 15.0  # seconds; then whatever else waits for a worker has its turn
TO_WRITE = 30.0  # seconds that may pass until a claimed mail is handed over
# And until a mail server has answered four times, each as late as it may: nobody else takes the row meanwhile.
LEASE = timedelta(seconds=TO_WRITE + 4 * settings.EMAIL_TIMEOUT)
MAX_ATTEMPTS = 14  # with the back-off below, a little more than two days
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=12)


class LeaseTooShort(Exception):
    """Writing the mail took so long that somebody else might take it up before the server has."""


def deliver_due(*, for_seconds: float = TURN) -> int:
    """Send what is due, one after the other, for at most so long; the count of mails sent.

    May run in any number of workers at once. A worker that dies between claim and record leaves its
    row to others once the lease is over; the mail then carries the same Message-ID again.
    """
    deadline = time.monotonic() + for_seconds
    _say_so()
    outgoing = Outgoing()
    sent, is_first = 0, True
    try:
        while time.monotonic() < deadline:
            delivery = _next(outgoing)
            if delivery is None:
                break
            if is_first:
                _share_the_work()
            is_first = False
            sent += _attempt(delivery, outgoing, until=time.monotonic() + TO_WRITE)
    except MailServerDown as error:
        logger.warning("the mail server cannot be reached; mail waits: %s", error)
    finally:
        outgoing.close()
    return sent


def _say_so() -> None:
    """That mail is gone through, for whoever asks how the portal is."""
    try:
        signs.leave(signs.SWEEP)
    except redis.RedisError as error:
        logger.warning("the broker cannot be reached; nobody is told of the sweep: %s", error)


def _share_the_work() -> None:
    """Where more is due than the mail in hand, call one more worker: so all of them come, and no crowd of tasks.

    Of these calls one at a time is in the queue for each that was answered, and who has no more to do calls
    nobody. The last one waits for a worker whose turn is over, behind whatever else waits.
    """
    if _due().exists():
        wake_worker()


def _due() -> QuerySet[Delivery]:
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    return Delivery.objects.filter(free, state=Delivery.State.PENDING, next_attempt_at__lte=now)


def _next(outgoing: Outgoing) -> Delivery | None:
    """A claimed row, once there is a way to send it: a mail server that is down costs no attempt."""
    if not outgoing.is_open and not _due().exists():
        return None
    outgoing.make_ready()
    return _claim()


def _claim() -> Delivery | None:
    """Take the row that has waited longest; the attempt counts from now, though its worker may not live to say so."""
    with transaction.atomic():
        delivery = (
            _due()
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("notification")
            .order_by("next_attempt_at")
            .first()
        )
        if delivery is not None:
            delivery.attempts += 1
            delivery.leased_until = timezone.now() + LEASE
            delivery.save(update_fields=["attempts", "leased_until"])
    return delivery


def _attempt(delivery: Delivery, outgoing: Outgoing, *, until: float) -> bool:
    """Try one claimed row; whatever goes wrong with it is recorded on it and stops no other."""
    if delivery.attempts > MAX_ATTEMPTS:
        _give_up(delivery, "no attempt came to an end")  # each took its worker with it
        return False
    try:
        message = _message(delivery)
        if message is not None:
            _hand_over(delivery, message, outgoing, until=until)
    except Exception as error:  # noqa: BLE001 - the edge: any room's code renders here, any server answers
        _fail(delivery, error)
        return False
    if message is None:
        _record(delivery, state=Delivery.State.DROPPED)
        return False
    return _record_sent(delivery, message)


def _hand_over(delivery: Delivery, message: Message, outgoing: Outgoing, *, until: float) -> None:
    """By a clock that nobody sets: a worker that was held up (a machine that slept) sends nothing late."""
    mail = mail_of(delivery, message)
    if time.monotonic() > until:
        raise LeaseTooShort(f"the mail was not written within {TO_WRITE:.0f} seconds")
    outgoing.hand_over(mail)


@transaction.atomic
def _record_sent(delivery: Delivery, message: Message) -> bool:
    if not notification_kind(delivery.notification.kind).keep_content:
        message = Message(subject="", text="", html="")
    now = timezone.now()
    inbox.keep(delivery.notification, message, at=now)
    return _record(
        delivery,
        state=Delivery.State.SENT,
        sent_at=now,
        subject=message.subject,
        text=message.text,
        html=message.html,
        calendar=message.calendar.text if message.calendar else "",
        last_error="",
    )


def _message(delivery: Delivery) -> Message | None:
    """The mail in its reader's language, or None when it is no longer due."""
    notification = delivery.notification
    kind = notification_kind(notification.kind)
    with transaction.atomic(), translation.override(notification.language or settings.LANGUAGE_CODE):
        return kind.render(notification) if kind.still_due(notification) else None


def _fail(delivery: Delivery, error: Exception) -> None:
    """Try again later, or give up after the last attempt."""
    from_outside = isinstance(error, smtplib.SMTPException | OSError)
    logger.warning(
        "delivery %s failed at attempt %s: %s",
        delivery.pk,
        delivery.attempts,
        error,
        exc_info=not from_outside,
    )
    text = f"{type(error).__name__}: {error}"[:2000].replace("\0", "")
    if delivery.attempts >= MAX_ATTEMPTS:
        _give_up(delivery, text)
    else:
        _record(delivery, next_attempt_at=timezone.now() + _pause(delivery.attempts), last_error=text)


def _give_up(delivery: Delivery, reason: str) -> None:
    logger.error("delivery %s is given up after %s attempts: %s", delivery.pk, delivery.attempts, reason)
    _record(delivery, state=Delivery.State.FAILED, last_error=reason)


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
