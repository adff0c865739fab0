"""The findings of an audit, as long as it is not published."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carportal.core.decorators import ActorRequest, actor_required
from findings import services
from findings.forms import EntryForm
from findings.models import Audit, AuditEntry
from findings.titles import titles_in_scope
from findings.views.audits import changeable_audit
from stakeholders.forms import ConfirmForm, errors_in


@actor_required
@require_http_methods(["GET", "POST"])
def add(request: ActorRequest, audit_pk: UUID) -> HttpResponse:
    audit = changeable_audit(request, audit_pk)
    form = EntryForm(request.POST or None, titles=titles_in_scope(audit, request.actor))
    if form.is_valid():
        with errors_in(form):
            entry = services.add_entry(audit_id=audit_pk, actor=request.actor, details=form.entry())
            messages.success(request, _("%(finding)s has been added.") % {"finding": _named(entry)})
            return redirect("audit_entry_add" if "another" in request.POST else "audit", audit_pk)
    return render(request, "findings/entry_add.html", _context(audit, form))


@actor_required
@require_http_methods(["GET", "POST"])
def edit(request: ActorRequest, audit_pk: UUID, pk: UUID) -> HttpResponse:
    audit = changeable_audit(request, audit_pk)
    entry = get_object_or_404(audit.entries, pk=pk)
    initial = {
        "type": entry.type,
        "code": entry.raw_code,
        "issue_title": entry.issue_title,
        "details": entry.details,
    }
    form = EntryForm(request.POST or None, titles=titles_in_scope(audit, request.actor), initial=initial)
    if form.is_valid():
        with errors_in(form):
            entry = services.edit_entry(
                audit_id=audit_pk, entry_id=pk, actor=request.actor, details=form.entry()
            )
            messages.success(request, _("%(finding)s has been saved.") % {"finding": _named(entry)})
            return redirect("audit", audit_pk)
    return render(request, "findings/entry_edit.html", _context(audit, form, entry))


@actor_required
@require_http_methods(["GET", "POST"])
def remove(request: ActorRequest, audit_pk: UUID, pk: UUID) -> HttpResponse:
    audit = changeable_audit(request, audit_pk)
    entry = get_object_or_404(audit.entries, pk=pk)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with errors_in(form):
            services.remove_entry(audit_id=audit_pk, entry_id=pk, actor=request.actor)
            messages.success(request, _("%(finding)s has been removed.") % {"finding": _named(entry)})
            return redirect("audit", audit_pk)
    return render(request, "findings/entry_remove.html", _context(audit, form, entry))


def _context(audit: Audit, form: EntryForm | ConfirmForm, entry: AuditEntry | None = None) -> dict[str, Any]:
    return {
        "audit": audit,
        "form": form,
        "entry": entry,
        "entry_name": _named(entry) if entry else "",
        "cancel_url": reverse("audit", args=[audit.pk]),
    }


def _named(entry: AuditEntry) -> str:
    """ "CAR 5A.B", "Non-compliance 3.C"."""
    kind = _("CAR") if entry.is_car else entry.get_type_display()
    return f"{kind} {entry.raw_code}"
