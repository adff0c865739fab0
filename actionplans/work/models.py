"""What shares, replies, duties, calls and agreements come to for one CAR."""

from django.db import models
from django.db.models import Q

from actionplans.work import querysets
from findings.models import Finding
from stakeholders.models import Organisation


class WorkOnCar(models.Model):
    """Of a CAR under way what it is counted by, and how the work on it stands with its site and all of its parties.

    A row has the columns of the CAR's own under the same names, so that what narrows CARs narrows these. Written by
    triggers alone (migration 0025), which follow the CAR, its plan and all that `actionplans.waiting` goes through;
    nothing of it is for a party, who knows of itself alone. That an update is late depends on the day: `update_due`
    is the earliest that is agreed and has not come.
    """

    finding = models.OneToOneField(
        Finding, primary_key=True, on_delete=models.CASCADE, related_name="work", editable=False
    )
    supplier = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", editable=False)
    status = models.CharField(max_length=50, editable=False)
    area = models.CharField(max_length=3, editable=False)
    country = models.CharField(max_length=2, editable=False)
    sector = models.CharField(max_length=20, editable=False)
    times_raised = models.PositiveSmallIntegerField(editable=False)
    raised_on = models.DateField(editable=False)
    is_published = models.BooleanField(editable=False)
    waits_for_site = models.BooleanField(editable=False)
    waits_for_parties = models.BooleanField(editable=False)
    reply_awaited = models.BooleanField(editable=False)
    changes_requested = models.BooleanField(editable=False)
    update_due = models.DateField(null=True, editable=False)

    objects = querysets.WorkQuerySet.as_manager()

    class Meta:
        indexes = [
            # An update that is late is rare, and the first thing that a dashboard tells of.
            models.Index(
                fields=["update_due"], name="work_update_due", condition=Q(update_due__isnull=False)
            ),
        ]
