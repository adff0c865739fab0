"""What delivery asks before it sends a mail, and what it learns from the server's refusal."""

import smtplib

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from carportal.core.bounces.models import MailAddress, Source, Trouble
from carportal.core.bounces.replies import reply_about_address
from carportal.core.bounces.services import note_trouble
from carportal.core.models import Notification
from carportal.core.notifications import notification_kind


class DoesNotArrive(Exception):
    """There is no use in trying this mail again; why, for the operator. The connection is as it was."""


def send(connection: BaseEmailBackend, mail: EmailMessage, notification: Notification) -> bool:
    """Hand the mail to the server; whether its address was in trouble until now.

    News is not tried where mail does not arrive. What somebody has asked for by hand is, each time: nobody knows
    better than a person at the other end whether a mailbox was mended.
    """
    marked = MailAddress.objects.in_trouble().filter(address=notification.address.lower()).first()
    if marked is not None and not notification_kind(notification.kind).asked_for:
        raise DoesNotArrive(f"not tried, for mail to this address does not arrive: {_why(marked)}")
    try:
        connection.send_messages([mail])
    except smtplib.SMTPException as error:
        if _is_gone(notification, error):
            raise DoesNotArrive(f"{type(error).__name__}: {error}") from error
        raise
    return marked is not None


def _is_gone(notification: Notification, error: smtplib.SMTPException) -> bool:
    """Whether the server says that there is no such mailbox; that, and that one is full, is kept."""
    reply = reply_about_address(error)
    if reply is None:
        return False
    note_trouble(
        address=notification.address,
        trouble=reply.trouble,
        at=timezone.now(),
        source=Source.SENDING,
        why=reply.why,
    )
    return reply.trouble == Trouble.GONE


def _why(marked: MailAddress) -> str:
    said = marked.reports.order_by("-at").values_list("why", flat=True).first()
    return said or Trouble(marked.trouble).value
