"""A kind of notification to test with, known here and to the workers that the tests start."""

from dataclasses import replace
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language, gettext

from carportal.core.choices.groups import MailGroup
from carportal.core.models import Notification
from carportal.core.notifications import (
    Action,
    Calendar,
    Message,
    NotificationKind,
    Recipient,
    notify,
    register,
)

# Who is to be told of which object; only the process that owes the notification asks.
RECIPIENTS: dict[UUID, list[Recipient]] = {}

OVER = "over"  # periods that make the worker's side misbehave
POISON = "poison"


def owe(
    *recipients: Recipient, kind: str = "test_news", object_id: UUID | None = None, period: str = ""
) -> UUID:
    """Owe some news to these, in a transaction; returns what it is about."""
    object_id = object_id or uuid4()
    RECIPIENTS[object_id] = list(recipients)
    with transaction.atomic():
        notify(kind=kind, object_id=object_id, period=period)
    return object_id


def _recipients(object_id: UUID) -> list[Recipient]:
    return RECIPIENTS.get(object_id, [])


def _still_due(notification: Notification) -> bool:
    return notification.period != OVER


def _render(notification: Notification) -> Message:
    if notification.period == POISON:
        raise ZeroDivisionError("this one cannot be rendered")
    text = f"{gettext('Monday')} in {get_language()}, for {notification.name}"
    return Message(
        subject=f"News of {notification.object_id}",
        text=text,
        html=f"<p>{text}</p>",
        action=Action("Read it", f"{settings.SITE_URL}/news/?of={notification.object_id}#top"),
    )


# An appointment as its room renders it: lines end as iCalendar has them, the second is folded within a word.
APPOINTMENT = "BEGIN:VCALENDAR\r\nSUMMARY:Call\\, with Bjö\r\n rn\r\nEND:VCALENDAR\r\n"


def _render_call(notification: Notification) -> Message:
    return replace(_render(notification), calendar=Calendar("REQUEST", APPOINTMENT))


# The CARs that objects are about, by their ids; the process that delivers asks.
ABOUT: dict[UUID, UUID] = {}


def register_kinds() -> None:
    news = NotificationKind(
        name="test_news",
        label="News",
        still_due=_still_due,
        recipients=_recipients,
        render=_render,
        group=MailGroup.PLANS,
        about=ABOUT.get,
    )
    secret = replace(news, name="test_secret", group=MailGroup.ACCOUNT, keep_content=False)
    for kind in (
        news,
        secret,
        replace(secret, name="test_asked_for", asked_for=True),
        replace(news, name="test_comment", group=MailGroup.COMMENTS),
        replace(news, name="test_urgent", group=MailGroup.URGENT),
        replace(news, name="test_call", group=MailGroup.CALLS, render=_render_call, waits=False),
    ):
        register(kind)
