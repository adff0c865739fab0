"""Who else may see a CAR."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from findings.models.findings import Finding
from findings.tally import statements
from stakeholders.models import Organisation


class AccessLevel(models.IntegerChoices):
    CAR = 1, _("The CAR")
    PLAN = 2, _("The CAR and its published plan")


class AccessSource(models.TextChoices):
    RELATIONSHIP = "relationship", _("Trading relationship")
    SHARE = "share", _("Shared plan")
    ESCALATION = "escalation", _("Escalation that it was told of")


class Access(models.Model):
    """That an organisation other than supplier, audit company and operator may see a CAR.

    Written by services when a relationship, a share or an escalation changes; the one thing `visible_to` reads.
    """

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="accesses", db_index=False
    )
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="accesses")
    level = models.SmallIntegerField(choices=AccessLevel.choices)
    source = models.CharField(max_length=20, choices=AccessSource.choices)
    source_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "finding", "source", "source_id"], name="access_once_per_source"
            ),
            models.CheckConstraint(condition=Q(level__in=AccessLevel.values), name="access_level_is_known"),
            models.CheckConstraint(
                condition=Q(source__in=AccessSource.values), name="access_source_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["source", "source_id"], name="access_source"),
            # What an organisation came to see last, where it searches.
            models.Index(fields=["organisation", "-id"], name="access_newest"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="new_access_counts",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_access"),
                func=statements.COUNT_NEW_ACCESS,
            ),
            pgtrigger.Trigger(
                name="changed_access_counts",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                referencing=pgtrigger.Referencing(old="old_access", new="new_access"),
                func=statements.COUNT_CHANGED_ACCESS,
            ),
            pgtrigger.Trigger(
                name="access_that_ends_counts",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Delete,
                referencing=pgtrigger.Referencing(old="old_access"),
                func=statements.UNCOUNT_ACCESS,
            ),
        ]
