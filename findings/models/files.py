"""Long lists of CARs that people asked for as a file, and what became of each."""

import uuid
from datetime import date, datetime, timedelta

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from findings import querysets
from stakeholders.models import Organisation


class FileFormat(models.TextChoices):
    CSV = "csv", _("CSV")
    EXCEL = "xlsx", _("Excel")


class FileStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    WRITING = "writing", _("Being written")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Not written")
    EXPIRED = "expired", _("No longer kept")


class FileReason(models.TextChoices):
    """Why there is no file, as its asker is told it."""

    BROKEN = (
        "broken",
        _("It could not be written, several times over. Try it again; if that fails, narrow the list."),
    )
    CHANGED = (
        "changed",
        _(
            "One of its filters is not there any more. Go back to the list, choose the filters and save it again."
        ),
    )
    TIME = "time", _("Its time was over. Save the list again to get it as it is now.")
    NARROWED = (
        "narrowed",
        _("What your organisation may see has changed. Save the list again to get what you see now."),
    )


TO_DO = [FileStatus.WAITING, FileStatus.WRITING]


class ListFile(models.Model):
    """One list as one person asked for it: `filters` as they stand in the address, `day` the one that they are about.

    `total` are the CARs that there were at the asking, then those that are in the file; `done` is how many of them
    are written. `language` is that of the page on which it was asked for.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    day = models.DateField(editable=False)
    format = models.CharField(max_length=10, choices=FileFormat.choices)
    filters = models.JSONField(default=dict)
    in_words = models.JSONField(default=list)
    language = models.CharField(max_length=10)
    status = FSMField(_("status"), default=FileStatus.WAITING, choices=FileStatus.choices, editable=False)
    reason = models.CharField(max_length=20, blank=True, choices=FileReason.choices, editable=False)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    # When it is to be written; while one worker is at it, the time after which it is another's turn.
    due_at = models.DateTimeField(default=timezone.now, editable=False)
    ready_at = models.DateTimeField(null=True, editable=False)
    storage_key = models.CharField(max_length=60, blank=True, editable=False)
    size = models.PositiveBigIntegerField(default=0, editable=False)

    objects = querysets.ListFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a list")
        verbose_name_plural = _("files of lists")
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=TO_DO, storage_key="", reason="", ready_at=None)
                | (Q(status=FileStatus.READY, reason="", ready_at__isnull=False) & ~Q(storage_key=""))
                | Q(
                    status__in=[FileStatus.FAILED, FileStatus.EXPIRED],
                    storage_key="",
                    reason__in=FileReason.values,
                ),
                name="listfile_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(format__in=FileFormat.values), name="listfile_format_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["asked_by", "organisation", "-asked_at"], name="listfile_of_asker"),
            models.Index(fields=["due_at"], name="listfile_to_write", condition=Q(status__in=TO_DO)),
            models.Index(
                fields=["organisation"],
                name="listfile_of_organisation",
                condition=Q(status__in=[*TO_DO, FileStatus.READY]),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="listfile_status_moves",
                field="status",
                transitions=[
                    ("waiting", "writing"),
                    ("writing", "waiting"),
                    ("writing", "ready"),
                    ("writing", "failed"),
                    ("ready", "expired"),
                ],
            ),
        ]

    @property
    def is_to_do(self) -> bool:
        """Whether a worker is at it, or will be."""
        return self.status in TO_DO

    @property
    def is_being_written(self) -> bool:
        return bool(self.status == FileStatus.WRITING)

    @property
    def is_ready(self) -> bool:
        return bool(self.status == FileStatus.READY)

    @property
    def kept_until(self) -> date | None:
        """The last day on which it is there for sure; None where there is no file."""
        if self.ready_at is None or not self.is_ready:
            return None
        return timezone.localdate(self.ready_at) + timedelta(days=settings.EXPORT_KEEP_DAYS)

    @property
    def extension(self) -> str:
        return FileFormat(self.format).value

    @transition(field=status, source=TO_DO, target=FileStatus.WRITING)
    def begin(self, *, until: datetime) -> None:
        """A worker is at it, alone `until` then; another one where the first has died."""
        self.attempts += 1
        self.done, self.due_at = 0, until

    @transition(field=status, source=TO_DO, target=FileStatus.WAITING)
    def begin_anew(self, *, at: datetime) -> None:
        """What was read for it no longer holds."""
        self.attempts, self.done, self.due_at = 0, 0, at

    @transition(field=status, source=FileStatus.WRITING, target=FileStatus.READY)
    def keep(self, *, key: str, size: int, rows: int, at: datetime) -> None:
        self.storage_key, self.size, self.ready_at = key, size, at
        self.total = self.done = rows

    @transition(field=status, source=FileStatus.WRITING, target=FileStatus.FAILED)
    def give_up(self, *, reason: FileReason) -> None:
        self.reason = reason

    @transition(field=status, source=FileStatus.READY, target=FileStatus.EXPIRED)
    def expire(self, *, reason: FileReason) -> None:
        self.storage_key, self.reason = "", reason
