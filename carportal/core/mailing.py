"""A message as the mail that is sent."""

from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from carportal.core.choices.tokens import mail_token
from carportal.core.models import Delivery
from carportal.core.notifications import Calendar, Message, notification_kind


def mail_of(delivery: Delivery, message: Message) -> EmailMultiAlternatives:
    """With the Message-ID of its row, so that a mail which comes twice is known as one."""
    notification = delivery.notification
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[formataddr((" ".join(notification.name.split()), notification.address))],
        headers={
            "Message-ID": delivery.message_id,
            "Auto-Submitted": "auto-generated",
            **_headers_to_stop(delivery),
        },
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    if message.calendar:
        _add_calendar(mail, message.calendar)
    return mail


def choices_url(delivery: Delivery) -> str:
    """Where its reader chooses which mails come; empty where there is no choice.

    Who does not log in gets there by the mail's own link alone.
    """
    if not _is_chosen(delivery):
        return ""
    reader = delivery.notification.recipient
    if reader is not None and reader.has_usable_password():
        return settings.SITE_URL.rstrip("/") + reverse("mail_choices")
    return _url_to_stop(delivery)


def _headers_to_stop(delivery: Delivery) -> dict[str, str]:
    """By which mail programs offer to stop such mails with one click (RFC 8058)."""
    if not _is_chosen(delivery):
        return {}
    return {
        "List-Unsubscribe": f"<{_url_to_stop(delivery)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _is_chosen(delivery: Delivery) -> bool:
    return notification_kind(delivery.notification.kind).group.is_chosen


def _url_to_stop(delivery: Delivery) -> str:
    return settings.SITE_URL.rstrip("/") + reverse("mail_stop", args=[mail_token(delivery.pk)])


def _add_calendar(mail: EmailMultiAlternatives, calendar: Calendar) -> None:
    """Twice, as mail programs want it: as an alternative, which calendars take in, and as a file to open.

    The file is sent as bytes of no text type, so that no server on the way turns its line ends.
    """
    mail.attach_alternative(calendar.text, f"text/calendar; method={calendar.method}")
    mail.attach("invitation.ics", calendar.text.encode(), "application/ics")
