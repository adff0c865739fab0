"""Spreadsheets that were uploaded to be imported, and what became of each."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from findings import querysets
from findings.importing.dates import DayOrder


class ImportStatus(models.TextChoices):
    WAITING = "waiting", _("Being checked")
    CHECKED = "checked", _("Checked")
    REFUSED = "refused", _("Cannot be imported")
    WRITING = "writing", _("Being written")
    WRITTEN = "written", _("Imported")
    LAPSED = "lapsed", _("Not imported")


TO_DO = [ImportStatus.WAITING, ImportStatus.WRITING]


class AuditImport(models.Model):
    """One uploaded file: checked by a worker, shown, and written once a person says so.

    Its bytes are kept only as long as they may be needed; what the check found (`report`) stays. `attempts`
    counts how often a worker has begun what is to be done now, so that a file that kills workers is given up.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("file name"), max_length=200)
    size = models.PositiveIntegerField(_("size in bytes"))
    content = models.BinaryField(null=True)
    day_order = models.CharField(
        max_length=12,
        blank=True,
        default=DayOrder.UNKNOWN,
        choices=[(each.value, each.name) for each in DayOrder],
    )
    status = FSMField(_("status"), default=ImportStatus.WAITING, choices=ImportStatus.choices, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    report = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    checked_at = models.DateTimeField(null=True, editable=False)
    written_at = models.DateTimeField(null=True, editable=False)

    objects = querysets.AuditImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of audits")
        verbose_name_plural = _("imports of audits")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["-created_at"], name="auditimport_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ImportStatus.values), name="auditimport_status_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[*TO_DO, ImportStatus.CHECKED]) | Q(content__isnull=False),
                name="auditimport_has_what_it_needs",
            ),
            models.CheckConstraint(
                condition=Q(status=ImportStatus.WRITTEN, written_at__isnull=False)
                | (~Q(status=ImportStatus.WRITTEN) & Q(written_at=None)),
                name="auditimport_written_with_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_to_do(self) -> bool:
        """Whether a worker is at it, or will be."""
        return self.status in TO_DO

    @property
    def can_be_written(self) -> bool:
        return bool(self.status == ImportStatus.CHECKED)

    @transition(
        field=status, source=[ImportStatus.WAITING, ImportStatus.WRITING], target=ImportStatus.CHECKED
    )
    def check_passed(self) -> None:
        """Nothing is wrong with it; from writing, because something has changed since it was shown."""

    @transition(
        field=status, source=[ImportStatus.WAITING, ImportStatus.WRITING], target=ImportStatus.REFUSED
    )
    def refuse(self) -> None:
        """It cannot be written as it is; the report says why."""

    @transition(field=status, source=ImportStatus.CHECKED, target=ImportStatus.WRITING)
    def confirm(self) -> None:
        """A person has seen what it does, and wants it."""

    @transition(field=status, source=ImportStatus.WRITING, target=ImportStatus.WRITTEN)
    def finish(self) -> None:
        """All of it is written."""

    @transition(field=status, source=ImportStatus.CHECKED, target=ImportStatus.LAPSED)
    def lapse(self) -> None:
        """Nobody wanted it for so long that its file is removed."""
