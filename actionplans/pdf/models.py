"""PDFs that were asked for: to be made by a worker, made and kept, or not to be made and why."""

import uuid
from datetime import datetime

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from actionplans.plans.models import ActionPlan
from carportal.core.printing import Reason


class RenderingStatus(models.TextChoices):
    WAITING = "waiting", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Could not be made")


class Rendering(models.Model):
    """One file for one reader, by `digest`: of all that goes into it, and for whom (see `key_of`).

    `source` is what the worker makes it of, there only until it has. No reader comes to a row but by what was
    worked out for this very reader, once it may have it. `size` and `sha256` (hex) are of the bytes kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # None for the blank Annex, which is nobody's.
    plan = models.ForeignKey(ActionPlan, null=True, on_delete=models.CASCADE, related_name="renderings")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    status = FSMField(choices=RenderingStatus.choices, default=RenderingStatus.WAITING, editable=False)
    reason = models.CharField(max_length=20, blank=True, editable=False)  # a `Reason`
    source = models.JSONField(null=True, editable=False)
    storage_key = models.CharField(max_length=60, blank=True, editable=False)
    size = models.PositiveBigIntegerField(default=0, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    # When it is to be made; while one worker is at it, the time after which it is another's turn.
    due_at = models.DateTimeField(default=timezone.now, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    used_on = models.DateField(
        default=timezone.localdate, editable=False
    )  # the last day somebody asked for it

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status=RenderingStatus.WAITING, source__isnull=False, storage_key="", reason="")
                | Q(
                    status=RenderingStatus.FAILED,
                    source__isnull=True,
                    storage_key="",
                    reason__in=Reason.values,
                )
                | Q(
                    ~Q(storage_key=""),
                    status=RenderingStatus.READY,
                    source__isnull=True,
                    reason="",
                    sha256__regex=r"^[0-9a-f]{64}$",
                ),
                name="rendering_is_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="rendering_to_make", condition=Q(status=RenderingStatus.WAITING)
            ),
            models.Index(fields=["used_on"], name="rendering_by_use"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="rendering_stays", fields=["id", "plan", "digest", "created_at"]),
            pgtrigger.FSM(
                name="rendering_status_moves",
                field="status",
                transitions=[
                    ("waiting", "ready"),
                    ("waiting", "failed"),
                    ("failed", "waiting"),
                    ("ready", "waiting"),
                ],
            ),
        ]

    @property
    def is_waiting(self) -> bool:
        return self.status == RenderingStatus.WAITING

    @property
    def is_ready(self) -> bool:
        return self.status == RenderingStatus.READY

    @property
    def has_failed(self) -> bool:
        return self.status == RenderingStatus.FAILED

    @transition(field=status, source=RenderingStatus.WAITING, target=RenderingStatus.READY)
    def keep(self, *, key: str, size: int, sha256: str) -> None:
        """It was made: the words it was made of need not be kept beside it."""
        self.source, self.storage_key, self.size, self.sha256 = None, key, size, sha256

    @transition(field=status, source=RenderingStatus.WAITING, target=RenderingStatus.FAILED)
    def give_up(self, *, reason: Reason) -> None:
        self.source, self.reason = None, reason

    @transition(
        field=status,
        source=[RenderingStatus.READY, RenderingStatus.FAILED],
        target=RenderingStatus.WAITING,
    )
    def make_again(self, *, source: dict[str, object], at: datetime) -> None:
        """Somebody tries it again, or its bytes are gone."""
        self.source, self.storage_key, self.size, self.sha256, self.reason = source, "", 0, "", ""
        self.attempts, self.due_at = 0, at
