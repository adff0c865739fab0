"""What people have chosen about their mail. It is theirs alone: on no organisation's record, and no reader's but their own."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from carportal.core.choices.groups import MailGroup, Pace, Weekday


class MailChoice(models.Model):
    """How one person, or an address without an account, gets the mails of one group; without a row, at once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="mail_choices"
    )
    address = models.EmailField(blank=True)
    group = models.CharField(max_length=20, choices=MailGroup)
    pace = models.CharField(max_length=10, choices=Pace)
    # Of a group that a mail's own link turned off: how it came before, for the way back.
    pace_before = models.CharField(max_length=10, choices=Pace, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pace__in=Pace.values), name="mailchoice_pace_is_known"),
            models.CheckConstraint(
                condition=Q(address=Lower("address")), name="mailchoice_address_is_lower_case"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, address="") | (Q(person=None) & ~Q(address="")),
                name="mailchoice_of_a_person_or_an_address",
            ),
            # Nobody is asked about an address without an account: its own link alone turns mails off and on.
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(pace__in=[Pace.AT_ONCE, Pace.NONE]),
                name="mailchoice_address_has_no_digest",
            ),
            models.UniqueConstraint(
                fields=["person", "group"],
                condition=Q(person__isnull=False),
                name="mailchoice_once_per_person",
            ),
            models.UniqueConstraint(
                fields=["address", "group"], condition=Q(person=None), name="mailchoice_once_per_address"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.pace}"


class DigestClock(models.Model):
    """When one person's digests come, on the person's own clock, and which were the last.

    Locked by whatever decides when that person's mails come, so that no two digests leave at once.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="digest_clock"
    )
    hour = models.PositiveSmallIntegerField(default=7, validators=[MaxValueValidator(23)])
    weekday = models.PositiveSmallIntegerField(choices=Weekday, default=Weekday.MONDAY)
    # The moments for which they were planned, not those at which they left.
    last_daily = models.DateTimeField(null=True, blank=True)
    last_weekly = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(hour__lte=23), name="digestclock_hour_exists"),
            models.CheckConstraint(
                condition=Q(weekday__in=Weekday.values), name="digestclock_weekday_exists"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hour}:00"


class Snooze(models.Model):
    """One CAR about which one person gets no mail before a day begins to bring digests; known by its id alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="snoozes")
    finding_id = models.UUIDField()
    until = models.DateField()  # on the person's own calendar

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "finding_id"], name="snooze_once_per_car"),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} until {self.until}"
