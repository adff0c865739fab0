"""How often a site and a party agreed on updates, what was proposed, and the updates that were posted."""

import uuid
from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from actionplans.annex import readable
from actionplans.plans import triggers
from actionplans.plans.models import ActionPlan
from actionplans.sharing.models import PlanShare, Side
from actionplans.updates import querysets


class Frequency(models.IntegerChoices):
    """Months from one update to the next, as they are said within a sentence."""

    MONTHLY = 1, _("every month")
    TWO_MONTHS = 2, _("every 2 months")
    THREE_MONTHS = 3, _("every 3 months")
    FOUR_MONTHS = 4, _("every 4 months")
    SIX_MONTHS = 6, _("every 6 months")
    YEARLY = 12, _("every 12 months")


class ProposalStatus(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class UpdateAgreement(models.Model):
    """What holds between the site and one party: an update every so many months, counted from `first_due`.

    Either side can end it; the row is then what was agreed last, and takes the terms of a new agreement. That an update is late is computed from `next_due`. `remind_on` is the day from which on a sweep finds
    something to remind of; without one, nothing is left to be said about `next_due`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    share = models.OneToOneField(PlanShare, on_delete=models.PROTECT, related_name="agreement")
    months = models.PositiveSmallIntegerField(_("how often"), choices=Frequency.choices)
    first_due = models.DateField(_("first update on"))
    next_due = models.DateField(_("next update on"))
    remind_on = models.DateField(null=True, editable=False)
    agreed_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.CharField(max_length=10, choices=Side.choices, blank=True, editable=False)

    objects = querysets.AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement on updates")
        verbose_name_plural = _("agreements on updates")
        constraints = [
            models.CheckConstraint(
                condition=Q(months__in=Frequency.values), name="agreement_frequency_is_known"
            ),
            models.CheckConstraint(
                condition=Q(next_due__gte=F("first_due")), name="agreement_goes_on_from_its_first_date"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by="")
                | Q(ended_at__isnull=False, ended_by__in=Side.values, remind_on=None),
                name="agreement_ended_by_a_side",
            ),
        ]
        indexes = [
            models.Index(fields=["next_due"], name="agreement_next_due"),
            models.Index(
                fields=["remind_on"], name="agreement_to_remind", condition=Q(remind_on__isnull=False)
            ),
        ]

    @property
    def is_ended(self) -> bool:
        return self.ended_at is not None


class UpdateProposal(models.Model):
    """How often one side would like updates; the other accepts or declines it, or proposes something else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    share = models.ForeignKey(PlanShare, on_delete=models.PROTECT, related_name="update_proposals")
    by_side = models.CharField(max_length=10, choices=Side.choices)
    months = models.PositiveSmallIntegerField(_("how often"), choices=Frequency.choices)
    first_due = models.DateField(_("first update on"))
    status = FSMField(
        _("status"), default=ProposalStatus.PROPOSED, choices=ProposalStatus.choices, editable=False
    )
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, editable=False)

    objects = querysets.ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal for updates")
        verbose_name_plural = _("proposals for updates")
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["share"],
                condition=Q(status=ProposalStatus.PROPOSED),
                name="update_proposal_one_open_per_share",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ProposalStatus.values), name="update_proposal_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(by_side__in=Side.values), name="update_proposal_side_is_known"
            ),
            models.CheckConstraint(
                condition=Q(months__in=Frequency.values), name="update_proposal_frequency_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status=ProposalStatus.PROPOSED, answered_at=None)
                | (~Q(status=ProposalStatus.PROPOSED) & Q(answered_at__isnull=False)),
                name="update_proposal_answered_with_time",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="update_proposal_status_moves",
                field="status",
                transitions=[
                    ("proposed", "accepted"),
                    ("proposed", "declined"),
                    ("proposed", "withdrawn"),
                ],
            ),
            # What was proposed stays what was proposed; only how it ended is added.
            pgtrigger.ReadOnly(
                name="update_proposal_stays", exclude=["status", "answered_at", "proposed_by"]
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.status == ProposalStatus.PROPOSED

    @transition(field=status, source=ProposalStatus.PROPOSED, target=ProposalStatus.ACCEPTED)
    def accept(self, *, at: datetime) -> None:
        """The other side agrees."""
        self.answered_at = at

    @transition(field=status, source=ProposalStatus.PROPOSED, target=ProposalStatus.DECLINED)
    def decline(self, *, at: datetime) -> None:
        """The other side does not agree, or proposes something else."""
        self.answered_at = at

    @transition(field=status, source=ProposalStatus.PROPOSED, target=ProposalStatus.WITHDRAWN)
    def withdraw(self, *, at: datetime) -> None:
        """Whoever proposed it takes it back, or proposes something else."""
        self.answered_at = at


class Update(models.Model):
    """What happened since the last one, as the site told it; to whom, `SharedUpdate` says."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(ActionPlan, on_delete=models.PROTECT, related_name="updates")
    text = models.TextField(_("what happened"))
    posted_at = models.DateTimeField(default=timezone.now, editable=False)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = querysets.UpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        ordering = ["-posted_at"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="update_says_something")]
        triggers = [
            pgtrigger.Protect(name="update_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="update_only_redacted",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=triggers.only_a_redacted_text("text"),
            ),
        ]

    @property
    def readable_text(self) -> str:
        return readable(self.text)


class SharedUpdate(models.Model):
    """One update as it was sent to one party; `counted_for` is the agreed date that it was for, if any."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    update = models.ForeignKey(Update, on_delete=models.PROTECT, related_name="sent")
    share = models.ForeignKey(PlanShare, on_delete=models.PROTECT, related_name="updates")
    counted_for = models.DateField(null=True, editable=False)

    objects = querysets.SharedUpdateQuerySet.as_manager()

    class Meta:
        ordering = ["-update__posted_at"]
        constraints = [
            models.UniqueConstraint(fields=["update", "share"], name="shared_update_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="shared_update_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
