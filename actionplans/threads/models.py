"""What a site and one party say about the plan they share, and what each keeps for itself."""

import uuid
from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from actionplans.annex import readable
from actionplans.plans import triggers as plan_triggers
from actionplans.plans.models import ActionPlan
from actionplans.sharing.models import PlanShare, SharedRevision
from actionplans.threads import querysets, triggers
from stakeholders.models import Organisation


class CommentStatus(models.TextChoices):
    OPEN = "open", _("Open")
    RESOLVED = "resolved", _("Resolved")


class Comment(models.Model):
    """What a person of one side said to the other; `sent` is the version as it was shared at that time.

    `section` is the name of a field of the template, empty for the plan as a whole. An answer stands below a
    comment, in its section, and is settled with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sent = models.ForeignKey(SharedRevision, on_delete=models.PROTECT, related_name="comments")
    section = models.CharField(max_length=40, blank=True)
    answer_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField(_("comment"))
    status = FSMField(_("status"), default=CommentStatus.OPEN, choices=CommentStatus.choices, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField(null=True, editable=False)
    resolved_at = models.DateTimeField(null=True, editable=False)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = querysets.CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["-written_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
            models.CheckConstraint(
                condition=Q(status__in=CommentStatus.values), name="comment_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(answer_to=None) | Q(status=CommentStatus.OPEN),
                name="comment_answer_is_settled_with_it",
            ),
            models.CheckConstraint(
                condition=Q(status=CommentStatus.RESOLVED, resolved_at__isnull=False)
                | Q(status=CommentStatus.OPEN, resolved_at=None, resolved_by=None),
                name="comment_resolved_with_time",
            ),
            models.CheckConstraint(
                condition=Q(edited_at=None) | Q(edited_at__gte=F("written_at")),
                name="comment_edited_after_written",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="comment_stays", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="comment_is_whose_it_is",
                exclude=["text", "edited_at", "status", "resolved_at", "resolved_by"],
            ),
            pgtrigger.Trigger(
                name="comment_only_changed_at_first",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("text", "edited_at"),
                func=triggers.ONLY_CHANGED_AT_FIRST_OR_REDACTED,
            ),
            pgtrigger.Trigger(
                name="comment_answers_its_thread",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=triggers.ANSWERS_A_COMMENT_OF_THE_THREAD,
            ),
        ]

    @property
    def share(self) -> PlanShare:
        return self.sent.share

    @property
    def is_resolved(self) -> bool:
        return self.status == CommentStatus.RESOLVED

    @property
    def readable_text(self) -> str:
        return readable(self.text)

    @transition(field=status, source=CommentStatus.OPEN, target=CommentStatus.RESOLVED)
    def resolve(self, *, at: datetime, by: uuid.UUID | None) -> None:
        """Nothing is left to be said about it."""
        self.resolved_at, self.resolved_by_id = at, by

    @transition(field=status, source=CommentStatus.RESOLVED, target=CommentStatus.OPEN)
    def reopen(self) -> None:
        """Something is left to be said after all."""
        self.resolved_at = self.resolved_by = None


class Mention(models.Model):
    """A person to whom a comment is meant in particular."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "person"], name="mention_once_per_comment"),
        ]
        triggers = [pgtrigger.Protect(name="mention_stays", operation=pgtrigger.Update | pgtrigger.Delete)]


class PrivateNote(models.Model):
    """What an organisation keeps about a plan for its own people; in no export and no PDF."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(ActionPlan, on_delete=models.PROTECT, related_name="private_notes")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("note"))
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = querysets.PrivateNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("private note")
        verbose_name_plural = _("private notes")
        ordering = ["-written_at"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="private_note_says_something")]
        triggers = [
            pgtrigger.Trigger(
                name="private_note_only_redacted",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=plan_triggers.only_a_redacted_text("text"),
            ),
        ]

    @property
    def readable_text(self) -> str:
        return readable(self.text)
