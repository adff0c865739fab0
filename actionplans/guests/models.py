"""The link that lets one address read one shared plan, and the codes that open it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actionplans.guests import querysets
from actionplans.sharing.models import PlanShare


class GuestLink(models.Model):
    """That somebody without an account may open one share, until it expires or is ended.

    The link identifies and does not open: a code does, sent to the same address each time. Neither is stored.
    `person` is who stands for the guest once it was opened: a User that cannot log in, or one with an account.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    share = models.ForeignKey(PlanShare, on_delete=models.PROTECT, related_name="guest_links")
    name = models.CharField(_("name"), max_length=150)  # as the site wrote it; guests say theirs themselves
    email = models.EmailField(_("e-mail address"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="guest_links"
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    sent_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(editable=False)
    opened_at = models.DateTimeField(null=True, editable=False)  # the last time
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = querysets.GuestLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link for a guest")
        verbose_name_plural = _("links for guests")
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["share", "email"], condition=Q(ended_at=None), name="guest_link_once_at_a_time"
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="guest_link_email_is_lower_case"),
            models.CheckConstraint(condition=~Q(name=""), name="guest_link_is_for_somebody"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("sent_at")), name="guest_link_good_for_a_while"
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None) | Q(person__isnull=False), name="guest_link_opened_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def masked_email(self) -> str:
        """Enough for whose it is to know it, before they have shown that it is theirs."""
        local, _at, domain = self.email.rpartition("@")
        return f"{local[:1]}…@{domain}"


class GuestCode(models.Model):
    """One code for one link, good once, for a quarter of an hour, and for a few attempts.

    The code itself is derived from the row by signing (`guests.secrets`), so that nothing that opens is stored.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(GuestLink, on_delete=models.CASCADE, related_name="codes")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("code for a guest")
        verbose_name_plural = _("codes for guests")
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"code of {self.asked_at:%Y-%m-%d %H:%M}"
