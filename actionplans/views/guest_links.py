"""The site's side of guests: sending somebody a link to what is shared with a party, again, and ending it."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from actionplans.guests.forms import SendLinkForm
from actionplans.guests.models import GuestLink
from actionplans.guests.policy import check_can_get_link
from actionplans.guests.services import revoke_link, send_link, send_link_again
from actionplans.plans import policy as plan_policy
from actionplans.views.loading import visible_share
from carportal.core.decorators import ActorRequest, actor_required
from stakeholders.forms import errors_in


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def guest_link_add(request: ActorRequest, share_id: UUID) -> HttpResponse:
    shared = visible_share(request, share_id)
    plan_policy.check_writes(request.actor, shared.plan.finding)
    check_can_get_link(shared)
    form = SendLinkForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with errors_in(form):
            link = send_link(share_id=shared.pk, actor=request.actor, **form.cleaned_data)
            messages.success(request, _("The link to %(email)s is on its way.") % {"email": link.email})
            return _to(link)
    context = {
        "share": shared,
        "finding": shared.plan.finding,
        "form": form,
        "days": settings.GUEST_LINK_DAYS,
        "cancel_url": reverse("share", args=[shared.pk]),
    }
    return render(request, "actionplans/guests/send.html", context)


@actor_required
@require_POST
def guest_link_send(request: ActorRequest, link_id: UUID) -> HttpResponse:
    link = _visible_link(request, link_id)
    sent = send_link_again(link_id=link.pk, actor=request.actor)
    messages.success(request, _("The link to %(email)s is on its way again.") % {"email": sent.email})
    return _to(sent)


@actor_required
@require_POST
def guest_link_revoke(request: ActorRequest, link_id: UUID) -> HttpResponse:
    link = _visible_link(request, link_id)
    revoke_link(link_id=link.pk, actor=request.actor)
    messages.success(request, _("The link of %(email)s no longer opens anything.") % {"email": link.email})
    return _to(link)


def _to(link: GuestLink) -> HttpResponse:
    return redirect(f"{reverse('share', args=[link.share_id])}#guests")


def _visible_link(request: ActorRequest, link_id: UUID) -> GuestLink:
    """Of a share of the site's own: 404 for everybody else, 403 for who only reads there."""
    links = GuestLink.objects.visible_to(request.actor).select_related("share__plan__finding__site")
    link = get_object_or_404(links, pk=link_id)
    plan_policy.check_writes(request.actor, link.share.plan.finding)
    return link
