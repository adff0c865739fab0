"""What of a plan's text each of its readers can search, kept beside the plan by the writes that change it."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actionplans.plans.models import ActionPlan, Revision
from actionplans.searching import querysets
from stakeholders.searching import words_of


class TextKind(models.TextChoices):
    """Whose reading of a plan it is."""

    DRAFT = "draft", _("Draft")  # its site's
    VERSION = "version", _("Version")  # its site's, of one that was frozen
    PUBLISHED = "published", _("Published plan")  # whose relationship lets it read that, and the operator's
    SHARED = "shared", _("Shared with you")  # a party's, of what it was sent last


class PlanText(models.Model):
    """All that people wrote in a plan, as one of its readers gets it (`annex.render`).

    `reader_id` is the party that it is for; of what is published, None has what everybody gets, and whoever gets more
    has a row of its own. Rows are made anew, so that a later one is the newer text; a draft keeps its row.
    """

    id = models.BigAutoField(primary_key=True)
    plan = models.ForeignKey(ActionPlan, on_delete=models.CASCADE, related_name="searchable")
    kind = models.CharField(max_length=10, choices=TextKind.choices)
    revision = models.ForeignKey(Revision, null=True, on_delete=models.CASCADE, related_name="+")
    reader_id = models.UUIDField(null=True, editable=False)
    text = models.TextField(editable=False)
    words = models.GeneratedField(
        expression=words_of("text"), output_field=SearchVectorField(), db_persist=True, editable=False
    )

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
            GinIndex(fields=["words"], name="plan_text_words"),
            # A party begins with what is its own, however many others have a word.
            models.Index(
                fields=["reader_id", "-id"], name="plan_text_reader", condition=Q(reader_id__isnull=False)
            ),
        ]
