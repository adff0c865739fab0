"""The list of CARs as a file, under the filters of its page."""

from urllib.parse import urlencode

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from carportal.core.decorators import ActorRequest, actor_required
from findings.exporting import is_long, listing_of
from findings.exporting.csv import lines_of
from findings.exporting.excel import workbook_of
from findings.filters import Filters, Viewpoint
from findings.models import FileFormat

CONTENT_TYPES = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMAT = "file"  # in the address of the page that asks for a long one, beside the filters


@actor_required
@require_GET
def finding_list_csv(request: ActorRequest) -> HttpResponseBase:
    filters = filters_of(request)
    if is_long(filters):
        return redirect(long_file_url(filters, FileFormat.CSV))
    return StreamingHttpResponse(
        lines_of(listing_of(filters)),
        content_type=CONTENT_TYPES[FileFormat.CSV],
        headers={"Content-Disposition": f'attachment; filename="{file_name(FileFormat.CSV)}"'},
    )


@actor_required
@require_GET
def finding_list_excel(request: ActorRequest) -> HttpResponseBase:
    filters = filters_of(request)
    if is_long(filters):
        return redirect(long_file_url(filters, FileFormat.EXCEL))
    return FileResponse(
        workbook_of(listing_of(filters)),
        as_attachment=True,
        filename=file_name(FileFormat.EXCEL),
        content_type=CONTENT_TYPES[FileFormat.EXCEL],
    )


def export_urls(filters: Filters) -> dict[str, str]:
    """The files of a list, for the template that offers them."""
    return {
        "csv_url": short_file_url(filters, FileFormat.CSV),
        "excel_url": short_file_url(filters, FileFormat.EXCEL),
    }


def short_file_url(filters: Filters, kind: FileFormat) -> str:
    """Where it is made at once."""
    return filters.url("finding_list_csv" if kind == FileFormat.CSV else "finding_list_excel")


def long_file_url(filters: Filters, kind: FileFormat) -> str:
    """Where a worker is asked for it."""
    return f"{reverse('list_file_new')}?{urlencode({**filters.chosen, FORMAT: kind.value})}"


def filters_of(request: ActorRequest) -> Filters:
    return Filters(Viewpoint(request.actor, timezone.localdate()), request.GET.dict())


def file_name(kind: FileFormat) -> str:
    """What it is and the day; nothing of whom it is about."""
    return f"cars-{timezone.localdate().isoformat()}.{kind.value}"
