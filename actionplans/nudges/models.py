"""A reminder of a CAR that people set for themselves, or for those who write for their organisation."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actionplans.annex import readable
from actionplans.nudges import querysets
from carportal.core.actor import WRITING_ROLES
from findings.models import Finding
from stakeholders.models import Membership, Organisation


class Whom(models.TextChoices):
    """Whom it reminds, as the one who sets it says it; nobody of another organisation, ever."""

    SELF = "self", _("Only me")
    WRITERS = "writers", _("Everyone who writes for us")


class Nudge(models.Model):
    """What is to be remembered on a day at the site; `remind_on` is that day until a sweep has dealt with it.

    `turn` counts how often it was set, so that nobody writes over what a colleague has made of it since.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="nudges")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    text = models.TextField(_("what of"))
    whom = models.CharField(_("who is reminded"), max_length=10, choices=Whom.choices)
    set_at = models.DateTimeField(default=timezone.now, editable=False)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    turn = models.PositiveSmallIntegerField(default=1, editable=False)
    remind_on = models.DateField(null=True, editable=False)

    objects = querysets.NudgeQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder of one's own")
        verbose_name_plural = _("reminders of one's own")
        ordering = ["day", "set_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="nudge_says_something"),
            models.CheckConstraint(condition=Q(whom__in=Whom.values), name="nudge_whom_is_known"),
            models.CheckConstraint(
                condition=Q(remind_on=None) | Q(remind_on=F("day")), name="nudge_comes_on_its_day"
            ),
        ]
        indexes = [
            models.Index(fields=["remind_on"], name="nudge_to_remind", condition=Q(remind_on__isnull=False)),
        ]

    @property
    def is_to_come(self) -> bool:
        return self.remind_on is not None

    @property
    def is_for_all_writers(self) -> bool:
        return self.whom == Whom.WRITERS

    def reminds(self, member: Membership) -> bool:
        """Who set it, whatever that person's role is by now; or all who write for the organisation."""
        if member.organisation_id != self.organisation_id:
            return False
        return member.role in WRITING_ROLES if self.is_for_all_writers else member.user_id == self.set_by_id

    @property
    def readable_text(self) -> str:
        return readable(self.text)
