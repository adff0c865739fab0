"""On which days an organisation wants to be reminded, where it has chosen."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from stakeholders.models.organisations import Organisation

# More reminders of one date than this would be nagging, whoever chose them.
MOST_STEPS = 8


class ReminderSteps(models.Model):
    """The days that hold for an organisation instead of the usual ones of that kind; none at all is a choice, too."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="reminder_steps")
    kind = models.CharField(max_length=60)
    # After the date, negative before it; in order, each once.
    days = ArrayField(models.SmallIntegerField(), blank=True)

    class Meta:
        verbose_name = _("days of reminders")
        verbose_name_plural = _("days of reminders")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind"], name="reminder_steps_once_per_kind"),
            models.CheckConstraint(
                condition=models.Q(days__len__lte=MOST_STEPS), name="reminder_steps_not_too_many"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.organisation}"
