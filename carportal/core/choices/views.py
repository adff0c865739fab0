"""Where a mail's own link leads: to stop such mails with one click, and back."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from carportal.core.choices.services import are_off, groups_of, let_mails_come, stop_mails
from carportal.core.choices.tokens import delivery_id_of
from carportal.core.models import Delivery


# Mail programs post here without cookie, login or form (RFC 8058): the signed token is what says whose mail it is.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """A POST stops the mails, or with `again` lets them come; it is answered at once, as programs follow no redirect.

    A GET changes nothing: programs that look into mails follow every link.
    """
    mail_id = _mail_id(token)
    groups = groups_of(mail_id)
    if not groups:
        raise Http404
    if request.method == "POST":
        change = let_mails_come if "again" in request.POST else stop_mails
        change(delivery_id=mail_id)
    context = {
        "groups": [group.label for group in groups],
        "are_off": are_off(mail_id, groups),
        "has_account": _has_account(mail_id),
        "was_changed": request.method == "POST",
    }
    return render(request, "mails/stop.html", context)


def _mail_id(token: str) -> UUID:
    mail_id = delivery_id_of(token)
    if mail_id is None or not Delivery.objects.filter(pk=mail_id).exists():
        raise Http404
    return mail_id


def _has_account(mail_id: UUID) -> bool:
    """Whether its reader can log in and choose more."""
    mail = Delivery.objects.select_related("notification__recipient").get(pk=mail_id)
    reader = mail.notification.recipient
    return reader is not None and reader.has_usable_password()
