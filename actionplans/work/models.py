"""What shares, replies, duties, calls and agreements come to for one CAR."""

from django.db import models
from django.db.models import Q

from actionplans.work import querysets
from findings.models import Finding
from findings.models.findings import IS_UNDER_WAY
from findings.ordering import stage
from stakeholders.models import Organisation, Site

OF_ALL, OF_A_PARTY = Q(party=None), Q(party__isnull=False)
KIND = ("area", "country", "sector")
# What figures count by or are narrowed by beside that, and which CAR it is.
COUNTED_BY = ("finding", "status", "times_raised", "raised_on")
NARROWED_BY = (
    "site",
    "status",
    "area",
    "country",
    "sector",
    "times_raised",
    "is_triaged",
    "has_plan",
    "is_published",
    "waits_for_site",
    "waits_for_parties",
    "reply_awaited",
    "changes_requested",
    "update_due",
)


class WorkOnCar(models.Model):
    """Of a CAR what it is listed and counted by, and how the work on it stands: with all, or as far as a `party` knows.

    A row has the columns of the CAR's own under the same names, so that what narrows and sorts CARs does so with these.
    There is one without a party for the site and the operator while the CAR is under way, and one for each organisation
    that `Access` lets see the CAR, for as long as it does: what is between the site and itself. Written by triggers
    alone (migration 0029), which follow the CAR, its plan and all that `actionplans.waiting` goes through.

    That an update is late depends on the day: `update_due` is the earliest that is agreed and has not come. `has_plan`
    is for a party that one is shared with it, `is_published` that it may read what was published; whether it was there
    when a CAR was raised before, the row of that one says (`raised_again_as`).
    """

    id = models.BigAutoField(primary_key=True)
    finding = models.ForeignKey(
        Finding, on_delete=models.CASCADE, related_name="work", db_index=False, editable=False
    )
    party = models.UUIDField(null=True, editable=False)
    supplier = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", db_index=False, editable=False
    )
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+", db_index=False, editable=False)
    reference = models.CharField(max_length=20, editable=False)
    status = models.CharField(max_length=50, editable=False)
    area = models.CharField(max_length=3, editable=False)
    country = models.CharField(max_length=2, editable=False)
    sector = models.CharField(max_length=20, editable=False)
    times_raised = models.PositiveSmallIntegerField(editable=False)
    raised_on = models.DateField(editable=False)
    ended_on = models.DateField(null=True, editable=False)
    raised_again_as = models.UUIDField(null=True, editable=False)
    is_triaged = models.BooleanField(editable=False)
    is_urgent = models.BooleanField(editable=False)
    seeks_support = models.BooleanField(editable=False)
    has_plan = models.BooleanField(editable=False)
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
            # The list as it usually is, of all and of a party: what narrows it is in the index, so that finding a page
            # and counting read nothing else.
            models.Index(
                fields=["raised_on", "reference"],
                include=["finding", *NARROWED_BY],
                condition=OF_ALL,
                name="work_of_all",
            ),
            # Figures of all, and of an area, a country, a sector or several of these: one index for what there is, and
            # one for each thing that many CARs wait for, so that those are counted alone. Of a later column the newer
            # PostgreSQL skips from one value to the next.
            models.Index(fields=KIND, include=COUNTED_BY, condition=OF_ALL, name="work_by_kind"),
            models.Index(
                fields=KIND, include=COUNTED_BY, condition=OF_ALL & Q(reply_awaited=True), name="work_replies"
            ),
            models.Index(
                fields=KIND,
                include=COUNTED_BY,
                condition=OF_ALL & Q(waits_for_parties=True),
                name="work_waits_for_parties",
            ),
            # An update that is late waits for the site as well; which ones are, the day says.
            models.Index(
                fields=KIND,
                include=[*COUNTED_BY, "waits_for_site", "update_due"],
                condition=OF_ALL & (Q(waits_for_site=True) | Q(update_due__isnull=False)),
                name="work_waits_for_site",
            ),
            models.Index(
                fields=["party", "raised_on", "reference"],
                include=["finding", *NARROWED_BY],
                condition=OF_A_PARTY & IS_UNDER_WAY,
                name="work_under_way",
            ),
            # What a party sees, ended or not, in its orders and of one site.
            models.Index(
                fields=["party", "raised_on", "reference"],
                include=["finding", "status", "area", "ended_on"],
                condition=OF_A_PARTY,
                name="work_raised",
            ),
            models.Index(
                fields=["party", "reference"],
                include=["finding", "status"],
                condition=OF_A_PARTY,
                name="work_reference",
            ),
            models.Index("party", stage(), "raised_on", "reference", condition=OF_A_PARTY, name="work_stage"),
            models.Index(
                fields=["party", "site", "raised_on", "reference"],
                include=["finding", "status"],
                condition=OF_A_PARTY,
                name="work_site",
            ),
            models.Index(
                fields=["party", "raised_again_as"],
                condition=Q(raised_again_as__isnull=False),
                name="work_raised_again",
            ),
            models.Index(fields=["supplier"], condition=OF_ALL, name="work_of_supplier"),
            models.Index(fields=["site"], condition=OF_ALL, name="work_of_site"),
            # With whom replies are outstanding.
            models.Index(
                fields=["party"],
                include=[*KIND, *COUNTED_BY],
                condition=OF_A_PARTY & IS_UNDER_WAY & Q(reply_awaited=True),
                name="work_reply_awaited",
            ),
            # Of which CARs, ended ones too.
            models.Index(
                fields=["finding"], condition=OF_A_PARTY & Q(reply_awaited=True), name="work_of_replies"
            ),
            # What is rare, and the first thing that a dashboard tells of.
            models.Index(
                fields=["party", "update_due"],
                include=[*KIND, *COUNTED_BY, "reference"],
                condition=Q(update_due__isnull=False),
                name="work_update_due",
            ),
            models.Index(
                fields=["raised_on", "reference"],
                include=[*KIND, "finding", "status", "times_raised"],
                condition=OF_ALL & Q(is_urgent=True),
                name="work_urgent",
            ),
            models.Index(
                fields=["raised_on", "reference"],
                include=[*KIND, "finding", "status", "times_raised"],
                condition=OF_ALL & Q(seeks_support=True),
                name="work_seeks_support",
            ),
        ]
