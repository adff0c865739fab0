"""The first page after login: what to do next, by the kind of organisation one acts for."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from carportal.core.decorators import ActorRequest, actor_required
from carportal.web import landing
from carportal.web.by_name import page_by_name
from carportal.web.dashboard.page import has_dashboard
from carportal.web.outstanding import outstanding_with, parties_with
from findings.filters import Filters, Viewpoint
from stakeholders.policy import require


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


@actor_required
@require_safe
def outstanding(request: ActorRequest) -> HttpResponse:
    """Every party with which something is outstanding, under the filters of the dashboard."""
    require(
        has_dashboard(request.actor), _("What is outstanding with whom is for the operator of this portal.")
    )
    filters = Filters(Viewpoint(request.actor, timezone.localdate()), request.GET.dict())
    page = page_by_name(parties_with(filters), request.GET)
    context = {
        "filters": filters,
        "outstanding": outstanding_with(filters, page.rows),
        "page": page,
        "home_url": filters.url("home"),
    }
    return render(request, "web/outstanding_page.html", context)
