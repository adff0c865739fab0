"""Long lists as files that a worker writes: asking for one, how far it is, and the file itself."""

from collections.abc import Iterator
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import Conflict, DomainError, Unavailable
from findings import policy
from findings.exporting import is_long
from findings.exporting.excel import MOST_ROWS
from findings.exporting.storing import pieces_of
from findings.filters import Filters, Viewpoint
from findings.models import FileFormat, ListFile
from findings.services.files import ask_for_file
from findings.views.exports import CONTENT_TYPES, FORMAT, ROUTES, long_file_url
from stakeholders.policy import require

LAST = 20  # files that the page of them lists


@actor_required
@require_GET
def file_list(request: ActorRequest) -> HttpResponse:
    _require_saver(request)
    files = ListFile.objects.visible_to(request.actor).order_by("-asked_at")[:LAST]
    return render(request, "findings/files/list.html", {"files": files})


@actor_required
@require_http_methods(["GET", "POST"])
def ask(request: ActorRequest) -> HttpResponse:
    """How long the list is and what will happen; a POST says that it is wanted. A short one is made at once."""
    _require_saver(request)
    filters, kind = _filters_of(request), _format_of(request)
    if request.method == "GET" and not is_long(filters.findings):
        return redirect(filters.url(ROUTES[kind]))
    error: DomainError | None = None
    if request.method == "POST":
        try:
            return redirect("list_file", ask_for_file(actor=request.actor, filters=filters, kind=kind).pk)
        except Conflict as conflict:
            error = conflict
    count = filters.findings.order_by().count()
    context = {
        "count": count,
        "format": kind,
        "in_words": filters.in_words,
        "sheets": _sheets(count) if kind == FileFormat.EXCEL else 1,
        "most_rows": MOST_ROWS - 1,
        "error": error,
        "form_action": long_file_url(filters, kind),
        "cancel_url": filters.url(),
    }
    return render(request, "findings/files/ask.html", context, status=error.status if error else 200)


@actor_required
@require_GET
def detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """How far it is, then the file or why there is none."""
    file = _visible_file(request, pk)
    by_script = bool(vars(request)["htmx"])  # only the middle of the page is asked for
    template = "findings/files/progress.html" if by_script else "findings/files/detail.html"
    list_url = f"{reverse('finding_list')}?{urlencode(file.filters)}"
    response = render(request, template, {"file": file, "list_url": list_url})
    if by_script and not file.is_to_do:
        response["HX-Refresh"] = "true"  # it has come to an end: the whole page is another
    return response


@actor_required
@require_GET
def download(request: ActorRequest, pk: UUID) -> HttpResponseBase:
    """The bytes, which memory does not hold as a whole. Who may have them is asked each time."""
    file = _visible_file(request, pk)
    if not file.is_ready:
        return redirect("list_file", pk)
    kind = FileFormat(file.format)
    return StreamingHttpResponse(
        _pieces(file),
        content_type=CONTENT_TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="cars-{file.day.isoformat()}.{kind.value}"',
            "Content-Length": str(file.size),
        },
    )


def _pieces(file: ListFile) -> Iterator[bytes]:
    try:
        return pieces_of(file.storage_key)
    except Exception as error:  # the edge: each kind of store fails with errors of its own
        raise Unavailable(
            _("This file cannot be read now. Try it again later, or save the list again.")
        ) from error


def _filters_of(request: ActorRequest) -> Filters:
    return Filters(Viewpoint(request.actor, timezone.localdate()), request.GET.dict())


def _format_of(request: ActorRequest) -> FileFormat:
    """CSV where an address names none."""
    try:
        return FileFormat(request.GET.get(FORMAT, ""))
    except ValueError:
        return FileFormat.CSV


def _sheets(count: int) -> int:
    return -(-count // (MOST_ROWS - 1))


def _visible_file(request: ActorRequest, pk: UUID) -> ListFile:
    return get_object_or_404(ListFile.objects.visible_to(request.actor), pk=pk)


def _require_saver(request: ActorRequest) -> None:
    require(
        policy.may_save_lists(request.actor),
        _("Only those who act for an organisation save lists as a file."),
    )
