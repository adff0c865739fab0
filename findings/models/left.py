"""What a published audit left for the operator to decide about CARs."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from findings import querysets
from findings.models.audits import Audit
from findings.models.findings import Finding


class LeftReason(models.TextChoices):
    OTHER_FINDING = "other_finding", _("The audit found something else on the same requirement")
    NO_LONGER_LISTED = "no_longer_listed", _("The corrected audit no longer lists this CAR")


class LeftDecision(models.TextChoices):
    UNDECIDED = "undecided", _("To decide")
    STAYS = "stays", _("Stays as it is")
    CLOSED = "closed", _("Closed by that audit")


class LeftFinding(models.Model):
    """A CAR that a published audit neither ended nor confirmed: the operator decides."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="left_by")
    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="left")
    reason = models.CharField(max_length=20, choices=LeftReason.choices)
    decision = models.CharField(max_length=20, choices=LeftDecision.choices, default=LeftDecision.UNDECIDED)
    note = models.TextField(_("reason"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = querysets.LeftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["finding", "audit"], name="left_once_per_audit"),
            models.CheckConstraint(condition=Q(reason__in=LeftReason.values), name="left_reason_is_known"),
            models.CheckConstraint(
                condition=Q(decision__in=LeftDecision.values), name="left_decision_is_known"
            ),
            models.CheckConstraint(
                condition=Q(decision=LeftDecision.UNDECIDED, decided_at=None)
                | (~Q(decision=LeftDecision.UNDECIDED) & Q(decided_at__isnull=False) & ~Q(note="")),
                name="left_decided_with_note",
            ),
        ]
