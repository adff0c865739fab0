"""Calls between a site and a party of its plan: the times that were proposed, what was agreed, and what came of it."""

import uuid
from datetime import datetime, timedelta

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from actionplans.annex import readable
from actionplans.annex.periods import Period
from actionplans.calls import querysets
from actionplans.plans import triggers
from actionplans.sharing.models import PlanShare, Side


class Purpose(models.TextChoices):
    """What a call is for: what the Annex' last row asks, by the key of that line, or own words."""

    APPROACH = "call_on_approach", _("The approach, and what each party is responsible for")
    ROOT_CAUSE = "call_on_root_cause", _("Investigating the root cause further")
    OTHER = "other", _("Something else")


class CallStatus(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    AGREED = "agreed", _("Agreed")
    HELD = "held", _("Held")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("Cancelled")


OPEN = [CallStatus.PROPOSED, CallStatus.AGREED]
ENDED = [CallStatus.HELD, CallStatus.DECLINED, CallStatus.CANCELLED]


class Duration(models.IntegerChoices):
    """Minutes."""

    QUARTER = 15, _("15 minutes")
    HALF = 30, _("30 minutes")
    THREE_QUARTERS = 45, _("45 minutes")
    HOUR = 60, _("1 hour")
    HOUR_AND_HALF = 90, _("1 hour 30 minutes")
    TWO_HOURS = 120, _("2 hours")


class Call(models.Model):
    """One call, from the first proposal to its minutes; `by_side` made the proposal that stands.

    `turn` counts the proposals, so that nobody answers one that they have not seen. `starts_at` is the time that
    was agreed last and stands in people's calendars; it holds while the call is agreed. `sequence` is that of
    iCalendar and grows with everything that calendars are told. A call that is cancelled with its share was
    ended by no side.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    share = models.ForeignKey(PlanShare, on_delete=models.PROTECT, related_name="calls")
    purpose = models.CharField(_("what it is for"), max_length=20, choices=Purpose.choices)
    topic = models.CharField(_("in your own words"), max_length=200, blank=True)
    by_side = models.CharField(max_length=10, choices=Side.choices)
    turn = models.PositiveSmallIntegerField(default=1, editable=False)
    duration = models.PositiveSmallIntegerField(_("how long"), choices=Duration.choices)
    where = models.CharField(_("link or phone number"), max_length=300)
    status = FSMField(_("status"), default=CallStatus.PROPOSED, choices=CallStatus.choices, editable=False)
    starts_at = models.DateTimeField(null=True, editable=False)
    sequence = models.PositiveSmallIntegerField(default=0, editable=False)
    reason = models.TextField(_("reason"), blank=True)
    ended_by = models.CharField(max_length=10, choices=Side.choices, blank=True, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = querysets.CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["share", "purpose"], condition=Q(status__in=OPEN), name="call_one_open_per_purpose"
            ),
            models.CheckConstraint(condition=Q(status__in=CallStatus.values), name="call_status_is_known"),
            models.CheckConstraint(condition=Q(by_side__in=Side.values), name="call_side_is_known"),
            models.CheckConstraint(condition=Q(duration__in=Duration.values), name="call_duration_is_known"),
            models.CheckConstraint(
                condition=Q(purpose=Purpose.OTHER) & ~Q(topic="")
                | Q(purpose__in=[Purpose.APPROACH, Purpose.ROOT_CAUSE], topic=""),
                name="call_says_what_it_is_for",
            ),
            models.CheckConstraint(condition=~Q(where=""), name="call_says_where"),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=False) | ~Q(status__in=[CallStatus.AGREED, CallStatus.HELD]),
                name="call_agreed_with_time",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[*OPEN, CallStatus.HELD], reason="", ended_by="")
                | Q(status=CallStatus.DECLINED, ended_by__in=Side.values) & ~Q(reason="")
                | Q(status=CallStatus.CANCELLED, ended_by__in=[*Side.values, ""]),
                name="call_ended_with_side_and_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="call_is_kept", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="call_status_moves",
                field="status",
                transitions=[
                    ("proposed", "agreed"),
                    ("proposed", "declined"),
                    ("proposed", "cancelled"),
                    ("agreed", "held"),
                    ("agreed", "cancelled"),
                    ("agreed", "proposed"),
                ],
            ),
            pgtrigger.Trigger(
                name="call_ended_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status__in=ENDED),
                func=triggers.only_redacted_texts("topic", "where", "reason"),
            ),
            # What a calendar was told once, a lower number would not undo.
            pgtrigger.Protect(
                name="call_sequence_grows",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__sequence__lt=pgtrigger.F("old__sequence")),
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_proposed(self) -> bool:
        return self.status == CallStatus.PROPOSED

    @property
    def is_agreed(self) -> bool:
        return self.status == CallStatus.AGREED

    @property
    def ends_at(self) -> datetime | None:
        return self.starts_at and self.starts_at + timedelta(minutes=self.duration)

    @property
    def about(self) -> str:
        """What it is for, in words."""
        return readable(self.topic) if self.topic else str(self.get_purpose_display())

    @property
    def readable_where(self) -> str:
        return readable(self.where)

    @property
    def readable_reason(self) -> str:
        return readable(self.reason)

    @transition(field=status, source=CallStatus.PROPOSED, target=CallStatus.AGREED)
    def agree(self, *, starts_at: datetime) -> None:
        """The other side picks one of the times; calendars that had another are told anew."""
        self.sequence += self.starts_at is not None
        self.starts_at = starts_at

    @transition(field=status, source=CallStatus.AGREED, target=CallStatus.PROPOSED)
    def move(self) -> None:
        """Either side proposes other times; the one that was agreed holds no more."""
        self.sequence += 1

    @transition(field=status, source=CallStatus.PROPOSED, target=CallStatus.DECLINED)
    def decline(self, *, by: Side, reason: str) -> None:
        self.ended_by, self.reason = by, reason

    @transition(field=status, source=OPEN, target=CallStatus.CANCELLED)
    def cancel(self, *, by: Side | None, reason: str = "") -> None:
        """Either side, or nobody where the plan is no longer shared."""
        self.sequence += self.is_agreed
        self.ended_by, self.reason = by or "", reason

    @transition(field=status, source=CallStatus.AGREED, target=CallStatus.HELD)
    def hold(self) -> None:
        """It took place, and somebody wrote down what came of it."""


class CallSlot(models.Model):
    """A time that was proposed, in the `turn` of its call; earlier turns are kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="slots")
    turn = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField(_("begins"))

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["call", "turn", "starts_at"], name="call_slot_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="call_slot_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class CallMinutes(models.Model):
    """What came of a call, as one side wrote it down for both."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="minutes")
    text = models.TextField(_("what came of it"))
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("minutes of a call")
        verbose_name_plural = _("minutes of calls")
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="call_minutes_say_something")]
        triggers = [
            pgtrigger.Protect(name="call_minutes_are_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="call_minutes_only_redacted",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=triggers.only_a_redacted_text("text"),
            ),
        ]

    @property
    def readable_text(self) -> str:
        return readable(self.text)


class CallAction(models.Model):
    """Something that the two sides agreed to do; `row_id` is its row in the plan, once the site has taken it in.

    `ends` is a suggested time as `annex.periods` spells it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="actions")
    position = models.PositiveSmallIntegerField()
    what = models.TextField(_("what is to be done"))
    owner = models.CharField(_("who does it"), max_length=10, choices=Side.choices)
    ends = models.CharField(_("is to be done by the end of"), max_length=10, blank=True)
    row_id = models.UUIDField(null=True, editable=False)
    taken_at = models.DateTimeField(null=True, editable=False)

    objects = querysets.CallActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action from a call")
        verbose_name_plural = _("actions from calls")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["call", "position"], name="call_action_in_one_place"),
            models.CheckConstraint(condition=~Q(what=""), name="call_action_says_something"),
            models.CheckConstraint(condition=Q(owner__in=Side.values), name="call_action_owner_is_known"),
            models.CheckConstraint(
                condition=Q(row_id=None, taken_at=None) | Q(row_id__isnull=False, taken_at__isnull=False),
                name="call_action_taken_with_time",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="call_action_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="call_action_stays", exclude=["what", "row_id", "taken_at"]),
            pgtrigger.Trigger(
                name="call_action_only_redacted",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("what"),
                func=triggers.only_a_redacted_text("what"),
            ),
        ]

    @property
    def period(self) -> str:
        return Period.read(self.ends).label if self.ends else ""

    @property
    def readable_what(self) -> str:
        return readable(self.what)
