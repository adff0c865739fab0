"""Somebody who was invited, the link that was sent, and time passing over it."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from stakeholders.models import Invitation
from stakeholders.tokens import invitation_token

NEWCOMER = "new.person@example.org"


def link_of(invitation: Invitation) -> str:
    return reverse("invitation_accept", args=[invitation_token(invitation)])


def expire(invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
