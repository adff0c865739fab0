"""Reports as the services document them, and who sends one to the portal's own view."""

import base64
import hashlib
import hmac
import json
from typing import Any

from django.http import HttpResponseBase
from django.test import Client

from carportal.core.bounces.providers import MailService
from carportal.core.bounces.reports import USER

URL = "/mail/reports/"
SECRET = "Zt3-qvX9_aLwE5mKc7RbN2yHd8Ju4PsG"
SIGNING_KEY = "key-3ax6xnjp29jd6fds4gc373sgvjxteol0"
POSTMARK = MailService("postmark", SECRET)
MAILGUN = MailService("mailgun", SECRET, SIGNING_KEY)


def send(
    report: object, *, secret: str | None = SECRET, content_type: str = "application/json"
) -> HttpResponseBase:
    """As a service does, which has no cookie and no token of a form."""
    headers = {}
    if secret is not None:
        headers["Authorization"] = f"Basic {base64.b64encode(f'{USER}:{secret}'.encode()).decode()}"
    body = report if isinstance(report, str | bytes) else json.dumps(report)
    client = Client(enforce_csrf_checks=True)
    return client.post(URL, data=body, content_type=content_type, headers=headers)


def postmark_bounce(address: str, kind: str = "HardBounce", *, at: str = "", **more: Any) -> dict[str, Any]:
    return {
        "RecordType": "Bounce",
        "MessageStream": "outbound",
        "ID": 4323372036854775807,
        "Type": kind,
        "TypeCode": 1,
        "Name": "Hard bounce",
        "Tag": "Test",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Metadata": {"a_key": "a_value"},
        "ServerID": 23,
        "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist",
        "Email": address,
        "From": "no-reply@portal.example.org",
        "BouncedAt": at or "2026-03-02T12:00:00.9070259Z",
        "DumpAvailable": True,
        "Inactive": True,
        "CanActivate": True,
        "Subject": "Test subject",
        "Content": "<Full dump of bounce>",
    } | more


def postmark_delivery(address: str, *, at: str = "2026-03-02T13:00:00Z") -> dict[str, Any]:
    return {
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Recipient": address,
        "DeliveredAt": at,
        "Details": "Test delivery webhook details",
        "Tag": "welcome-email",
        "ServerID": 23,
        "Metadata": {"a_key": "a_value"},
        "RecordType": "Delivery",
        "MessageStream": "outbound",
    }


def postmark_complaint(address: str, *, at: str = "") -> dict[str, Any]:
    words = {"RecordType": "SpamComplaint", "TypeCode": 100001, "Name": "Spam complaint", "Details": "Test"}
    return postmark_bounce(address, "SpamComplaint", at=at, **words)


def postmark_unsubscribed(address: str, reason: str = "ManualSuppression") -> dict[str, Any]:
    return {
        "RecordType": "SubscriptionChange",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "ServerID": 23,
        "MessageStream": "outbound",
        "ChangedAt": "2026-03-02T12:00:00Z",
        "Recipient": address,
        "Origin": "Recipient",
        "SuppressSending": True,
        "SuppressionReason": reason,
        "Tag": "welcome-email",
        "Metadata": {},
    }


def mailgun_event(
    address: str, event: str, *, timestamp: float = 1772452800.5, **more: Any
) -> dict[str, Any]:
    data = {
        "event": event,
        "id": "G9Bn5sl1TC6nu79C8C0bwg",
        "timestamp": timestamp,
        "log-level": "info",
        "recipient": address,
        "recipient-domain": address.rpartition("@")[2],
        "tags": ["my_tag_1"],
        "campaigns": [],
        "user-variables": {"my_var_1": "Mailgun Variable #1"},
        "flags": {
            "is-routed": False,
            "is-authenticated": True,
            "is-system-test": False,
            "is-test-mode": False,
        },
        "message": {
            "headers": {
                "to": f"Ana <{address}>",
                "message-id": "20130503182626.18666.16540@portal.example.org",
                "from": "CAR portal <no-reply@portal.example.org>",
                "subject": "Test",
            },
            "attachments": [],
            "size": 111,
        },
    }
    return {"signature": signature(), "event-data": data | more}


def mailgun_failure(
    address: str, *, reason: str = "bounce", severity: str = "permanent", code: int = 550, message: str = ""
) -> dict[str, Any]:
    status = {
        "attempt-no": 1,
        "message": message or "5.1.1 The email account that you tried to reach does not exist",
        "code": code,
        "description": "",
        "session-seconds": 0.0,
    }
    said: dict[str, Any] = {"severity": severity, "reason": reason, "delivery-status": status}
    return mailgun_event(address, "failed", **said)


def signature(key: str = SIGNING_KEY) -> dict[str, str]:
    timestamp, token = "1772452800", "8a3a1c7a4b1d4b9d8a3a1c7a4b1d4b9d8a3a1c7a4b1d4b9d11"
    signed = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {"timestamp": timestamp, "token": token, "signature": signed}
