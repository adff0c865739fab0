"""Audits, their editions, and what each of them recorded."""

import uuid

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from carportal.core.actor import OrganisationKind
from findings import querysets, requirements
from stakeholders.models import Organisation, Site


class AuditType(models.TextChoices):
    INITIAL = "initial", _("Initial")
    PERIODIC = "periodic", _("Periodic")
    FOLLOW_UP_FULL = "follow_up_full", _("Full follow-up")
    FOLLOW_UP_PARTIAL = "follow_up_partial", _("Partial follow-up")


class AuditStatus(models.TextChoices):
    DRAFT = "draft", _("Not published yet")
    PUBLISHED = "published", _("Published")


class Audit(models.Model):
    """One edition of an audit of a site; published, it does not change again.

    A correction is a new edition (`edition` 2, 3, …) of the same reference, with its reason.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("audit reference"), max_length=40)
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    correction_reason = models.TextField(_("reason for the correction"), blank=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="audits")
    audit_company = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="audits",
        limit_choices_to={"kind": OrganisationKind.AUDIT_COMPANY},
    )
    recorded_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    type = models.CharField(_("audit type"), max_length=20, choices=AuditType.choices)
    date = models.DateField(_("audit date"))
    scheme = models.CharField(max_length=20, default=requirements.SCHEME, editable=False)
    scope = ArrayField(
        models.CharField(max_length=3, choices=requirements.AREAS),
        verbose_name=_("scope"),
        help_text=_("The areas of Workplace Requirements that this audit assessed."),
    )
    status = FSMField(_("status"), default=AuditStatus.DRAFT, choices=AuditStatus.choices, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = querysets.AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        ordering = ["-date", "-created_at"]
        indexes = [
            # The few that are being written, and what was published last.
            models.Index(fields=["created_at"], condition=Q(status="draft"), name="audit_draft"),
            models.Index(fields=["published_at"], condition=Q(status="published"), name="audit_published"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["reference", "edition"], name="audit_edition_once"),
            models.CheckConstraint(
                condition=Q(edition=1, corrects=None, correction_reason="")
                | (Q(edition__gt=1, corrects__isnull=False) & ~Q(correction_reason="")),
                name="audit_correction_has_reason",
            ),
            models.CheckConstraint(condition=Q(type__in=AuditType.values), name="audit_type_is_known"),
            models.CheckConstraint(
                condition=Q(status=AuditStatus.DRAFT, published_at=None)
                | Q(status=AuditStatus.PUBLISHED, published_at__isnull=False),
                name="audit_published_with_time",
            ),
            models.CheckConstraint(
                condition=Q(scope__len__gt=0, scope__contained_by=requirements.AREA_CODES),
                name="audit_scope_is_known",
            ),
        ]
        triggers = [
            # A published audit is corrected by a new edition, never in place.
            pgtrigger.Protect(
                name="published_audit_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="published"),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def type_label(self) -> str:
        """In words, without those of all the other types, which `get_type_display` goes through."""
        return str(AuditType(self.type).label)

    @property
    def is_draft(self) -> bool:
        return bool(self.status == AuditStatus.DRAFT)

    @property
    def is_periodic(self) -> bool:
        return self.type == AuditType.PERIODIC

    @transition(field=status, source=AuditStatus.DRAFT, target=AuditStatus.PUBLISHED)
    def publish(self) -> None:
        """Called by `findings.services` alone, which does what publishing brings about."""


class EntryType(models.TextChoices):
    CAR = "car", _("Collaborative Action Required (CAR)")
    NON_COMPLIANCE = "non_compliance", _("Non-compliance")
    OBSERVATION = "observation", _("Observation")


class AuditEntry(models.Model):
    """One line of an audit: a CAR with its text, or any other finding as (WR, type) only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="entries")
    type = models.CharField(_("kind of finding"), max_length=20, choices=EntryType.choices)
    area = models.CharField(_("area"), max_length=3, choices=requirements.AREAS)
    letter = models.CharField(_("requirement"), max_length=1)
    raw_code = models.CharField(_("Workplace Requirement (WR)"), max_length=20)
    issue_title = models.CharField(_("issue title"), max_length=500, blank=True)
    details = models.TextField(_("details"), blank=True)
    carried_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="carried_to"
    )
    finding = models.ForeignKey(
        "Finding", null=True, editable=False, on_delete=models.PROTECT, related_name="entries"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "type", "area", "letter", "issue_title"], name="entry_once_per_audit"
            ),
            models.CheckConstraint(condition=Q(type__in=EntryType.values), name="entry_type_is_known"),
            models.CheckConstraint(
                condition=Q(area__in=requirements.AREA_CODES, letter__regex=r"^[A-Z]$"),
                name="entry_requirement_is_known",
            ),
            models.CheckConstraint(
                condition=(Q(type=EntryType.CAR) & ~Q(issue_title=""))
                | (~Q(type=EntryType.CAR) & Q(issue_title="", details="", finding=None)),
                name="entry_only_cars_have_text",
            ),
        ]
        triggers = [
            # What a published audit recorded stays, as the audit itself does.
            pgtrigger.Trigger(
                name="published_entries_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM findings_audit
                        WHERE id IN (OLD.audit_id, NEW.audit_id) AND status = 'published'
                    ) THEN
                        RAISE EXCEPTION 'pgtrigger: Cannot change the entries of a published audit';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.requirement}"

    @property
    def requirement(self) -> requirements.Requirement:
        return requirements.Requirement(self.area, self.letter)

    @property
    def is_car(self) -> bool:
        return self.type == EntryType.CAR
