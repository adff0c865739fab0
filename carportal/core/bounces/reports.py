"""What a mail service reports of mails that it took from us, read by anymail, which knows how each of them says it.

Somebody who unsubscribes there has a wish, not a broken address: what each person wants to be told is for its own
choices in the portal.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from anymail.webhooks.base import AnymailCoreWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils import timezone

from carportal.core.bounces.models import Source, Trouble
from carportal.core.bounces.providers import MailService
from carportal.core.bounces.replies import trouble_of
from carportal.core.bounces.services import note_delivery, note_trouble
from carportal.core.models import Notification

# In the address of the reports: https://USER:secret@portal.example.org/…
USER = "reports"
ADDRESS_MOST = 254
# What anymail meets in a report that is not as its service documents it.
MISREAD = (AnymailError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class NotFromService(Exception):
    """It has not the secret, or not the signature."""


class NotUnderstood(Exception):
    """It is no report as the service sends it."""


class Known(NamedTuple):
    """A service: how its reports are read, and which of its bounces are only for now."""

    view: type[AnymailCoreWebhookView]
    is_for_now: Callable[[Mapping[str, Any]], bool]


# Bounces that mailgun goes on trying itself anymail tells apart already.
SERVICES = {
    "mailgun": Known(MailgunTrackingWebhookView, lambda _said: False),
    "postmark": Known(PostmarkTrackingWebhookView, lambda said: said.get("Type") == "SoftBounce"),
}


def read(request: HttpRequest, service: MailService) -> list[AnymailTrackingEvent]:
    """The events of a report, each about one address; NotFromService or NotUnderstood."""
    signing = {"webhook_signing_key": service.signing_key} if service.signing_key else {}
    view = SERVICES[service.name].view(webhook_secret=f"{USER}:{service.secret}", **signing)
    try:
        view.run_validators(request)
        events: list[AnymailTrackingEvent] = view.parse_events(request)
    except AnymailWebhookValidationFailure as error:
        raise NotFromService from error
    except MISREAD as error:
        raise NotUnderstood from error
    return events


def take(event: AnymailTrackingEvent, service: MailService) -> None:
    """Take down what it says of an address that the portal has written to; of others it is none of its business."""
    address = event.recipient.strip().lower() if isinstance(event.recipient, str) else ""
    if "@" not in address or "\0" in address or len(address) > ADDRESS_MOST:
        return
    trouble = trouble_in(event, service)
    is_delivery = event.event_type == EventType.DELIVERED
    if not (is_delivery or trouble) or not _is_written_to(address):
        return
    at = _time_of(event)
    if trouble:
        why = str(event.mta_response or event.description or "")
        note_trouble(address=address, trouble=trouble, at=at, source=Source.SERVICE, why=why)
    else:
        note_delivery(address=address, at=at)


def trouble_in(event: AnymailTrackingEvent, service: MailService) -> Trouble | None:
    """What a bounce is for is told by the service; where it is not, by the words of the server that refused."""
    if event.event_type == EventType.COMPLAINED:
        return Trouble.UNWANTED
    if event.event_type not in {EventType.BOUNCED, EventType.REJECTED}:
        return None
    if event.reject_reason not in {RejectReason.BOUNCED, RejectReason.INVALID}:
        return trouble_of(None, str(event.mta_response or ""))
    return Trouble.FULL if SERVICES[service.name].is_for_now(event.esp_event) else Trouble.GONE


def _is_written_to(address: str) -> bool:
    written = Notification.objects.annotate(lower=Lower("address"))
    return written.filter(lower=address).exists()


def _time_of(event: AnymailTrackingEvent) -> datetime:
    """When it happened there; never later than now, or nothing better could come after it."""
    now, at = timezone.now(), event.timestamp
    if not isinstance(at, datetime):
        return now
    return min(at if at.tzinfo else at.replace(tzinfo=UTC), now)
