"""What mail servers, and services that send mail for others, have said of the addresses that the portal writes to."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import Actor


class Trouble(models.TextChoices):
    """Why mail does not arrive; as a sentence without its full stop, for people who know no mail servers."""

    GONE = "gone", _("There is no such mailbox")
    FULL = "full", _("The mailbox took no mail on several days; it may be full")
    UNWANTED = "unwanted", _("Mail from this portal was marked there as unwanted (spam)")


class Source(models.TextChoices):
    SENDING = "sending", _("The mail server, when mail was sent")
    SERVICE = "service", _("A report of the mail service")


class Met(NamedTuple):
    """That a mail met trouble, and when."""

    trouble: Trouble
    since: datetime

    @property
    def why(self) -> str:
        return str(self.trouble.label)


class MailAddressQuerySet(models.QuerySet["MailAddress"]):
    def visible_to(self, actor: Actor) -> "MailAddressQuerySet":
        """All of them for the operator's managers; others meet one beside a person, link or invitation that they see."""
        return self if actor.is_system or (actor.is_operator and actor.manages) else self.none()

    def in_trouble(self) -> "MailAddressQuerySet":
        return self.exclude(trouble="")

    def troubles_of(self, addresses: Iterable[str]) -> dict[str, "MailAddress"]:
        """Those to which mail does not arrive, of people whom the caller sees."""
        return {each.address: each for each in self.in_trouble().filter(address__in=set(addresses))}

    def met_since(self, sent: Mapping[str, datetime]) -> dict[str, Met]:
        """What mails met there since the caller had one sent, and that has not been mended.

        So whoever enters an address learns what became of its own mail, and not that others had written before.
        """
        reports = MailReport.objects.filter(address__in=self.in_trouble().filter(address__in=set(sent)))
        found: dict[str, Met] = {}
        for report in reports.select_related("address").order_by("at", "pk"):
            if report.at >= sent[report.address.address]:
                found.setdefault(report.address.address, Met(Trouble(report.address.trouble), report.at))
        return found


class MailAddress(models.Model):
    """How one address stands; `trouble` and `since` follow from what was heard of it (`bounces.judging`).

    A row is there for addresses that are well, too: a report that comes late must not undo a later delivery.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    address = models.EmailField(_("e-mail address"), unique=True)
    trouble = models.CharField(max_length=10, choices=Trouble, blank=True)
    since = models.DateTimeField(null=True)
    times = models.PositiveIntegerField(default=0)  # how often mail has stopped arriving: each is told once
    delivered_at = models.DateTimeField(null=True)  # the last time, as the mail service says
    taken_at = models.DateTimeField(null=True)  # the last time by our mail server, after it had refused
    said_to_work_at = models.DateTimeField(null=True)  # the last time, by a person

    objects = MailAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail address")
        verbose_name_plural = _("mail addresses")
        constraints = [
            models.CheckConstraint(condition=Q(address=Lower("address")), name="mailaddress_is_lower_case"),
            models.CheckConstraint(
                condition=Q(trouble__in=["", *Trouble.values]), name="mailaddress_trouble_is_known"
            ),
            models.CheckConstraint(
                condition=Q(trouble="", since=None) | (~Q(trouble="") & Q(since__isnull=False)),
                name="mailaddress_trouble_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["-since", "id"], name="mailaddress_in_trouble", condition=~Q(trouble="")),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def why(self) -> str:
        return str(Trouble(self.trouble).label) if self.trouble else ""


class MailReport(models.Model):
    """That one mail to an address met trouble; one that is told twice is one."""

    address = models.ForeignKey(MailAddress, on_delete=models.CASCADE, related_name="reports")
    trouble = models.CharField(max_length=10, choices=Trouble)
    at = models.DateTimeField()
    source = models.CharField(max_length=10, choices=Source)
    why = models.TextField(blank=True)  # as the server said it, for the operator

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["address", "trouble", "at", "source"], name="mailreport_once"),
            models.CheckConstraint(
                condition=Q(trouble__in=Trouble.values), name="mailreport_trouble_is_known"
            ),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="mailreport_source_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.address_id}: {self.trouble} at {self.at}"
