"""Where a mail service reports what became of mails, and where the operator says that an address works again."""

import logging
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from carportal.core.administration import may_administer
from carportal.core.bounces.models import MailAddress
from carportal.core.bounces.reports import NotFromService, NotUnderstood, read, take
from carportal.core.bounces.services import say_address_works
from carportal.core.decorators import ActorRequest, actor_required

logger = logging.getLogger(__name__)

# Some services put the mail that came back into the report; of what is much longer Django reads nothing at all.
MOST_BYTES = 1024 * 1024


@csrf_exempt
@require_POST
def mail_reports(request: HttpRequest) -> HttpResponse:
    """Only there where a service is named. What cannot be taken down now (500) the service sends again."""
    service = settings.MAIL_SERVICE
    if service is None:
        raise Http404
    if request.content_type != "application/json":
        return _answer("Reports are JSON.", 415)
    if len(request.body) > MOST_BYTES:
        return _answer("This report is too long.", 413)
    try:
        events = read(request, service)
    except NotFromService as error:
        logger.warning("a report on mail was refused: %s", error.__cause__)
        return _answer("This is not from the mail service.", 403)
    except NotUnderstood as error:
        logger.warning("a report on mail was not understood: %s", type(error.__cause__).__name__)
        return _answer("This is no report of the mail service.", 400)
    for event in events:
        take(event, service)
    return _answer("ok", 200)


@actor_required
@require_POST
def address_works(request: ActorRequest, pk: UUID) -> HttpResponse:
    if not may_administer(request.actor):
        raise Http404
    row = get_object_or_404(MailAddress.objects.visible_to(request.actor), pk=pk)
    say_address_works(actor=request.actor, address_id=row.pk)
    messages.success(request, _("Mail to %(email)s is sent again.") % {"email": row.address})
    return redirect(f"{reverse('operations')}#addresses")


def _answer(text: str, status: int) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain")
