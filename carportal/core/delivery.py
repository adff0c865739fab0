"""Sending what is due: claim with a lease, look again, render, send, record; each row on its own."""

import logging
import math
import random
import smtplib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation

from carportal.core import inbox, signs
from carportal.core.choices.planning import Way, put_off, way_of
from carportal.core.digests import NOTHING, Parcel, Told, compose, gather, without_others
from carportal.core.mailing import choices_url, mail_of
from carportal.core.models import Delivery
from carportal.core.notifications import Message, leading_to, notification_kind

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
            .select_related("notification__recipient")
            .order_by("next_attempt_at")
            .first()
        )
        if delivery is not None:
            delivery.attempts += 1
            delivery.leased_until = timezone.now() + LEASE
            delivery.save(update_fields=["attempts", "leased_until"])
    return delivery


def _attempt(delivery: Delivery, connection: BaseEmailBackend) -> bool:
    """Try one claimed row, and what its reader is told along with it; or put it off, as the reader chose.

    Whatever goes wrong is recorded on the rows that it concerns and stops no other.
    """
    parcel = NOTHING
    with _failing([delivery], connection):
        parcel = _parcel(delivery)
    told = [(row, message) for row in parcel.rows if (message := _rendered(row, connection)) is not None]
    parcel = without_others(parcel, [row for row, _message in told])
    if not told:
        return False
    if not parcel.by_mail:
        _record_unwanted(*told[0])
        return False
    mail = None
    with _failing(parcel.rows, connection):
        mail = _sent(told, connection)
    return mail is not None and _record_told(told, mail)


@contextmanager
def _failing(deliveries: Sequence[Delivery], connection: BaseEmailBackend) -> Iterator[None]:
    """What fails inside is recorded on these rows, and goes no further."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the edge: any room's code renders here, any server answers
        for delivery in deliveries:
            _fail(delivery, error)
        connection.close()  # a connection that failed in the middle of a mail is in no known state


def _parcel(delivery: Delivery) -> Parcel:
    """What is told now in one mail, or in none; nothing of what waits from now on."""
    way = way_of(delivery)
    if way == Way.TOGETHER:
        return gather(delivery, lease=LEASE)
    if way == Way.LATER:
        put_off(delivery)
        return NOTHING
    return Parcel([delivery], by_mail=way == Way.MAIL)


def _rendered(delivery: Delivery, connection: BaseEmailBackend) -> Message | None:
    """In its reader's language; None when it is no longer due, or cannot be rendered."""
    message = None
    with _failing([delivery], connection):
        message = _message(delivery)
        if message is None:
            _record(delivery, state=Delivery.State.DROPPED)
    return message


def _message(delivery: Delivery) -> Message | None:
    notification = delivery.notification
    kind = notification_kind(notification.kind)
    with transaction.atomic(), _for_reader(delivery):
        return kind.render(notification) if kind.still_due(notification) else None


@contextmanager
def _for_reader(delivery: Delivery) -> Iterator[None]:
    language = delivery.notification.language or settings.LANGUAGE_CODE
    with translation.override(language), leading_to(choices_url(delivery)):
        yield


def _sent(told: Sequence[Told], connection: BaseEmailBackend) -> Message:
    """The mail that has left with all of it."""
    leading, mail = told[0]
    if leading.in_digest:
        with _for_reader(leading):
            mail = compose(told)
    connection.send_messages([mail_of(leading, mail)])
    return mail


@transaction.atomic
def _record_told(told: Sequence[Told], mail: Message) -> bool:
    """All of it at once; what the mail said is kept with its leading row, of the others their subjects.

    Where somebody took a row meanwhile, whose news then comes once more, the mail is not kept: words may have had
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


@transaction.atomic
def _record_unwanted(delivery: Delivery, message: Message) -> None:
    inbox.keep(delivery.notification, message, at=timezone.now())
    _record(delivery, state=Delivery.State.UNWANTED, last_error="")


def _record_one(delivery: Delivery, message: Message, kept: Message, *, at: datetime) -> bool:
    if not notification_kind(delivery.notification.kind).keep_content:
        message = kept = Message(subject="", text="", html="")
    inbox.keep(delivery.notification, message, at=at)
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
        logger.error("delivery %s is given up after %s attempts", delivery.pk, delivery.attempts)
        _record(delivery, state=Delivery.State.FAILED, last_error=text)
    else:
        _record(delivery, next_attempt_at=timezone.now() + _pause(delivery.attempts), last_error=text)


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
