"""Step 1 as it was taken."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from findings import querysets
from findings.models.findings import Finding


class TriageOutcome(models.TextChoices):
    URGENT = "urgent", _("Urgent action")
    WRITE_PLAN = "write_plan", _("Create the action plan")
    ENGAGE_ALL = "engage_all", _("Engage all customers")
    ENGAGE_ONE = "engage_one", _("Engage one customer first")
    SEEK_SUPPORT = "seek_support", _("Seek support")


class Triage(models.Model):
    """Step 1 taken once: the answers and where they led; taken again, a further row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="triages", db_index=False)
    definition = models.CharField(max_length=20)
    # Question key -> true/false, only for the questions that were reached.
    answers = models.JSONField()
    is_urgent = models.BooleanField()
    outcome = models.CharField(max_length=20, choices=TriageOutcome.choices)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(auto_now_add=True)

    objects = querysets.TriageQuerySet.as_manager()

    class Meta:
        ordering = ["-answered_at"]
        indexes = [
            # The last one of a CAR; and what is listed, whatever has become of the CAR.
            models.Index(fields=["finding", "answered_at"], name="triage_last"),
            models.Index(
                fields=["finding", "answered_at"], condition=Q(is_urgent=True), name="triage_urgent"
            ),
            models.Index(
                fields=["finding", "answered_at"],
                condition=Q(outcome=TriageOutcome.SEEK_SUPPORT),
                name="triage_seeks_support",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=TriageOutcome.values), name="triage_outcome_is_known"
            ),
        ]
