"""What a party of a plan is to do itself: whether it takes that on, and how far it has come."""

import uuid
from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from actionplans.annex import readable
from actionplans.duties import querysets
from actionplans.plans import triggers
from actionplans.plans.models import Revision
from actionplans.sharing.models import PlanShare


class DutyStatus(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    ENDED = "ended", _("Ended")


OPEN = [DutyStatus.PROPOSED, DutyStatus.ACCEPTED, DutyStatus.DECLINED]


class Duty(models.Model):
    """An action of the plan that names the party as its owner; `revision` is the newest shared that does.

    `turn` counts what was asked and answered, so that nobody answers what they have not seen. `changed_at` is since
    when it stands as it does. `due_on` is the last day of the time by the end of which that revision wants it done,
    `is_done` whether the newest report says so since the party took it on. `remind_on` is the day from which on a
    sweep looks whether to remind of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    share = models.ForeignKey(PlanShare, on_delete=models.PROTECT, related_name="duties")
    row_id = models.UUIDField(editable=False)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    status = FSMField(_("status"), default=DutyStatus.PROPOSED, choices=DutyStatus.choices, editable=False)
    turn = models.PositiveSmallIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    due_on = models.DateField(null=True, editable=False)
    is_done = models.BooleanField(default=False, editable=False)
    remind_on = models.DateField(null=True, editable=False)

    objects = querysets.DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("action of a party")
        verbose_name_plural = _("actions of parties")
        ordering = ["changed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["share", "row_id"], condition=Q(status__in=OPEN), name="duty_one_open_per_action"
            ),
            models.CheckConstraint(condition=Q(status__in=DutyStatus.values), name="duty_status_is_known"),
            models.CheckConstraint(
                condition=Q(remind_on=None)
                | Q(status=DutyStatus.ACCEPTED, due_on__isnull=False, is_done=False),
                name="duty_reminds_of_what_is_to_be_done",
            ),
        ]
        indexes = [
            models.Index(fields=["remind_on"], name="duty_to_remind", condition=Q(remind_on__isnull=False)),
        ]
        triggers = [
            pgtrigger.Protect(name="duty_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="duty_is_about_one_action", fields=["share", "row_id"]),
            pgtrigger.FSM(
                name="duty_status_moves",
                field="status",
                transitions=[
                    ("proposed", "accepted"),
                    ("proposed", "declined"),
                    ("proposed", "ended"),
                    ("accepted", "proposed"),
                    ("accepted", "declined"),
                    ("accepted", "ended"),
                    ("declined", "proposed"),
                    ("declined", "accepted"),
                    ("declined", "ended"),
                ],
            ),
            pgtrigger.Protect(
                name="duty_ended_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status=DutyStatus.ENDED),
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_proposed(self) -> bool:
        return self.status == DutyStatus.PROPOSED

    @property
    def is_accepted(self) -> bool:
        return self.status == DutyStatus.ACCEPTED

    @property
    def is_declined(self) -> bool:
        return self.status == DutyStatus.DECLINED

    @property
    def is_awaited(self) -> bool:
        """Whether its party took it on for a time, and has not said that it is done."""
        return self.is_accepted and self.due_on is not None and not self.is_done

    @transition(field=status, source=OPEN, target=DutyStatus.PROPOSED)
    def ask_anew(self, *, revision: Revision, due_on: date | None) -> None:
        """A newer revision says something else of the action."""
        self.revision, self.due_on, self.is_done = revision, due_on, False

    @transition(field=status, source=[DutyStatus.PROPOSED, DutyStatus.DECLINED], target=DutyStatus.ACCEPTED)
    def accept(self) -> None:
        """The party takes the action on."""
        self.is_done = False

    @transition(field=status, source=[DutyStatus.PROPOSED, DutyStatus.ACCEPTED], target=DutyStatus.DECLINED)
    def decline(self) -> None:
        """The party does not, or no longer, take it on; why, its answer says."""

    @transition(field=status, source=OPEN, target=DutyStatus.ENDED)
    def end(self) -> None:
        """The action is finished, is somebody else's, or is nothing that the party reads any more."""


class AnswerKind(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")


class DutyAnswer(models.Model):
    """What the party said to an action as one revision words it; the person is named, the party answers as one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="answers")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("answer"), max_length=10, choices=AnswerKind.choices)
    reason = models.TextField(_("reason"), blank=True)
    answered_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-answered_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=AnswerKind.ACCEPTED, reason="")
                | Q(kind=AnswerKind.DECLINED) & ~Q(reason=""),
                name="duty_declined_with_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="duty_answer_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="duty_answer_only_redacted",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=triggers.only_a_redacted_text("reason"),
            ),
        ]

    @property
    def readable_reason(self) -> str:
        return readable(self.reason)


class ReportState(models.TextChoices):
    """As the template spells the state of an action."""

    UNDER_WAY = "under_way", _("Under way")
    DONE = "done", _("Done")


class DutyReport(models.Model):
    """How far the party has come with what it took on; `taken_at` is when the site took that into its draft."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="reports")
    state = models.CharField(_("state"), max_length=10, choices=ReportState.choices)
    text = models.TextField(_("what was done"))
    reported_at = models.DateTimeField(default=timezone.now, editable=False)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_at = models.DateTimeField(null=True, editable=False)

    objects = querysets.DutyReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report on an action")
        verbose_name_plural = _("reports on actions")
        ordering = ["-reported_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ReportState.values), name="duty_report_state_is_known"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="duty_report_says_something"),
        ]
        triggers = [
            pgtrigger.Protect(name="duty_report_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="duty_report_stays", exclude=["text", "taken_at"]),
            pgtrigger.Trigger(
                name="duty_report_only_redacted",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("text"),
                func=triggers.only_a_redacted_text("text"),
            ),
            pgtrigger.Protect(
                name="duty_report_taken_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__taken_at__isnull=False)
                & pgtrigger.Q(old__taken_at__df=pgtrigger.F("new__taken_at")),
            ),
        ]

    @property
    def readable_text(self) -> str:
        return readable(self.text)
