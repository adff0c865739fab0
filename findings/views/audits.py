"""Audits: their list, each of them, and recording, changing and discarding one before it is published."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from carportal.core import audit as trail
from carportal.core.actor import Actor
from carportal.core.decorators import ActorRequest, actor_required
from findings import policy, services
from findings.actions import Action, Actions
from findings.forms import AuditForm, FindAuditForm
from findings.forms.audits import initial_of
from findings.models import Audit, AuditStatus, EntryType, Finding
from findings.ordering import newest_first
from findings.querysets import AuditQuerySet
from findings.requirements import AREA_CODES
from findings.scopes import scope_in_words
from findings.services.audits import NOT_YOURS_TO_CHANGE, require_draft
from findings.views.keyset import Page, filters_of, page_of
from findings.views.record import record_context
from stakeholders.forms import ConfirmForm, errors_in
from stakeholders.models import Site
from stakeholders.policy import require

# Drafts that stand above the published audits; the filter shows all of them.
DRAFTS_SHOWN = 10


@actor_required
@require_GET
def audit_list(request: ActorRequest) -> HttpResponse:
    actor = request.actor
    require(
        policy.may_list_audits(actor),
        _(
            "Audits are for those who record them and for the sites. You find what they raised in the list of CARs."
        ),
    )
    filters = filters_of(request.GET)
    form = FindAuditForm(filters or None)
    if actor.is_supplier:
        del form.fields["status"]
    audits = _filtered(
        Audit.objects.visible_to(actor)
        .current_editions()
        .select_related("site__supplier", "audit_company")
        .annotate(cars=Count("entries", filter=Q(entries__type=EntryType.CAR))),
        form,
    )
    context: dict[str, Any] = {
        "form": form,
        "filtered": bool(filters),
        "may_record": policy.may_record_audit(actor),
        "may_import": policy.may_import_audits(actor),
    }
    if form.is_valid() and form.cleaned_data.get("status") == AuditStatus.DRAFT:
        context["page"] = page_of(audits, request.GET, newest_first("date"))
    else:
        context |= _drafts_first(request, audits)
    return render(request, "findings/audit_list.html", context)


def _filtered(audits: AuditQuerySet, form: FindAuditForm) -> AuditQuerySet:
    if not form.is_valid():
        return audits
    given = form.cleaned_data
    audits = audits.matching(given["q"])
    chosen = {name: given[name] for name in ("status", "type") if given.get(name)}
    return audits.filter(**chosen)


def _drafts_first(request: ActorRequest, audits: AuditQuerySet) -> dict[str, Any]:
    page: Page = page_of(audits.published(), request.GET, newest_first("date"))
    if page.previous_url:
        return {"page": page}
    drafts = list(audits.filter(status=AuditStatus.DRAFT).order_by("-date", "-reference")[: DRAFTS_SHOWN + 1])
    return {"page": page, "drafts": drafts[:DRAFTS_SHOWN], "more_drafts": len(drafts) > DRAFTS_SHOWN}


@actor_required
@require_GET
def detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    actor = request.actor
    audit = visible_audit(request, pk)
    entries = sorted(
        audit.entries.select_related("finding"), key=lambda each: (AREA_CODES.index(each.area), each.letter)
    )
    editions = list(Audit.objects.visible_to(actor).filter(reference=audit.reference).order_by("edition"))
    context = {
        "audit": audit,
        "scope": scope_in_words(audit.scope),
        "site_is_open": Site.objects.visible_to(actor).filter(pk=audit.site_id).exists(),
        "cars": [entry for entry in entries if entry.is_car],
        "others": [entry for entry in entries if not entry.is_car],
        "ended": _ended_by(audit, request),
        "editions": editions if len(editions) > 1 else [],
        "newer": next((each for each in editions if each.corrects_id == audit.pk), None),
        "site_line": f"{audit.site.name} ({audit.site.reference})",
        "may_change": policy.may_change_audit(actor, audit),
        "actions": _actions(audit, actor),
        "may_correct": policy.may_correct_audit(actor, audit),
        **record_context(
            request,
            trail.Aggregate.AUDIT,
            audit.pk,
            may_redact=policy.may_redact_record_of_audit(actor, audit),
        ),
    }
    return render(request, "findings/audit.html", context)


def _actions(audit: Audit, actor: Actor) -> Actions:
    """What can be done about it before it is published."""
    if not policy.may_publish_audit(actor, audit):
        return Actions(None, [])
    publish = Action(
        _("See what publishing will do"),
        reverse("audit_publish", args=[audit.pk]),
        title=_("Publish the audit"),
        reason=_("Once all its findings are in. You see first what publishing does to the site’s CARs."),
    )
    return Actions(
        publish,
        [
            Action(_("Add a finding"), reverse("audit_entry_add", args=[audit.pk])),
            Action(_("Change its type, date or scope"), reverse("audit_edit", args=[audit.pk])),
            Action(_("Discard the audit"), reverse("audit_discard", args=[audit.pk])),
        ],
    )


def _ended_by(audit: Audit, request: ActorRequest) -> list[Finding]:
    """The CARs that this audit, in this edition or an earlier one, has ended."""
    if audit.is_draft:
        return []
    ended = Q(closed_by__reference=audit.reference) | Q(superseded_by__audit__reference=audit.reference)
    findings = Finding.objects.visible_to(request.actor).filter(
        ended, site=audit.site_id, raised_anew_as=None
    )
    return list(findings.order_by("-status", "reference"))


@actor_required
@require_http_methods(["GET", "POST"])
def record(request: ActorRequest) -> HttpResponse:
    require(policy.may_record_audit(request.actor), _("Only auditors and the operator record audits."))
    form = _audit_form(request)
    if form.is_valid():
        with errors_in(form):
            audit = services.record_audit(actor=request.actor, details=form.details())
            messages.success(
                request, _("The audit has been recorded. Now add what it found, if it found anything.")
            )
            return redirect("audit", audit.pk)
    return render(request, "findings/audit_record.html", {"form": form, "cancel_url": reverse("audit_list")})


@actor_required
@require_http_methods(["GET", "POST"])
def edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    audit = changeable_audit(request, pk)
    form = _audit_form(request, audit)
    if form.is_valid():
        with errors_in(form):
            services.update_audit(
                audit_id=pk,
                actor=request.actor,
                details=form.details(),
                reason=form.cleaned_data.get("reason", ""),
            )
            messages.success(request, _("The audit has been saved."))
            return redirect("audit", pk)
    context = {"form": form, "audit": audit, "cancel_url": reverse("audit", args=[pk])}
    return render(request, "findings/audit_edit.html", context)


def _audit_form(request: ActorRequest, audit: Audit | None = None) -> AuditForm:
    """The form as it was sent; unsent when only one of its buttons that tick areas was used."""
    names_company = policy.may_name_audit_company(request.actor)
    if "preset" in request.POST:
        return AuditForm(initial=AuditForm.typed(request.POST), names_company=names_company, audit=audit)
    initial = initial_of(audit) if audit else None
    return AuditForm(request.POST or None, initial=initial, names_company=names_company, audit=audit)


@actor_required
@require_http_methods(["GET", "POST"])
def discard(request: ActorRequest, pk: UUID) -> HttpResponse:
    audit = changeable_audit(request, pk)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with errors_in(form):
            services.discard_audit(audit_id=pk, actor=request.actor)
            messages.success(request, _("Audit %(audit)s has been discarded.") % {"audit": audit.reference})
            return redirect("audit_list")
    context = {"form": form, "audit": audit, "cancel_url": reverse("audit", args=[pk])}
    return render(request, "findings/audit_discard.html", context)


def visible_audit(request: ActorRequest, pk: UUID) -> Audit:
    audits = Audit.objects.visible_to(request.actor)
    return get_object_or_404(audits.select_related("site__supplier", "audit_company", "corrects"), pk=pk)


def changeable_audit(request: ActorRequest, pk: UUID) -> Audit:
    """One that the actor sees and may change: NotAllowed for who may not, Conflict once it is published."""
    audit = visible_audit(request, pk)
    require(policy.may_record_audit(request.actor), NOT_YOURS_TO_CHANGE)
    require_draft(audit, request.actor)
    return audit
