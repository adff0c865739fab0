"""A message as the mail that is sent."""

from email.utils import formataddr

from django.core.mail import EmailMultiAlternatives

from carportal.core.models import Delivery
from carportal.core.notifications import Calendar, Message


def mail_of(delivery: Delivery, message: Message) -> EmailMultiAlternatives:
    """With the Message-ID of its row, so that a mail which comes twice is known as one."""
    notification = delivery.notification
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        to=[formataddr((" ".join(notification.name.split()), notification.address))],
        headers={"Message-ID": delivery.message_id, "Auto-Submitted": "auto-generated"},
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    if message.calendar:
        _add_calendar(mail, message.calendar)
    return mail


def _add_calendar(mail: EmailMultiAlternatives, calendar: Calendar) -> None:
    """Twice, as mail programs want it: as an alternative, which calendars take in, and as a file to open.

    The file is sent as bytes of no text type, so that no server on the way turns its line ends.
    """
    mail.attach_alternative(calendar.text, f"text/calendar; method={calendar.method}")
    mail.attach("invitation.ics", calendar.text.encode(), "application/ics")
