"""What a claimed row has to say: in a mail of its own, with all else that waited, or in the portal alone."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation

from carportal.core.bounces.sending import DoesNotArrive, is_in_trouble
from carportal.core.choices.planning import Way, put_off, way_of
from carportal.core.digests import NOTHING, Parcel, Told, compose, gather, without_others
from carportal.core.mailing import choices_url, mail_of
from carportal.core.models import Delivery, Notification
from carportal.core.notifications import Message, leading_to, notification_kind
from carportal.core.outcomes import (
    MAX_ATTEMPTS,
    fail,
    give_up,
    record_dropped,
    record_undeliverable,
    record_unwanted,
)

TO_WRITE = 30.0  # seconds that may pass from the claim of a mail until it is handed over


class TooSlow(Exception):
    """Writing the mail took so long that another worker might have the row before the server has the mail."""


@dataclass(frozen=True, slots=True)
class Written:
    """A mail, the rows that it tells with what each says by itself, and `at` by a clock that nobody sets."""

    told: list[Told]
    said: Message
    mail: EmailMessage
    was_in_trouble: bool  # its address, until now
    at: float

    @property
    def rows(self) -> list[Delivery]:
        return [row for row, _message in self.told]

    @property
    def notification(self) -> Notification:
        return self.told[0][0].notification

    @property
    def address(self) -> str:
        return self.notification.address.lower()


def write(delivery: Delivery, *, lease: timedelta) -> Written | None:
    """None where nothing is to be sent; whatever goes wrong is recorded on the rows that it concerns.

    It stops no other row.
    """
    if delivery.attempts > MAX_ATTEMPTS:
        give_up(delivery, "no attempt came to an end")  # each took its worker with it
        return None
    began = time.monotonic()
    parcel = NOTHING
    with _failing([delivery]):
        parcel = _parcel(delivery, lease)
    told = [(row, message) for row in parcel.rows if (message := _rendered(row)) is not None]
    parcel = without_others(parcel, [row for row, _message in told])
    if not told:
        return None
    if not parcel.by_mail:
        record_unwanted(*told[0])
        return None
    written = None
    with _failing(parcel.rows):
        written = _addressed(told)
        if time.monotonic() - began > TO_WRITE:
            raise TooSlow(f"it was not written within {TO_WRITE:.0f} seconds")
    return written


@contextmanager
def _failing(deliveries: Sequence[Delivery]) -> Iterator[None]:
    """What fails inside is recorded on these rows, and goes no further."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - the edge: any room's code renders here
        for delivery in deliveries:
            fail(delivery, error)


def _parcel(delivery: Delivery, lease: timedelta) -> Parcel:
    """What is told now in one mail, or in none; nothing of what waits from now on."""
    way = way_of(delivery)
    if way == Way.TOGETHER:
        return gather(delivery, lease=lease)
    if way == Way.LATER:
        put_off(delivery)
        return NOTHING
    return Parcel([delivery], by_mail=way == Way.MAIL)


def _rendered(delivery: Delivery) -> Message | None:
    """In its reader's language; None when it is no longer due, or cannot be rendered."""
    message = None
    with _failing([delivery]):
        message = _message(delivery)
        if message is None:
            record_dropped(delivery)
    return message


def _message(delivery: Delivery) -> Message | None:
    notification = delivery.notification
    kind = notification_kind(notification.kind)
    with _for_reader(delivery):
        return kind.render(notification) if kind.still_due(notification) else None


@contextmanager
def _for_reader(delivery: Delivery) -> Iterator[None]:
    language = delivery.notification.language or settings.LANGUAGE_CODE
    with translation.override(language), leading_to(choices_url(delivery)):
        yield


def _addressed(told: list[Told]) -> Written | None:
    """The mail with all of it; None, and so recorded, where mail to its address does not arrive."""
    leading, said = told[0]
    try:
        was_in_trouble = is_in_trouble(leading)
    except DoesNotArrive as error:
        record_undeliverable(told, error)
        return None
    if leading.in_digest:
        with _for_reader(leading):
            said = compose(told)
    return Written(told, said, mail_of(leading, said), was_in_trouble, time.monotonic())
