"""The first page after login: what to do next, by the kind of organisation one acts for."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from carportal.core.decorators import ActorRequest, actor_required
from carportal.web import landing


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """A person's landing page; for a visitor, what the portal is."""
    if not request.user.is_authenticated:
        return render(request, "web/start.html")
    return _landing(request)


@actor_required
def _landing(request: ActorRequest) -> HttpResponse:
    page = landing.landing_for(request.actor, request.GET.dict())
    return render(request, page.template, page.context)
