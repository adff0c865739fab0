"""How allauth is held to the portal's rules: no sign-up, mails by the worker, a page for too many attempts."""

from typing import Any, ClassVar, Never

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import respond_429
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from carportal.core.bounces.models import MailAddress
from stakeholders.models import User
from stakeholders.notifications import owe_password_reset


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is not correct. Check both."),
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Accounts are made by accepting an invitation."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """As allauth does, but too many failed attempts get the page and the status that say so."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise ImmediateHttpResponse(respond_429(request)) from error

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """As allauth does; whom mail does not reach is told here that it does not."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if MailAddress.objects.troubles_of([user.email]):
            sentence = _("Mail from this portal does not reach you.")
            link = format_html('<a href="{}">{}</a>', reverse("profile"), _("See what you can do"))
            messages.warning(request, format_html("{} {}", sentence, link))
        return response

    def send_password_reset_mail(self, user: User, _email: str, _context: dict[str, Any]) -> None:
        """Only owe the mail: the worker makes the link when it sends it, so that no secret is stored."""
        with transaction.atomic():
            owe_password_reset(user)

    def send_mail(self, template_prefix: str, _email: str, _context: dict[str, Any]) -> Never:
        raise RuntimeError(f"{template_prefix}: mails of the portal go through carportal.core.notifications")

    def get_password_change_redirect_url(self, _request: HttpRequest) -> str:
        return reverse("profile")
