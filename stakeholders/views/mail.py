"""Saying that mail arrives again, of oneself and of one's people."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carportal.core.decorators import ActorRequest, actor_required
from stakeholders import services
from stakeholders.records import url_of
from stakeholders.views.people import visible_membership


@actor_required
@require_POST
def own_works(request: ActorRequest) -> HttpResponse:
    services.say_own_mail_works(actor=request.actor)
    messages.success(request, _("Mail is sent to you again."))
    return redirect("profile")


@actor_required
@require_POST
def member_works(request: ActorRequest, pk: UUID) -> HttpResponse:
    membership = visible_membership(request, pk)
    services.say_mail_works(actor=request.actor, membership_id=pk)
    messages.success(request, _("Mail to %(email)s is sent again.") % {"email": membership.user.email})
    return redirect(f"{url_of(membership.organisation, request.actor)}#people")
