"""Sending what is due: claim with a lease, look again, render, send, record; each row on its own."""

import logging
import random
import smtplib
import time
from collections.abc import Iterator
from concurrent.futures import wait
from datetime import timedelta
from typing import NamedTuple

import redis
from django.conf import settings
from django.core.mail import EmailMessage
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

TURN = 4.0  # seconds; a worker that is told to stop waits for longer, and so can what else waits for one
TO_WRITE = 30.0  # seconds that may pass from the claim of a mail until it is handed over
# And until a mail server has answered four times, each as late as it may: nobody else takes the row meanwhile.
LEASE = timedelta(seconds=TO_WRITE + 4 * settings.EMAIL_TIMEOUT)
STILL_TRUE = 1.0  # seconds for which what was found to be due is taken to be so
MAX_ATTEMPTS = 14  # with the back-off below, a little more than two days
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=12)


class TooSlow(Exception):
    """Writing the mail took so long that another worker might have the row before the server has the mail."""


class _Written(NamedTuple):
    """What a claimed row has to say; `at` by a clock that nobody sets."""

    delivery: Delivery
    message: Message
    mail: EmailMessage
    at: float


def deliver_due(*, for_seconds: float = TURN) -> int:
    """Send what is due, one after the other, for at most so long; the count of mails sent.

    May run in any number of workers at once. A worker that dies between claim and record leaves its
    row to others once the lease is over; the mail then carries the same Message-ID again.
    """
    deadline = time.monotonic() + for_seconds
    _say_so()
    with Outgoing() as outgoing:
        return _send(_due_mails(outgoing, deadline), outgoing)


def _send(mails: Iterator[_Written], outgoing: Outgoing) -> int:
    """Each is written while the server thinks about the one before it, which takes longer: it never waits for us."""
    sent, is_first = 0, True
    written = next(mails, None)
    while written is not None:
        answer = outgoing.hand_over(written.mail)
        following = next(mails, None)
        wait([answer])
        sent += _settle(written, answer.exception())
        if is_first and not outgoing.is_down:
            _share_the_work()
        is_first = False
        written = _still_to_send(following, mails)
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


def _due_mails(outgoing: Outgoing, deadline: float) -> Iterator[_Written]:
    """Claimed and written when they are asked for, until nothing is due, or the time is over."""
    while time.monotonic() < deadline and not outgoing.is_down:
        delivery = _claim()
        if delivery is None:
            return
        written = _write(delivery)
        if written is not None:
            yield written


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


def _write(delivery: Delivery) -> _Written | None:
    """None where nothing is to be sent; whatever goes wrong with a row is recorded on it and stops no other."""
    if delivery.attempts > MAX_ATTEMPTS:
        _give_up(delivery, "no attempt came to an end")  # each took its worker with it
        return None
    began = time.monotonic()
    try:
        message = _message(delivery)
        if message is None:
            _record(delivery, state=Delivery.State.DROPPED)
            return None
        mail = mail_of(delivery, message)
        if time.monotonic() - began > TO_WRITE:
            raise TooSlow(f"it was not written within {TO_WRITE:.0f} seconds")
    except Exception as error:  # noqa: BLE001 - the edge: any room's code renders here
        _fail(delivery, error)
        return None
    return _Written(delivery, message, mail, time.monotonic())


def _still_to_send(written: _Written | None, mails: Iterator[_Written]) -> _Written | None:
    """What was written, or what comes after it, if the server kept the mail before for long: it is looked at anew."""
    while written is not None and time.monotonic() - written.at > STILL_TRUE:
        _give_back(written.delivery)
        written = next(mails, None)
    return written


def _settle(written: _Written, error: BaseException | None) -> bool:
    """Record what the server said to one mail; whether it took it."""
    if error is None:
        return _record_sent(written.delivery, written.message)
    if isinstance(error, MailServerDown):
        logger.warning("the mail server cannot be reached; mail waits: %s", error)
        _give_back(written.delivery)
    elif isinstance(error, Exception):
        _fail(written.delivery, error)
    else:
        raise error
    return False


def _give_back(delivery: Delivery) -> None:
    """As if it had not been claimed: nothing was tried."""
    _record(delivery, attempts=delivery.attempts - 1)


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
