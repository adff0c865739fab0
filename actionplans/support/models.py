"""That a site lets the operator's compliance staff read a draft and its threads for a while, and who did."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actionplans.annex import readable
from actionplans.plans import triggers
from actionplans.plans.models import ActionPlan
from actionplans.support import querysets


class SupportGrant(models.Model):
    """Sight of one plan for a purpose, until `expires_at` unless it was ended before."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(ActionPlan, on_delete=models.PROTECT, related_name="support_grants")
    purpose = models.TextField(_("purpose"))
    granted_at = models.DateTimeField(default=timezone.now, editable=False)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    expires_at = models.DateTimeField(editable=False)
    # By a person, or by the portal once its time is over, which is then noted and told.
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = querysets.SupportQuerySet.as_manager()

    class Meta:
        verbose_name = _("support grant")
        verbose_name_plural = _("support grants")
        ordering = ["-granted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan"], condition=Q(ended_at=None), name="support_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(purpose=""), name="support_has_a_purpose"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("granted_at")), name="support_expires_later"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("granted_at")),
                name="support_ended_after_it_began",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="support_stays", operation=pgtrigger.Delete),
            # Nobody makes it last longer, and one that has ended does not begin again.
            pgtrigger.ReadOnly(
                name="support_is_what_was_granted", fields=["plan", "granted_at", "expires_at"]
            ),
            pgtrigger.Protect(
                name="support_that_ended_stays_so",
                operation=pgtrigger.UpdateOf("ended_at"),
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
            pgtrigger.Trigger(
                name="support_purpose_only_redacted",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("purpose"),
                func=triggers.only_a_redacted_text("purpose"),
            ),
        ]

    @property
    def ran_out(self) -> bool:
        """Whether it ended by itself."""
        return self.ended_at is not None and self.ended_at >= self.expires_at

    @property
    def readable_purpose(self) -> str:
        return readable(self.purpose)


class SupportReading(models.Model):
    """That a person of the operator read along, once for each day (UTC)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    grant = models.ForeignKey(SupportGrant, on_delete=models.PROTECT, related_name="readings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    read_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-read_at"]
        constraints = [
            models.UniqueConstraint(fields=["grant", "person", "day"], name="support_reading_once_a_day"),
        ]
        triggers = [
            pgtrigger.Protect(name="support_reading_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
