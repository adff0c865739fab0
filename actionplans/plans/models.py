"""A site's action plan for one CAR: its draft, field by field, and the revisions frozen from it."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actionplans.annex import readable
from actionplans.plans import querysets, triggers
from findings.models import Finding


class ActionPlan(models.Model):
    """The plan of one CAR; `published` is the revision that its readers by relationship see."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, related_name="plan")
    template_version = models.CharField(max_length=20)
    carried_on_from = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.PROTECT, related_name="carried_on_as"
    )
    published = models.ForeignKey(
        "Revision", null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True, editable=False)
    # The portal cannot upload to Sedex; the site notes the day it did.
    uploaded_on = models.DateField(_("uploaded to Sedex on"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = querysets.PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("action plan")
        verbose_name_plural = _("action plans")
        constraints = [
            models.CheckConstraint(
                condition=Q(published=None, published_at=None)
                | Q(published__isnull=False, published_at__isnull=False),
                name="plan_published_with_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding.reference}"


class DraftField(models.Model):
    """One field of the draft; saved on its own, so that two people merge field by field."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(ActionPlan, on_delete=models.CASCADE, related_name="draft_fields")
    name = models.CharField(max_length=40)
    value = models.TextField(blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "name"], name="draft_field_once"),
        ]


class DraftRow(models.Model):
    """One row of a group beside the draft's fields, such as an action; its cells are merged one by one.

    `row_id` stays the row's when a plan is carried on, and in every revision; `position` orders the rows
    of a group.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(ActionPlan, on_delete=models.CASCADE, related_name="draft_rows")
    row_id = models.UUIDField(default=uuid.uuid4, editable=False)
    group = models.CharField(max_length=40)
    parent_id = models.UUIDField(null=True, editable=False)
    position = models.PositiveIntegerField()
    cells = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "row_id"], name="draft_row_once"),
            # Rows change places within one transaction.
            models.UniqueConstraint(
                fields=["plan", "group", "position"],
                name="draft_row_in_one_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]


class Revision(models.Model):
    """The plan as it was frozen when it was shared or published; only words that must go are ever removed.

    `document` is the Annex as JSON (see `actionplans.annex`), `sha256` the hex digest of its canonical
    form as it was frozen, `redacted_sha256` that of what a redaction left of it.
    `number` counts for the site alone: to a party it would tell of revisions shared with others.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(ActionPlan, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    template_version = models.CharField(max_length=20)
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    redacted_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    frozen_at = models.DateTimeField(default=timezone.now, editable=False)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="revision_number_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="revision_has_digest"),
            models.CheckConstraint(
                condition=Q(redacted_sha256__regex=r"^([0-9a-f]{64})?$"), name="revision_redacted_to_digest"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="revision_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="revision_only_redacted",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=triggers.ONLY_A_REDACTED_DOCUMENT,
            ),
        ]

    @property
    def digest(self) -> str:
        """Of the document as it is now."""
        return self.redacted_sha256 or self.sha256


class RowReader(models.Model):
    """Who gets a row of a revision to which files can belong; `reader_id` None: everybody who reads it.

    Worked out when the revision is frozen (`annex.rows.readers_of_rows`), so that a query can ask for it.
    """

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="row_readers")
    row_id = models.UUIDField()
    reader_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "row_id", "reader_id"], nulls_distinct=False, name="row_reader_once"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="row_reader_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class Redaction(models.Model):
    """Words that were removed from a revision: by whom, why, and the digest of what is left; not which words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="redactions")
    sha256 = models.CharField(max_length=64)
    reason = models.TextField(_("reason"))
    redacted_at = models.DateTimeField(default=timezone.now, editable=False)
    redacted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["redacted_at"]
        triggers = [
            pgtrigger.Protect(name="redaction_stays", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="redaction_only_redacted",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=triggers.only_a_redacted_text("reason"),
            ),
        ]

    @property
    def readable_reason(self) -> str:
        return readable(self.reason)
