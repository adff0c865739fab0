"""The audit trail's rows, and what is owed to whom (Notification) and how it gets there (Delivery)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import ActorKind
from carportal.core.bounces.models import MailAddress, MailReport
from carportal.core.choices.models import DigestClock, MailChoice, Snooze
from carportal.core.querysets import NotificationQuerySet

__all__ = [
    "Aggregate",
    "AuditCheckpoint",
    "AuditContent",
    "AuditEvent",
    "AuditHead",
    "Delivery",
    "DigestClock",
    "MailAddress",
    "MailChoice",
    "MailReport",
    "Notification",
    "Snooze",
]


class Aggregate(models.TextChoices):
    """What has a chain of events of its own; its row is what a write locks."""

    ORGANISATION = "organisation", _("Organisation")
    AUDIT = "audit", _("Audit")
    FINDING = "finding", _("Finding")
    PLAN = "plan", _("Action plan")


class AuditEvent(models.Model):
    """One thing that happened to one aggregate; append-only, each hashed over the one before it.

    People and organisations are kept as plain ids: the trail outlives their rows.
    """

    aggregate = models.CharField(max_length=20, choices=Aggregate)
    aggregate_id = models.UUIDField()
    sequence = models.PositiveIntegerField()  # from 1, without gaps, within the aggregate
    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10, choices=ActorKind)
    actor_user_id = models.UUIDField(null=True)
    actor_organisation_id = models.UUIDField(null=True)
    actor_role = models.CharField(max_length=20, blank=True)
    # Set when only one other party may read it; events without it are for every reader of their kind.
    party_id = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    content_digest = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint("aggregate", "aggregate_id", "sequence", name="auditevent_one_per_place"),
            models.CheckConstraint(
                condition=models.Q(sequence__gte=1), name="auditevent_sequence_starts_at_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.aggregate} {self.aggregate_id} #{self.sequence}: {self.kind}"


class AuditContent(models.Model):
    """What an event says of people; redaction leaves a tombstone, and the chain still holds.

    The salt keeps a redacted content from being guessed from its digest.
    """

    event = models.OneToOneField(
        AuditEvent, primary_key=True, on_delete=models.PROTECT, related_name="content"
    )
    salt = models.BinaryField(max_length=32, null=True)
    content = models.JSONField(null=True)
    redacted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(content__isnull=False, salt__isnull=False, redacted_at__isnull=True)
                | models.Q(content__isnull=True, salt__isnull=True, redacted_at__isnull=False),
                name="auditcontent_whole_or_tombstone",
            ),
        ]

    def __str__(self) -> str:
        return f"content of event {self.event_id}"


class AuditCheckpoint(models.Model):
    """A periodic, chained note of where the chains ended, so that a cut tail shows."""

    number = models.PositiveIntegerField(primary_key=True)
    at = models.DateTimeField()
    last_event_id = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"checkpoint {self.number}"


class AuditHead(models.Model):
    """The last event of a chain that had moved by the time of a checkpoint."""

    checkpoint = models.ForeignKey(AuditCheckpoint, on_delete=models.PROTECT, related_name="heads")
    aggregate = models.CharField(max_length=20, choices=Aggregate)
    aggregate_id = models.UUIDField()
    sequence = models.PositiveIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint("aggregate", "aggregate_id", "sequence", name="audithead_one_per_place"),
        ]

    def __str__(self) -> str:
        return f"{self.aggregate} {self.aggregate_id} ended at #{self.sequence}"


class Notification(models.Model):
    """One obligation to tell one recipient one thing; also the item in that person's inbox.

    In the inbox it is once it was told: `title` and `path` are its mail's subject and button by then. What
    has a secret in its mail, and what is not due any more when its turn comes, has no title and stays out.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    object_id = models.UUIDField()
    period = models.CharField(max_length=40, blank=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="notifications"
    )
    # Where it went at that time; the only key of somebody who has no account.
    address = models.EmailField()
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    title = models.TextField(blank=True)
    path = models.TextField(blank=True)  # within the portal, from "/" on
    told_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "kind",
                "object_id",
                "period",
                "recipient",
                condition=models.Q(recipient__isnull=False),
                name="notification_once_per_person",
            ),
            models.UniqueConstraint(
                "kind",
                "object_id",
                "period",
                Lower("address"),
                condition=models.Q(recipient__isnull=True),
                name="notification_once_per_address",
            ),
        ]
        indexes = [
            models.Index(
                fields=["recipient", "-told_at", "-id"],
                name="notification_inbox",
                condition=models.Q(told_at__isnull=False),
            ),
            models.Index(
                fields=["recipient"],
                name="notification_unread",
                condition=models.Q(told_at__isnull=False, read_at__isnull=True),
            ),
            models.Index(Lower("address"), name="notification_address"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.address}"


class Delivery(models.Model):
    """The way of one notification to its recipient, with what was sent once it is.

    One that waits to be told with others is `in_digest`; all that one mail tells have the same `told_in`, the
    row whose Message-ID the mail has, and that keeps what the mail says.
    """

    class Channel(models.TextChoices):
        MAIL = "mail", _("Mail")

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting to be sent")
        SENT = "sent", _("Sent")
        DROPPED = "dropped", _("No longer needed")
        FAILED = "failed", _("Given up")
        UNWANTED = "unwanted", _("Told in the portal alone, as its reader chose")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.MAIL)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    in_digest = models.BooleanField(default=False)
    about = models.UUIDField(null=True, blank=True)  # of one that waits: the CAR, by its id
    # With its row, which goes with its reader alone.
    told_in = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="tells")
    sent_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=200)
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    calendar = models.TextField(blank=True)
    last_error = models.TextField(blank=True)

    # Of a row in hand, not of the table: what its claim has found there is not, need not be looked up.
    may_have_chosen = True  # its reader, anything about mails
    may_be_in_trouble = True  # its address

    class Meta:
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint("notification", "channel", name="delivery_one_per_channel"),
            models.CheckConstraint(
                condition=models.Q(state__in=["pending", "sent", "dropped", "failed", "unwanted"]),
                name="delivery_state_exists",
            ),
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at__isnull=True)),
                name="delivery_sent_has_its_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="delivery_due", condition=models.Q(state="pending")
            ),
            models.Index(
                fields=["next_attempt_at", "id"],
                name="delivery_given_up",
                condition=models.Q(state="failed"),
            ),
            models.Index(
                fields=["notification"],
                name="delivery_waits_for_digest",
                condition=models.Q(state="pending", in_digest=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.message_id}: {self.state}"
