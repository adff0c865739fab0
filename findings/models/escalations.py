"""Escalations: who was told that step 1 of a CAR is urgent, and that the protocol has taken over."""

import uuid
from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from findings.escalation import querysets, triggers
from findings.models.findings import Finding
from findings.models.triage import Triage
from stakeholders.models import Organisation


class EscalationStatus(models.TextChoices):
    OPEN = "open", _("Open")
    TAKEN_OVER = "taken_over", _("The protocol has taken over")
    CALLED_OFF = "called_off", _("Called off")


class CallOffReason(models.TextChoices):
    """Chosen, not written: it goes to everybody who was told, and words of the site could name one to another."""

    MISTAKE = "mistake", _("It was sent by mistake")
    NOT_URGENT = "not_urgent", _("Step 1 was taken again, and it is not urgent")


class Escalation(models.Model):
    """What the site sends once step 1 is urgent: open until all have recorded that the protocol has taken over."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="escalations")
    triage = models.ForeignKey(Triage, on_delete=models.PROTECT, related_name="escalations")
    status = FSMField(
        _("status"), default=EscalationStatus.OPEN, choices=EscalationStatus.choices, editable=False
    )
    raised_at = models.DateTimeField(default=timezone.now, editable=False)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(max_length=20, choices=CallOffReason.choices, blank=True)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = querysets.EscalationQuerySet.as_manager()

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding"], condition=Q(status=EscalationStatus.OPEN), name="escalation_one_open"
            ),
            models.CheckConstraint(
                condition=Q(status__in=EscalationStatus.values), name="escalation_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status=EscalationStatus.CALLED_OFF, reason__in=CallOffReason.values)
                | (~Q(status=EscalationStatus.CALLED_OFF) & Q(reason="")),
                name="escalation_called_off_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(status=EscalationStatus.OPEN, ended_at=None)
                | (~Q(status=EscalationStatus.OPEN) & Q(ended_at__isnull=False)),
                name="escalation_ended_with_time",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="escalation_status_moves",
                field="status",
                transitions=[("open", "taken_over"), ("open", "called_off")],
            ),
            pgtrigger.Protect(name="escalation_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="escalation_is_what_it_is",
                exclude=["status", "reason", "ended_at", "raised_by", "ended_by"],
            ),
            pgtrigger.Trigger(
                name="ended_escalation_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status__in=["taken_over", "called_off"]),
                func=triggers.only_people_go("raised_by_id", "ended_by_id"),
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.status == EscalationStatus.OPEN

    @property
    def is_called_off(self) -> bool:
        return self.status == EscalationStatus.CALLED_OFF

    @transition(field=status, source=EscalationStatus.OPEN, target=EscalationStatus.TAKEN_OVER)
    def be_taken_over(self, *, at: datetime, by: uuid.UUID | None) -> None:
        """The site and every customer that was told have recorded it."""
        self.ended_at, self.ended_by_id = at, by

    @transition(field=status, source=EscalationStatus.OPEN, target=EscalationStatus.CALLED_OFF)
    def call_off(self, *, reason: CallOffReason, at: datetime, by: uuid.UUID | None) -> None:
        """It need not have been sent, or is no longer urgent."""
        self.reason, self.ended_at, self.ended_by_id = reason, at, by


class PartySide(models.TextChoices):
    SITE = "site", _("The site")
    OPERATOR = "operator", _("The operator of this portal")
    CUSTOMER = "customer", _("Customer")


class EscalationParty(models.Model):
    """An organisation's own part in an escalation; of the others a customer never learns.

    The operator is told and acknowledges; the site and the customers also record that the protocol has taken
    over. `taken_over_name` is who said so at a customer for which the site recorded it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="parties")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=PartySide.choices)
    acknowledged_at = models.DateTimeField(null=True, editable=False)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    taken_over_at = models.DateTimeField(null=True, editable=False)
    taken_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    taken_over_name = models.CharField(max_length=200, blank=True)
    # Once it no longer buys from the site; the others do not wait for it any more.
    left_at = models.DateTimeField(null=True, editable=False)

    objects = querysets.PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party of an escalation")
        verbose_name_plural = _("parties of an escalation")
        ordering = ["organisation__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["escalation", "organisation"],
                condition=Q(left_at=None),
                name="escalation_party_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(side__in=PartySide.values), name="escalation_party_side_is_known"
            ),
            models.CheckConstraint(
                condition=Q(taken_over_at=None) | ~Q(side=PartySide.OPERATOR),
                name="escalation_party_operator_is_told",
            ),
            models.CheckConstraint(
                condition=Q(taken_over_name="") | Q(side=PartySide.CUSTOMER, taken_over_at__isnull=False),
                name="escalation_party_named_with_time",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="escalation_party_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="escalation_party_is_whose_it_is", fields=["escalation", "organisation", "side"]
            ),
            pgtrigger.Trigger(
                name="escalation_party_keeps_what_was_recorded",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=triggers.WHAT_WAS_RECORDED_STAYS,
            ),
        ]

    @property
    def is_customer(self) -> bool:
        return self.side == PartySide.CUSTOMER

    @property
    def is_told_here(self) -> bool:
        """Through the portal, so that its own people can answer; costs no query where tellings are prefetched."""
        return any(telling.route == Route.PORTAL for telling in self.tellings.all())


class Route(models.TextChoices):
    PORTAL = "portal", _("Through this portal and by e-mail")
    TELEPHONE = "telephone", _("By telephone")
    IN_PERSON = "in_person", _("In person")
    OTHER = "other", _("In another way")


OUTSIDE = [Route.TELEPHONE, Route.IN_PERSON, Route.OTHER]


class Telling(models.Model):
    """That a party was told, when and on which route; outside the portal also `whom`, the person there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.ForeignKey(EscalationParty, on_delete=models.PROTECT, related_name="tellings")
    route = models.CharField(max_length=10, choices=Route.choices)
    whom = models.CharField(_("person who was told"), max_length=200, blank=True)
    told_at = models.DateTimeField()
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("telling")
        verbose_name_plural = _("tellings")
        ordering = ["told_at", "recorded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["party"], condition=Q(route=Route.PORTAL), name="telling_once_through_the_portal"
            ),
            models.CheckConstraint(
                condition=Q(route=Route.PORTAL, whom="") | (Q(route__in=OUTSIDE) & ~Q(whom="")),
                name="telling_names_whom_outside",
            ),
            models.CheckConstraint(condition=Q(told_at__lte=F("recorded_at")), name="telling_is_not_to_come"),
        ]
        triggers = [
            pgtrigger.Protect(name="telling_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="telling_is_what_it_is", exclude=["whom", "told_by"]),
            pgtrigger.Trigger(
                name="telling_only_redacted",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("whom"),
                func=triggers.only_a_redacted("whom"),
            ),
        ]
