"""Sending what is due: claim with a lease, look again, render, send, record; each row on its own."""

import logging
import math
import random
import smtplib
import time
from datetime import timedelta

import redis
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation

from carportal.core import inbox, signs
from carportal.core.bounces.replies import for_the_log
from carportal.core.bounces.sending import DoesNotArrive, send
from carportal.core.bounces.services import note_taken
from carportal.core.mailing import mail_of
from carportal.core.models import Delivery
from carportal.core.notifications import Message, notification_kind

logger = logging.getLogger(__name__)

# Longer than a mail server may keep one mail waiting, twice: nobody else takes the row meanwhile.
LEASE = timedelta(seconds=3 * settings.EMAIL_TIMEOUT + 30)
MAX_ATTEMPTS = 14  # with the back-off below, a little more than two days
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=12)
SAY_SO_EVERY = 20.0  # seconds


class MailServerDown(Exception):
    """No connection to the mail server; nothing was tried, and nothing counts as an attempt."""


def deliver_due(*, for_seconds: float = 240) -> int:
    """Send what is due, one after the other, for at most so long; the count of mails sent.

    May run in any number of workers at once. A worker that dies between claim and record leaves its
    row to others once the lease is over; the mail then carries the same Message-ID again.
    """
    deadline = time.monotonic() + for_seconds
    _give_up_on_what_never_ended()
    connection = get_connection()
    sent, said_at = 0, -math.inf
    try:
        while time.monotonic() < deadline:
            said_at = _say_so(said_at)
            if not _due().exists():
                break
            _open(connection)
            delivery = _claim()
            if delivery is None:
                break
            sent += _attempt(delivery, connection)
    except MailServerDown as error:
        logger.warning("the mail server cannot be reached; mail waits: %s", error)
    finally:
        connection.close()
    return sent


def _say_so(said_at: float) -> float:
    """That mail is gone through, for whoever asks how the portal is; when that was said last, or tried."""
    if time.monotonic() - said_at < SAY_SO_EVERY:
        return said_at
    try:
        signs.leave(signs.SWEEP)
    except redis.RedisError as error:
        logger.warning("the broker cannot be reached; nobody is told of the sweep: %s", error)
    return time.monotonic()


def _due() -> QuerySet[Delivery]:
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    return Delivery.objects.filter(
        free, state=Delivery.State.PENDING, next_attempt_at__lte=now, attempts__lt=MAX_ATTEMPTS
    )


def _give_up_on_what_never_ended() -> None:
    """Rows whose every attempt took its worker with it, so that nobody was left to record it."""
    given_up = Delivery.objects.filter(
        state=Delivery.State.PENDING, attempts__gte=MAX_ATTEMPTS, leased_until__lt=timezone.now()
    ).update(state=Delivery.State.FAILED, leased_until=None, last_error="no attempt came to an end")
    if given_up:
        logger.error("%s deliveries are given up: no attempt came to an end", given_up)


def _open(connection: BaseEmailBackend) -> None:
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        raise MailServerDown(str(error)) from error


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


def _attempt(delivery: Delivery, connection: BaseEmailBackend) -> bool:
    """Try one claimed row; whatever goes wrong with it is recorded on it and stops no other."""
    message, was_in_trouble = None, False
    try:
        message = _message(delivery)
        if message is not None:
            was_in_trouble = send(connection, mail_of(delivery, message), delivery.notification)
    except DoesNotArrive as error:
        _give_up(delivery, message, error)
        return False
    except Exception as error:  # noqa: BLE001 - the edge: any room's code renders here, any server answers
        _fail(delivery, error)
        connection.close()  # a connection that failed in the middle of a mail is in no known state
        return False
    if message is None:
        _record(delivery, state=Delivery.State.DROPPED)
        return False
    is_mine = _record_sent(delivery, message)
    if was_in_trouble:
        note_taken(address=delivery.notification.address, at=timezone.now())
    return is_mine


def _as_kept(delivery: Delivery, message: Message) -> Message:
    """Without what it says where that is a secret."""
    keeps = notification_kind(delivery.notification.kind).keep_content
    return message if keeps else Message(subject="", text="", html="")


@transaction.atomic
def _record_sent(delivery: Delivery, message: Message) -> bool:
    message, now = _as_kept(delivery, message), timezone.now()
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


@transaction.atomic
def _give_up(delivery: Delivery, message: Message | None, error: DoesNotArrive) -> None:
    """Without another attempt; its reader finds the news in the portal all the same."""
    logger.warning("delivery %s is given up: mail to its address does not arrive", delivery.pk)
    if message is not None:
        inbox.keep(delivery.notification, _as_kept(delivery, message), at=timezone.now())
    _record(delivery, state=Delivery.State.FAILED, last_error=_text_of(error))


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
        for_the_log(error),
        exc_info=not from_outside,
    )
    text = _text_of(f"{type(error).__name__}: {error}")
    if delivery.attempts >= MAX_ATTEMPTS:
        logger.error("delivery %s is given up after %s attempts", delivery.pk, delivery.attempts)
        _record(delivery, state=Delivery.State.FAILED, last_error=text)
    else:
        _record(delivery, next_attempt_at=timezone.now() + _pause(delivery.attempts), last_error=text)


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
