"""Filters that somebody has given a name."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from findings.saved import querysets
from stakeholders.models import Organisation

NAME_LENGTH = 60


class SavedView(models.Model):
    """What was chosen on a page (`saved.places`), by the names in its address; read anew each time it is opened.

    Its maker's own within one organisation, or shared with everybody who acts for that.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=20, editable=False)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    is_shared = models.BooleanField(_("shared"), default=False)
    query = models.JSONField(editable=False)  # of texts by the names of filters
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = querysets.SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = [Upper("name"), "made_at"]
        constraints = [
            models.UniqueConstraint(
                "organisation", Upper("name"), name="savedview_shared_name_once", condition=Q(is_shared=True)
            ),
            models.UniqueConstraint(
                "organisation",
                "made_by",
                Upper("name"),
                name="savedview_own_name_once",
                condition=Q(is_shared=False),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="savedview_has_a_name"),
            models.CheckConstraint(condition=~Q(query={}), name="savedview_chooses_something"),
        ]

    def __str__(self) -> str:
        return self.name
