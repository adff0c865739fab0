"""A file that shows what was done, to whom it is shown, and whether it was scanned."""

import uuid
from datetime import datetime
from typing import NamedTuple

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from actionplans.annex import readable
from actionplans.evidence import querysets
from actionplans.evidence.kinds import KINDS, FileKind
from actionplans.plans import triggers
from actionplans.plans.models import ActionPlan
from stakeholders.models import Organisation


class SubjectKind(models.TextChoices):
    """What the file is evidence of; all but the plan as a whole are told apart by `subject_id`."""

    PLAN = "plan", _("The plan as a whole")
    ACTION = "action", _("An action")
    UPDATE = "update", _("An update")
    REPORT = "report", _("A party’s report on its action")


class Subject(NamedTuple):
    """What one file is evidence of; without an id the plan as a whole."""

    kind: SubjectKind = SubjectKind.PLAN
    id: uuid.UUID | None = None


WHOLE_PLAN = Subject()


class ShownTo(models.TextChoices):
    SITE = "site", _("only your organisation")
    PARTY = "party", _("one organisation")
    READERS = "readers", _("everyone who reads the plan")


# As people read it of a file about a part of the plan: who gets the file at all has that part.
EVERYONE_OF = {
    SubjectKind.PLAN: ShownTo.READERS.label,
    SubjectKind.ACTION: _("everyone who sees the action"),
    SubjectKind.UPDATE: _("everyone who got the update"),
    SubjectKind.REPORT: _("everyone who has the report"),
}


class Scan(models.TextChoices):
    UNSCANNED = "unscanned", _("Not scanned")
    PENDING = "pending", _("Waiting for the virus scan")
    CLEAN = "clean", _("Scanned, no virus found")
    INFECTED = "infected", _("A virus was found")
    ERROR = "error", _("Could not be scanned yet")


class EvidenceFile(models.Model):
    """One file of a plan: its row stays for good, its bytes until it is taken out or found infected.

    `kind` and the ending of `name` are the portal's own finding, not what the browser said. `storage_key`
    tells nothing and leads nowhere but to the store. `size` and `sha256` (hex) are of the bytes kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(ActionPlan, on_delete=models.PROTECT, related_name="evidence")
    subject_kind = models.CharField(max_length=10, choices=SubjectKind, default=SubjectKind.PLAN)
    subject_id = models.UUIDField(null=True, editable=False)
    kind = models.CharField(max_length=10, editable=False)
    # A mark may be longer than the words in whose place it stands: there is more room than for what is entered.
    name = models.CharField(_("name"), max_length=160)
    description = models.CharField(_("what it shows"), max_length=300, blank=True)
    size = models.PositiveBigIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    storage_key = models.CharField(max_length=60, unique=True, editable=False)
    shown_to = models.CharField(_("shown to"), max_length=10, choices=ShownTo, default=ShownTo.SITE)
    party = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    scan = FSMField(_("virus scan"), choices=Scan.choices, editable=False)
    scan_attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    # When it is to be tried next; while one worker is at it, the time after which it is another's turn.
    scan_due_at = models.DateTimeField(default=timezone.now, editable=False)
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    redacted_at = models.DateTimeField(null=True, editable=False)

    objects = querysets.EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        ordering = ["-uploaded_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=sorted(KINDS)), name="evidence_kind_is_known"),
            models.CheckConstraint(
                condition=Q(subject_kind=SubjectKind.PLAN, subject_id=None)
                | Q(
                    subject_kind__in=[SubjectKind.ACTION, SubjectKind.UPDATE, SubjectKind.REPORT],
                    subject_id__isnull=False,
                ),
                name="evidence_subject_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(shown_to__in=[ShownTo.SITE, ShownTo.READERS], party=None)
                | Q(shown_to=ShownTo.PARTY, party__isnull=False),
                name="evidence_shown_to_is_whole",
            ),
            models.CheckConstraint(condition=Q(scan__in=Scan.values), name="evidence_scan_is_known"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="evidence_has_digest"),
            models.CheckConstraint(
                condition=(Q(redacted_at=None) & ~Q(name=""))
                | Q(redacted_at__isnull=False, name="", description=""),
                name="evidence_named_or_tombstone",
            ),
        ]
        indexes = [
            models.Index(
                fields=["scan_due_at"],
                name="evidence_to_scan",
                condition=Q(scan__in=[Scan.PENDING, Scan.ERROR], redacted_at=None),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="evidence_is_kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="evidence_stays",
                fields=[
                    "id", "plan", "subject_kind", "subject_id", "kind", "size", "sha256", "storage_key",
                    "uploaded_at",
                ],
            ),
            # Its words change in two ways only: some are replaced by marks, or all go, with the time at which they went.
            pgtrigger.Trigger(
                name="evidence_words_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=triggers.only_redacted_texts("name", "description"),
                condition=pgtrigger.Q(new__redacted_at__isnull=True)
                & (
                    pgtrigger.Q(old__name__df=pgtrigger.F("new__name"))
                    | pgtrigger.Q(old__description__df=pgtrigger.F("new__description"))
                ),
            ),
            pgtrigger.Protect(
                name="evidence_tombstone_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__redacted_at__isnull=False)
                & pgtrigger.Q(old__redacted_at__df=pgtrigger.F("new__redacted_at")),
            ),
            pgtrigger.FSM(
                name="evidence_scan_moves",
                field="scan",
                transitions=[
                    ("unscanned", "pending"),
                    ("pending", "clean"),
                    ("pending", "infected"),
                    ("pending", "error"),
                    ("error", "clean"),
                    ("error", "infected"),
                ],
            ),
        ]  # fmt: skip

    @transition(field=scan, source=[Scan.PENDING, Scan.ERROR], target=Scan.CLEAN)
    def pass_scan(self) -> None:
        """Nothing was found in it: from now on it is served."""

    @transition(field=scan, source=[Scan.PENDING, Scan.ERROR], target=Scan.INFECTED)
    def fail_scan(self) -> None:
        """Something was found: it is never served, and its bytes go."""

    @transition(field=scan, source=[Scan.PENDING, Scan.ERROR], target=Scan.ERROR)
    def put_off_scan(self, *, until: datetime) -> None:
        """The scanner could not tell; it is asked again."""
        self.scan_due_at = until

    @property
    def readable_name(self) -> str:
        return readable(self.name)

    @property
    def readable_description(self) -> str:
        return readable(self.description)

    @property
    def subject(self) -> Subject:
        return Subject(SubjectKind(self.subject_kind), self.subject_id)

    @property
    def shown_to_words(self) -> str:
        """For whom it is, the name of one party apart."""
        if self.shown_to == ShownTo.READERS:
            return str(EVERYONE_OF[self.subject.kind])
        return self.get_shown_to_display()

    @property
    def is_redacted(self) -> bool:
        return self.redacted_at is not None

    @property
    def is_served(self) -> bool:
        """Where files are scanned, none is given out before that; where they are not, its reader is told."""
        passed = self.scan == Scan.CLEAN or (self.scan == Scan.UNSCANNED and not settings.CLAMD_URL)
        return passed and not self.is_redacted

    @property
    def file_kind(self) -> FileKind:
        return KINDS[self.kind]
