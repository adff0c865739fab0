"""What delivery asks before it sends a mail, and what it learns from the server's refusal."""

import smtplib

from django.utils import timezone

from carportal.core.bounces.models import MailAddress, Source, Trouble
from carportal.core.bounces.replies import reply_about_address
from carportal.core.bounces.services import note_trouble
from carportal.core.models import Delivery, Notification
from carportal.core.notifications import notification_kind


class DoesNotArrive(Exception):
    """There is no use in trying this mail again; why, for the operator. The connection is as it was."""


def is_in_trouble(delivery: Delivery) -> bool:
    """Whether mail does not arrive at its address, and it is to be tried all the same.

    News is not tried where mail does not arrive: DoesNotArrive. What somebody has asked for by hand is, each time:
    nobody knows better than a person at the other end whether a mailbox was mended.
    """
    if not delivery.may_be_in_trouble:
        return False
    notification = delivery.notification
    marked = MailAddress.objects.in_trouble().filter(address=notification.address.lower()).first()
    if marked is not None and not notification_kind(notification.kind).asked_for:
        raise DoesNotArrive(f"not tried, for mail to this address does not arrive: {_why(marked)}")
    return marked is not None


def note_refusal(notification: Notification, error: Exception) -> None:
    """Keep what a server's refusal says of the address, if anything; DoesNotArrive where there is no such mailbox."""
    reply = reply_about_address(error) if isinstance(error, smtplib.SMTPException) else None
    if reply is None:
        return
    note_trouble(
        address=notification.address,
        trouble=reply.trouble,
        at=timezone.now(),
        source=Source.SENDING,
        why=reply.why,
    )
    if reply.trouble == Trouble.GONE:
        raise DoesNotArrive(f"{type(error).__name__}: {error}") from error


def _why(marked: MailAddress) -> str:
    said = marked.reports.order_by("-at").values_list("why", flat=True).first()
    return said or Trouble(marked.trouble).value
