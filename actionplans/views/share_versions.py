"""What a party was sent before, and what has changed since; for the party and for the site."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actionplans.annex import render as render_annex
from actionplans.history import sendings_to
from actionplans.models import PlanShare, SharedRevision
from actionplans.plans.version_forms import CompareForm
from actionplans.sharing import policy
from actionplans.sharing.audiences import as_party
from actionplans.views.comparing import comparison
from actionplans.views.loading import visible_share
from carportal.core.decorators import ActorRequest, reader_required


@reader_required
@require_safe
def share_version(request: ActorRequest, share_id: UUID, sent_id: UUID) -> HttpResponse:
    """One sending as the party got it."""
    shared = visible_share(request, share_id)
    sendings = sendings_to(shared, request.actor)
    sent = next((each for each in sendings if each.pk == sent_id), None)
    if sent is None:
        raise Http404
    context = {
        "share": shared,
        "finding": shared.plan.finding,
        "sent": sent,
        "is_newest": sent == sendings[0],
        "newest": sendings[0],
        "is_party": policy.is_party(request.actor, shared),
        "annex": render_annex(sent.revision, as_party(sent), get_language()),
    }
    return render(request, "actionplans/share_version.html", context)


@reader_required
@require_safe
def share_compare(request: ActorRequest, share_id: UUID) -> HttpResponse:
    """Any two that this party was sent (`?old=…&new=…`); 404 where it was sent but one."""
    shared = visible_share(request, share_id)
    sendings = {str(sent.pk): sent for sent in sendings_to(shared, request.actor)}
    if len(sendings) < 2:
        raise Http404
    choices = [(key, _label(sent, shared)) for key, sent in sendings.items()]
    form = CompareForm(choices, request.GET if {"old", "new"} & set(request.GET) else None)
    context: dict[str, Any] = {
        "share": shared,
        "finding": shared.plan.finding,
        "form": form,
        "is_party": policy.is_party(request.actor, shared),
    }
    if form.is_valid():
        old, new = (sendings[form.cleaned_data[name]] for name in ("old", "new"))
        context |= {
            "old": _label(old, shared),
            "new": _label(new, shared),
            **comparison(old.revision, new.revision, as_party(new)),
        }
    return render(request, "actionplans/share_compare.html", context)


def _label(sent: SharedRevision, shared: PlanShare) -> str:
    """By the time it was sent, never by a number, which would tell of what others were sent."""
    when = date_format(localtime(sent.sent_at), "j F Y, H:i")
    if sent.share.plan_id == shared.plan_id:
        return _("Shared on %(when)s") % {"when": when}
    return _("Shared on %(when)s, for %(reference)s") % {
        "when": when,
        "reference": sent.share.plan.finding.reference,
    }
