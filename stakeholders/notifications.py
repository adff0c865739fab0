"""The mails of this room. Both carry a secret, so each is rendered when it is sent, and not kept."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import Role
from carportal.core.choices.groups import MailGroup
from carportal.core.models import Notification
from carportal.core.notifications import (
    Message,
    NotificationKind,
    Recipient,
    notify,
    register,
    render_mail,
)
from stakeholders.models import Invitation, User
from stakeholders.roles import EXPLANATIONS, RoleName
from stakeholders.tokens import invitation_token

# A request whose mail could not be sent for so long is stale: the person has asked again by then.
RESET_GOES_STALE = timedelta(hours=1)


def _invitation(invitation_id: UUID) -> Invitation:
    return Invitation.objects.select_related("organisation", "invited_by").get(pk=invitation_id)


def _invited(invitation_id: UUID) -> Iterable[Recipient]:
    invitation = _invitation(invitation_id)
    user = User.objects.filter(email=invitation.email).first()
    if user is None:
        yield Recipient(user_id=None, email=invitation.email, name="")
    else:
        yield Recipient(user_id=user.pk, email=user.email, name=user.name, language=user.language)


def _invitation_still_due(notification: Notification) -> bool:
    return Invitation.objects.pending(timezone.now()).filter(pk=notification.object_id).exists()


def _render_invitation(notification: Notification) -> Message:
    invitation = _invitation(notification.object_id)
    context = {
        "invitation": invitation,
        "organisation": invitation.organisation,
        "invited_by": invitation.invited_by,
        "role": RoleName(invitation.role).label,
        "role_explanation": EXPLANATIONS[Role(invitation.role)],
        "action_url": absolute(reverse("invitation_accept", args=[invitation_token(invitation)])),
        "action_label": _("Accept the invitation"),
    }
    return render_mail("invitation", context)


def _account(user_id: UUID) -> Iterable[Recipient]:
    user = User.objects.get(pk=user_id)
    yield Recipient(user_id=user.pk, email=user.email, name=user.name, language=user.language)


def _reset_still_due(notification: Notification) -> bool:
    fresh = notification.created_at > timezone.now() - RESET_GOES_STALE
    return fresh and User.objects.filter(pk=notification.object_id, is_active=True).exists()


def _render_reset(notification: Notification) -> Message:
    user = User.objects.get(pk=notification.object_id)
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
    context = {
        "person": user,
        "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
        "action_url": absolute(path),
        "action_label": _("Choose a new password"),
    }
    return render_mail("password_reset", context)


def no_car(_object_id: UUID) -> None:
    return None


def absolute(path: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{path}"


INVITATION = NotificationKind(
    name="invitation",
    label=_("You are invited to act for an organisation"),
    still_due=_invitation_still_due,
    recipients=_invited,
    render=_render_invitation,
    group=MailGroup.ACCOUNT,
    about=no_car,
    keep_content=False,
    asked_for=True,
)
PASSWORD_RESET = NotificationKind(
    name="password_reset",
    label=_("You asked to choose a new password"),
    still_due=_reset_still_due,
    recipients=_account,
    render=_render_reset,
    group=MailGroup.ACCOUNT,
    about=no_car,
    keep_content=False,
    asked_for=True,  # it may have been mended since, and is the way back in
)


def owe_password_reset(user: User) -> None:
    """Owe the person one mail for this request; inside a transaction."""
    notify(kind=PASSWORD_RESET.name, object_id=user.pk, period=timezone.now().isoformat())


def register_kinds() -> None:
    register(INVITATION)
    register(PASSWORD_RESET)
