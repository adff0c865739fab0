"""The list of CARs as a file, under the filters of its page."""

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from carportal.core.decorators import ActorRequest, actor_required
from findings.exporting import Listing, listing_of
from findings.exporting.csv import lines_of
from findings.exporting.excel import workbook_of
from findings.filters import Filters, Viewpoint

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@actor_required
@require_GET
def finding_list_csv(request: ActorRequest) -> HttpResponseBase:
    return StreamingHttpResponse(
        lines_of(_listing(request)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{_name()}.csv"'},
    )


@actor_required
@require_GET
def finding_list_excel(request: ActorRequest) -> HttpResponseBase:
    workbook = workbook_of(_listing(request))
    return FileResponse(workbook, as_attachment=True, filename=f"{_name()}.xlsx", content_type=EXCEL)


def export_urls(filters: Filters) -> dict[str, str]:
    """The files of a list, for the template that offers them."""
    return {"csv_url": filters.url("finding_list_csv"), "excel_url": filters.url("finding_list_excel")}


def _listing(request: ActorRequest) -> Listing:
    return listing_of(Filters(Viewpoint(request.actor, timezone.localdate()), request.GET.dict()))


def _name() -> str:
    """What it is and the day; nothing of whom it is about."""
    return f"cars-{timezone.localdate().isoformat()}"
