"""The list of CARs as a file, under the filters of its page."""

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from carportal.core.decorators import ActorRequest, actor_required
from findings.exporting import is_long, listing_of
from findings.exporting.csv import lines_of
from findings.exporting.excel import workbook_of
from findings.filters import Filters, Viewpoint
from findings.models import FileFormat
from findings.selecting import ALL, PICK, WHICH, Selection

CONTENT_TYPES = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ROUTES = {FileFormat.CSV: "finding_list_csv", FileFormat.EXCEL: "finding_list_excel"}  # made at once
FORMAT = "file"  # in the address of the page that asks for a long one, beside the filters


@actor_required
@require_GET
def finding_list_csv(request: ActorRequest) -> HttpResponseBase:
    chosen = _selection_of(request)
    if is_long(chosen.findings):
        return redirect(long_file_url(chosen.filters, FileFormat.CSV))
    return StreamingHttpResponse(
        lines_of(listing_of(chosen.filters, chosen.findings)),
        content_type=CONTENT_TYPES[FileFormat.CSV],
        headers={"Content-Disposition": f'attachment; filename="{file_name(FileFormat.CSV)}"'},
    )


@actor_required
@require_GET
def finding_list_excel(request: ActorRequest) -> HttpResponseBase:
    chosen = _selection_of(request)
    if is_long(chosen.findings):
        return redirect(long_file_url(chosen.filters, FileFormat.EXCEL))
    return FileResponse(
        workbook_of(listing_of(chosen.filters, chosen.findings)),
        as_attachment=True,
        filename=file_name(FileFormat.EXCEL),
        content_type=CONTENT_TYPES[FileFormat.EXCEL],
    )


def export_urls(filters: Filters) -> dict[str, str]:
    """The files of a list, for the template that offers them."""
    return {
        "csv_url": filters.url(ROUTES[FileFormat.CSV]),
        "excel_url": filters.url(ROUTES[FileFormat.EXCEL]),
    }


def file_url(selection: Selection, kind: FileFormat) -> str:
    """Of what was chosen; a whole list says so by its filters alone."""
    route = ROUTES[kind]
    return selection.filters.url(route) if selection.picked is None else selection.url(route)


def long_file_url(filters: Filters, kind: FileFormat) -> str:
    """Where a worker is asked for it; what is picked by hand is never that long."""
    return filters.url("list_file_new", **{FORMAT: kind.value})


def _selection_of(request: ActorRequest) -> Selection:
    """The whole list where nothing is picked."""
    data = request.GET.copy()
    if PICK not in data:
        data[WHICH] = ALL
    return Selection(Viewpoint(request.actor, timezone.localdate()), data)


def file_name(kind: FileFormat) -> str:
    """What it is and the day; nothing of whom it is about."""
    return f"cars-{timezone.localdate().isoformat()}.{kind.value}"
