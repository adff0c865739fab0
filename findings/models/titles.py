"""What Workplace Requirements are called: reference data that the operator enters."""

import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from findings import querysets, requirements


class RequirementTitle(models.Model):
    """The title of one WR of a scheme. Shown beside codes, and never a reason to refuse one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scheme = models.CharField(max_length=20, default=requirements.SCHEME, editable=False)
    area = models.CharField(_("area"), max_length=3, choices=requirements.AREAS)
    letter = models.CharField(
        _("letter"),
        max_length=1,
        validators=[RegexValidator(r"^[A-Z]$", _("Enter one capital letter, such as B."))],
        help_text=_("Of the requirement within its area: B for 5A.B."),
    )
    title = models.CharField(
        _("title"), max_length=300, help_text=_("As the scheme’s own documents have it.")
    )

    objects = querysets.RequirementTitleQuerySet.as_manager()

    class Meta:
        verbose_name = _("title of a requirement")
        verbose_name_plural = _("titles of requirements")
        ordering = ["scheme", "area", "letter"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "area", "letter"],
                name="requirementtitle_one_each",
                violation_error_message=_("This requirement has a title already. Change that one."),
            ),
            models.CheckConstraint(
                condition=Q(area__in=requirements.AREA_CODES, letter__regex=r"^[A-Z]$"),
                name="requirementtitle_requirement_is_known",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="requirementtitle_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.requirement} {self.title}"

    @property
    def requirement(self) -> requirements.Requirement:
        return requirements.Requirement(self.area, self.letter)
