"""The dashboard as files, under the filters of its page."""

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from actionplans.views.pdfs import answer_with_pdf
from carportal.core.decorators import ActorRequest, actor_required
from carportal.web.context_processors import Portal
from carportal.web.dashboard.excel import workbook_of
from carportal.web.dashboard.figures import Dashboard, dashboard_of
from carportal.web.dashboard.page import has_dashboard
from carportal.web.dashboard.paper import dashboard_paper
from carportal.web.dashboard.tables import tables_of
from carportal.web.dashboard.telling import About, Maker, about
from carportal.web.outstanding import outstanding_with, parties_with
from findings.filters import Filters, Viewpoint
from findings.models import FileFormat
from findings.views.exports import CONTENT_TYPES
from stakeholders.policy import require

PARTIES_ON_PAPER = 60


@actor_required
@require_GET
def dashboard_excel(request: ActorRequest) -> HttpResponseBase:
    board, told = _board(request)
    outstanding = outstanding_with(board.filters, list(parties_with(board.filters)))
    workbook = workbook_of(told, tables_of(board, outstanding))
    return FileResponse(workbook, as_attachment=True, filename=f"{_name()}.xlsx", content_type=CONTENT_TYPES[FileFormat.EXCEL])


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def dashboard_pdf(request: ActorRequest) -> HttpResponse:
    """A POST tries again what could not be made."""
    board, told = _board(request)
    parties = list(parties_with(board.filters))
    outstanding = outstanding_with(board.filters, parties[:PARTIES_ON_PAPER])
    others = max(len(parties) - PARTIES_ON_PAPER, 0)
    paper = dashboard_paper(board, told, outstanding, others=others, locale=get_language())
    return answer_with_pdf(request, paper, f"{_name()}.pdf")


def _board(request: ActorRequest) -> tuple[Dashboard, About]:
    require(has_dashboard(request.actor), _("The dashboard is for the operator of this portal."))
    board = dashboard_of(Filters(Viewpoint(request.actor, timezone.localdate()), request.GET.dict()))
    return board, about(board, _maker(request))


def _maker(request: ActorRequest) -> Maker:
    return Maker(str(request.user), str(Portal(request).organisation))


def _name() -> str:
    """What it is and the day; nothing of whom it is about."""
    return f"cars-in-figures-{timezone.localdate().isoformat()}"
