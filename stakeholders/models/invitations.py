"""Invitations to act for an organisation."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import Role
from stakeholders import querysets
from stakeholders.models.organisations import Organisation
from stakeholders.models.people import User
from stakeholders.roles import RoleName


class Invitation(models.Model):
    """An offer, by mail, to act for an organisation; good once and for `INVITATION_DAYS` days.

    One that was prepared has no `expires_at` before a person sends it. The link's secret is derived from the
    row by signing, so nothing that opens it is stored.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    # Nobody: the portal itself, as it was set up.
    invited_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = querysets.InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_role_is_known"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_is_lower_case"),
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_one_pending_per_address",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None), name="invitation_ends_one_way"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(expires_at__isnull=False),
                name="invitation_accepted_was_sent",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def role_name(self) -> str:
        return str(RoleName(self.role).label)

    @property
    def sent_at(self) -> datetime | None:
        """The last time, as far as its days tell."""
        return self.expires_at - timedelta(days=settings.INVITATION_DAYS) if self.expires_at else None

    @property
    def is_prepared(self) -> bool:
        """Not sent yet."""
        return self.expires_at is None
