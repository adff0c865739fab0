"""CARs: what each is, how it moves on, and what of it the database keeps true by itself."""

import uuid
from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from findings import querysets, requirements
from findings.models.audits import Audit
from findings.ordering import last_update, stage
from findings.searching import kept
from findings.tally import statements
from stakeholders.models import Organisation, Site


class FindingStatus(models.TextChoices):
    OPEN = "open", _("Open")
    IN_PROGRESS = "in_progress", _("In progress")
    SUPERSEDED = "superseded", _("Superseded")
    CLOSED = "closed", _("Closed")


UNDER_WAY = [FindingStatus.OPEN, FindingStatus.IN_PROGRESS]
IS_UNDER_WAY = Q(status__in=UNDER_WAY)
HAS_ENDED = Q(status__in=[FindingStatus.SUPERSEDED, FindingStatus.CLOSED])


class Finding(models.Model):
    """A CAR; it exists from the publication of its audit on.

    It has no closure date, criticality or verification method, and must never get one: a CAR ends only
    by a later periodic audit.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="findings", db_index=False)
    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="findings")
    # What the site and the audit say, kept beside the CAR by triggers: for queries alone, which narrow, count and
    # sort a million of them without another table. Whoever has a CAR in hand reads its site.
    country = models.CharField(max_length=2, editable=False)
    sector = models.CharField(max_length=20, editable=False)
    supplier = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", editable=False, db_index=False
    )
    audit_company = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", editable=False, db_index=False
    )
    scheme = models.CharField(max_length=20, default=requirements.SCHEME, editable=False)
    area = models.CharField(_("area"), max_length=3, choices=requirements.AREAS)
    letter = models.CharField(_("requirement"), max_length=1)
    raw_code = models.CharField(_("Workplace Requirement (WR)"), max_length=20)
    issue_title = models.CharField(_("issue title"), max_length=500)
    details = models.TextField(_("details"), blank=True)
    raised_on = models.DateField(_("raised on"), help_text=_("The date of the audit that raised it."))
    status = FSMField(_("status"), default=FindingStatus.OPEN, choices=FindingStatus.choices, editable=False)
    superseded_by = models.ForeignKey(
        "self",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="supersedes",
        db_index=False,
    )
    closed_by = models.ForeignKey(
        Audit, null=True, editable=False, on_delete=models.PROTECT, related_name="closes"
    )
    # An audit that was corrected since had wrongly ended this one; that one takes it up again.
    raised_anew_as = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.PROTECT, related_name="raises_anew"
    )
    # Along its chain, this one included; lists and dashboards ask it of every CAR there is.
    times_raised = models.PositiveSmallIntegerField(_("times raised"), default=1, editable=False)
    # The day of the newest update of its plan, for lists to be sorted by; written as an update is posted.
    last_update_on = models.DateField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    in_progress_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_on = models.DateField(
        _("ended on"), null=True, editable=False, help_text=_("The date of the audit that ended it.")
    )

    objects = querysets.FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("CAR")
        verbose_name_plural = _("CARs")
        ordering = ["-raised_on", "-reference"]
        indexes = [
            models.Index(fields=["status", "-raised_on", "-reference"], name="finding_status_raised"),
            models.Index(fields=["site", "area", "letter"], name="finding_site_requirement"),
            # Lists of all CARs, by day, by stage and by the last update; the sort by reference has the unique index.
            models.Index(fields=["raised_on", "reference"], name="finding_raised"),
            models.Index(last_update(), "reference", name="finding_last_update"),
            models.Index(stage(), "raised_on", "reference", name="finding_stage"),
            # Lists of those under way, which most are: small, and `count(*)` needs nothing else. The age and the
            # days of raising are ranges of the first.
            models.Index(fields=["raised_on", "reference"], condition=IS_UNDER_WAY, name="under_way_raised"),
            models.Index(fields=["reference"], condition=IS_UNDER_WAY, name="under_way_reference"),
            # Where other rows lead to CARs, for which of them are among these.
            models.Index(fields=["id"], condition=IS_UNDER_WAY, name="under_way_id"),
            models.Index(
                fields=["area", "raised_on", "reference"], condition=IS_UNDER_WAY, name="under_way_area"
            ),
            models.Index(
                fields=["country", "raised_on", "reference"], condition=IS_UNDER_WAY, name="under_way_country"
            ),
            models.Index(
                fields=["sector", "raised_on", "reference"], condition=IS_UNDER_WAY, name="under_way_sector"
            ),
            models.Index(
                fields=["raised_on", "reference"],
                include=["times_raised"],
                condition=IS_UNDER_WAY & Q(times_raised__gt=1),
                name="under_way_raised_again",
            ),
            models.Index(last_update(), "reference", condition=IS_UNDER_WAY, name="under_way_last_update"),
            # What a supplier and an audit company see, and what the operator sees of either.
            models.Index(
                fields=["supplier", "raised_on", "reference"], include=["status"], name="finding_supplier"
            ),
            models.Index("supplier", last_update(), "reference", name="finding_supplier_update"),
            models.Index(
                fields=["audit_company", "raised_on", "reference"],
                include=["status"],
                name="finding_audit_company",
            ),
            # Charts of some kind of CAR, whatever became of them; tallies are kept by two of their values at most.
            models.Index(
                fields=["area", "country", "sector"],
                include=["status", "raised_on", "ended_on", "times_raised"],
                name="finding_kind",
            ),
            # What came before a CAR, and whether the audit company that looks knows of it.
            models.Index(
                fields=["superseded_by"],
                include=["audit_company", "raised_anew_as"],
                condition=Q(superseded_by__isnull=False),
                name="finding_before",
            ),
            # What ended, and what did in a quarter; of that a page is found in the first one alone.
            models.Index(
                fields=["raised_on", "reference"],
                include=["id", "status", "ended_on"],
                condition=HAS_ENDED,
                name="ended_raised",
            ),
            models.Index(
                fields=["ended_on", "status"], condition=Q(ended_on__isnull=False), name="finding_ended"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=FindingStatus.values), name="finding_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(area__in=requirements.AREA_CODES, letter__regex=r"^[A-Z]$"),
                name="finding_requirement_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status=FindingStatus.SUPERSEDED, superseded_by__isnull=False)
                | (~Q(status=FindingStatus.SUPERSEDED) & Q(superseded_by=None)),
                name="finding_superseded_has_successor",
            ),
            models.CheckConstraint(
                condition=Q(status=FindingStatus.CLOSED, closed_by__isnull=False)
                | (~Q(status=FindingStatus.CLOSED) & Q(closed_by=None)),
                name="finding_closed_has_audit",
            ),
            models.CheckConstraint(
                condition=Q(status__in=UNDER_WAY, ended_at=None, ended_on=None)
                | (~Q(status__in=UNDER_WAY) & Q(ended_at__isnull=False, ended_on__isnull=False)),
                name="finding_ended_with_time",
            ),
            models.CheckConstraint(
                condition=(Q(superseded_by=None) | ~Q(superseded_by=F("id")))
                & (Q(raised_anew_as=None) | ~Q(raised_anew_as=F("id"))),
                name="finding_chain_goes_on",
            ),
            models.CheckConstraint(
                condition=Q(raised_anew_as=None) | ~Q(status__in=UNDER_WAY),
                name="finding_raised_anew_had_ended",
            ),
            models.CheckConstraint(
                condition=~Q(status=FindingStatus.IN_PROGRESS) | Q(in_progress_at__isnull=False),
                name="finding_in_progress_with_time",
            ),
            models.CheckConstraint(condition=Q(times_raised__gte=1), name="finding_was_raised"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="finding_status_moves",
                field="status",
                transitions=[
                    ("open", "in_progress"),
                    ("open", "superseded"),
                    ("open", "closed"),
                    ("in_progress", "superseded"),
                    ("in_progress", "closed"),
                ],
            ),
            # Whatever is written into these columns, they say what the site and the audit say. A site that changes
            # is followed by `findings_follow_their_site`, a trigger on its table (migration 0009).
            pgtrigger.Trigger(
                name="finding_as_its_site",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf(
                    "site_id", "audit_id", "country", "sector", "supplier_id", "audit_company_id"
                ),
                func="""
                    SELECT country, sector, supplier_id INTO STRICT NEW.country, NEW.sector, NEW.supplier_id
                    FROM stakeholders_site WHERE id = NEW.site_id;
                    SELECT audit_company_id INTO STRICT NEW.audit_company_id
                    FROM findings_audit WHERE id = NEW.audit_id;
                    RETURN NEW;
                """,
            ),
            # An ended CAR stays as it ended; only that it was raised anew is noted on it, what a late audit shows of
            # how often it had been raised, and what its site says of itself.
            pgtrigger.Trigger(
                name="ended_finding_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status__in=["superseded", "closed"]),
                func="""
                    IF to_jsonb(OLD) - ARRAY['raised_anew_as_id', 'times_raised', 'country', 'sector', 'supplier_id']
                        <> to_jsonb(NEW) - ARRAY['raised_anew_as_id', 'times_raised', 'country', 'sector', 'supplier_id']
                    THEN
                        RAISE EXCEPTION 'pgtrigger: Cannot change a CAR that has ended';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="finding_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="new_findings_count",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_cars"),
                func=statements.COUNT_NEW_CARS,
            ),
            pgtrigger.Trigger(
                name="changed_findings_count",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                referencing=pgtrigger.Referencing(old="old_cars", new="new_cars"),
                func=statements.COUNT_CHANGED_CARS,
            ),
            *kept.TRIGGERS,
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def requirement(self) -> requirements.Requirement:
        return requirements.Requirement(self.area, self.letter)

    # In words, without those of all the other choices, which `get_…_display` goes through: pages say them over and over.

    @property
    def status_label(self) -> str:
        return str(FindingStatus(self.status).label)

    @property
    def area_label(self) -> str:
        return str(requirements.AREA_TITLES[self.area])

    @property
    def is_under_way(self) -> bool:
        return self.status in UNDER_WAY

    @transition(field=status, source=FindingStatus.OPEN, target=FindingStatus.IN_PROGRESS)
    def publish_plan(self, *, at: datetime) -> None:
        """The site published its action plan."""
        self.in_progress_at = at

    @transition(field=status, source=UNDER_WAY, target=FindingStatus.SUPERSEDED)
    def supersede(self, *, successor: "Finding", at: datetime) -> None:
        """A periodic audit raised a CAR on the same site and WR again."""
        self.superseded_by = successor
        self.ended_at, self.ended_on = at, successor.raised_on

    @transition(field=status, source=UNDER_WAY, target=FindingStatus.CLOSED)
    def close(self, *, audit: Audit, at: datetime) -> None:
        """A periodic audit with the WR in its scope found nothing on it."""
        self.closed_by = audit
        self.ended_at, self.ended_on = at, audit.date
