"""What shares, replies, duties, calls and agreements come to for one CAR."""

from django.db import models
from django.db.models import Q

from actionplans.work import querysets
from findings.models import Finding
from stakeholders.models import Organisation


class WorkOnCar(models.Model):
    """Of a CAR under way what it is counted by, and how the work on it stands: with all, or as far as a `party` knows.

    A row has the columns of the CAR's own under the same names, so that what narrows CARs narrows these. There is one
    without a party for the site and the operator, and one for each organisation that `Access` lets see the CAR: what
    is between the site and itself. Written by triggers alone (migration 0025), which follow the CAR, its plan and all
    that `actionplans.waiting` goes through. That an update is late depends on the day: `update_due` is the earliest
    that is agreed and has not come.
    """

    id = models.BigAutoField(primary_key=True)
    finding = models.ForeignKey(
        Finding, on_delete=models.CASCADE, related_name="work", db_index=False, editable=False
    )
    party = models.UUIDField(null=True, editable=False)
    supplier = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", db_index=False, editable=False
    )
    status = models.CharField(max_length=50, editable=False)
    area = models.CharField(max_length=3, editable=False)
    country = models.CharField(max_length=2, editable=False)
    sector = models.CharField(max_length=20, editable=False)
    times_raised = models.PositiveSmallIntegerField(editable=False)
    raised_on = models.DateField(editable=False)
    is_urgent = models.BooleanField(editable=False)
    seeks_support = models.BooleanField(editable=False)
    is_published = models.BooleanField(editable=False)
    waits_for_site = models.BooleanField(editable=False)
    waits_for_parties = models.BooleanField(editable=False)
    reply_awaited = models.BooleanField(editable=False)
    changes_requested = models.BooleanField(editable=False)
    update_due = models.DateField(null=True, editable=False)

    objects = querysets.WorkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "party"], nulls_distinct=False, name="work_once_for_each_reader"
            ),
        ]
        indexes = [
            # Of a party, and of all.
            models.Index(fields=["party", "area", "status"], name="work_of_reader"),
            models.Index(fields=["supplier"], condition=Q(party=None), name="work_of_supplier"),
            # What is rare, and the first thing that a dashboard tells of.
            models.Index(
                fields=["party", "update_due"], condition=Q(update_due__isnull=False), name="work_update_due"
            ),
            models.Index(fields=["raised_on"], condition=Q(is_urgent=True), name="work_urgent"),
            models.Index(fields=["raised_on"], condition=Q(seeks_support=True), name="work_seeks_support"),
        ]
