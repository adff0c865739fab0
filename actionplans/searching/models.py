"""What of a plan's text each of its readers can search, kept beside the plan by the writes that change it."""

import uuid
from hashlib import sha256

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actionplans.plans.models import ActionPlan, Revision
from actionplans.searching import querysets, triggers
from stakeholders.searching import words_of


class TextKind(models.TextChoices):
    """Whose reading of a plan it is."""

    DRAFT = "draft", _("Draft")  # its site's
    VERSION = "version", _("Version")  # its site's, of one that was frozen
    PUBLISHED = "published", _("Published plan")  # whose relationship lets it read that, and the operator's
    SHARED = "shared", _("Shared with you")  # a party's, of what it was sent last


class Wording(models.Model):
    """A text of a plan and its words: once, for however many of its readers get the same.

    The id is made of plan and text, so that whoever has a text knows its row.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    plan = models.ForeignKey(ActionPlan, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(editable=False)
    words = models.GeneratedField(
        expression=words_of("text"), output_field=SearchVectorField(), db_persist=True, editable=False
    )

    class Meta:
        indexes = [GinIndex(fields=["words"], name="wording_words")]

    @classmethod
    def of(cls, plan_id: uuid.UUID, text: str) -> "Wording":
        digest = sha256(f"{plan_id}{text}".encode()).digest()
        return cls(id=uuid.UUID(bytes=digest[:16]), plan_id=plan_id, text=text)


class PlanText(models.Model):
    """All that people wrote in a plan, as one of its readers gets it (`annex.render`).

    `reader_id` is the party that it is for; of what is published, None has what everybody gets, and whoever gets more
    has a row of its own. Rows are made anew, so that a later one is the newer text; a draft keeps its row. In order
    are these rows, never the wordings: how old one is would tell a party of others who were sent it before.
    """

    id = models.BigAutoField(primary_key=True)
    # Found by what is unique; and no version is ever deleted.
    plan = models.ForeignKey(ActionPlan, on_delete=models.CASCADE, related_name="searchable", db_index=False)
    kind = models.CharField(max_length=10, choices=TextKind.choices)
    revision = models.ForeignKey(
        Revision, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    reader_id = models.UUIDField(null=True, editable=False)
    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, related_name="readers")

    objects = querysets.PlanTextQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "kind", "revision", "reader_id"], nulls_distinct=False, name="plan_text_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=TextKind.values), name="plan_text_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kind=TextKind.DRAFT, revision=None)
                | ~Q(kind=TextKind.DRAFT) & Q(revision__isnull=False),
                name="plan_text_of_version",
            ),
            models.CheckConstraint(
                condition=Q(kind=TextKind.SHARED, reader_id__isnull=False)
                | Q(kind=TextKind.PUBLISHED)
                | Q(kind__in=[TextKind.DRAFT, TextKind.VERSION], reader_id=None),
                name="plan_text_has_its_reader",
            ),
        ]
        indexes = [
            # Each reader begins with what is the newest of its own, however many others have a word.
            models.Index(
                fields=["reader_id", "-id"], name="plan_text_reader", condition=Q(reader_id__isnull=False)
            ),
            models.Index(
                fields=["-id"],
                name="plan_text_published",
                condition=Q(kind=TextKind.PUBLISHED, reader_id__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="unread_wordings_go",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Delete,
                referencing=pgtrigger.Referencing(old="left_texts"),
                func=triggers.DELETE_UNREAD,
            ),
            pgtrigger.Trigger(
                name="wordings_left_go",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                referencing=pgtrigger.Referencing(old="left_texts"),
                func=triggers.DELETE_UNREAD,
            ),
        ]
