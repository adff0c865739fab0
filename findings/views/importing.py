"""Importing audits from a spreadsheet: upload, what it will do, and the click that does it."""

import csv
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import Conflict
from findings import policy, services
from findings.forms.importing import ImportForm, WriteImportForm
from findings.importing.telling import changes_something, notes_of, parts_of, sentence_of
from findings.importing.template import explained_columns, template_workbook
from findings.models import AuditImport, ImportStatus
from stakeholders.forms import errors_in
from stakeholders.policy import require

LAST = 10  # imports that the page of uploads lists
SHOWN = 100  # rows of each kind; the problems are in a file as a whole
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@actor_required
@require_http_methods(["GET", "POST"])
def upload(request: ActorRequest) -> HttpResponse:
    _require_importer(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with errors_in(form):
            file = form.cleaned_data["file"]
            uploaded = services.upload_import(
                actor=request.actor, name=file.name, content=file.read(), day_order=form.order()
            )
            return redirect("audit_import", uploaded.pk)
    imports = AuditImport.objects.visible_to(request.actor).without_content()
    context = {
        "form": form,
        "columns": explained_columns(),
        "imports": imports.defer("report").select_related("uploaded_by").order_by("-created_at")[:LAST],
        "cancel_url": reverse("audit_list"),
    }
    return render(request, "findings/imports/upload.html", context)


@actor_required
@require_GET
def template(request: ActorRequest) -> HttpResponse:
    _require_importer(request)
    response = HttpResponse(template_workbook(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="audits.xlsx"'
    return response


@actor_required
@require_http_methods(["GET", "POST"])
def detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """How far it is, then what it will do, then what it did; a POST says that it is wanted."""
    uploaded = _visible_import(request, pk)
    _require_importer(request)
    form = WriteImportForm(request.POST or None, initial={"digest": uploaded.digest})
    changed = ""
    if form.is_valid():
        try:
            services.confirm_import(actor=request.actor, import_id=pk, digest=form.cleaned_data["digest"])
            return redirect("audit_import", pk)
        except Conflict as conflict:
            uploaded, changed = _visible_import(request, pk), str(conflict.message)
            form = WriteImportForm(initial={"digest": uploaded.digest})
    context = {"uploaded": uploaded, "form": form, "changed": changed, **_told(uploaded)}
    response = render(request, _template_of(request, uploaded), context, status=409 if changed else 200)
    if _is_by_script(request) and not uploaded.is_to_do:
        response["HX-Refresh"] = "true"  # it has come to an end: the whole page is another
    return response


def _template_of(request: ActorRequest, uploaded: AuditImport) -> str:
    if _is_by_script(request):
        return "findings/imports/progress.html"
    return (
        f"findings/imports/{uploaded.status}.html" if not uploaded.is_to_do else "findings/imports/to_do.html"
    )


def _is_by_script(request: ActorRequest) -> bool:
    """Whether only the middle of the page is asked for."""
    return bool(vars(request)["htmx"])


def _told(uploaded: AuditImport) -> dict[str, Any]:
    if uploaded.is_to_do:
        return {"progress": services.progress_of(uploaded)}
    report = uploaded.report or {}
    if uploaded.status == ImportStatus.REFUSED:
        problems = report.get("problems", [])
        return {
            "report": report,
            "problems": problems[:SHOWN],
            "count": report.get("counts", {}).get("problems", 0),
        }
    return {
        "report": report,
        "sentence": sentence_of(report),
        "notes": notes_of(report),
        "parts": [{"part": part, "shown": part.items[:SHOWN]} for part in parts_of(report)],
        "most": SHOWN,
        "changes": changes_something(report),
    }


@actor_required
@require_GET
def problems(request: ActorRequest, pk: UUID) -> HttpResponse:
    """All that is wrong with a file, as a file to sort and to send on."""
    uploaded = _visible_import(request, pk)
    _require_importer(request)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = slugify(uploaded.name.rpartition(".")[0]) or "audits"
    response["Content-Disposition"] = f'attachment; filename="{name}-to-correct.csv"'
    writer = csv.writer(response)
    writer.writerow([_("Row"), _("Column"), _("Value"), _("What to do")])
    for problem in (uploaded.report or {}).get("problems", []):
        row = [problem["row"], problem["column"], problem["value"], problem["reason"]]
        writer.writerow([_harmless(cell) for cell in row])
    return response


def _harmless(cell: object) -> str:
    """No formula to the spreadsheet that opens it, whatever the uploaded file held."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def _visible_import(request: ActorRequest, pk: UUID) -> AuditImport:
    imports = AuditImport.objects.visible_to(request.actor).without_content()
    return get_object_or_404(imports.select_related("uploaded_by", "confirmed_by"), pk=pk)


def _require_importer(request: ActorRequest) -> None:
    require(
        policy.may_import_audits(request.actor),
        _("Only compliance staff and managers of the operator import audits."),
    )
