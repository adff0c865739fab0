"""What only the operator does: correct a published audit, and decide what an audit left."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carportal.core.actor import Actor
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import Conflict
from findings import policy, services
from findings.forms import CorrectionForm, DecideForm
from findings.models import Finding, LeftDecision, LeftFinding
from findings.views.audits import visible_audit
from findings.views.lines import audit_line
from stakeholders.forms import errors_in
from stakeholders.policy import require


@actor_required
@require_http_methods(["GET", "POST"])
def correct(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Begin a new edition of a published audit."""
    audit = visible_audit(request, pk)
    if audit.is_draft and policy.may_change_audit(request.actor, audit):
        raise Conflict(_("This audit has not been published yet, so you can change it as it is."))
    require(
        policy.may_correct_audit(request.actor, audit), _("Only the operator corrects a published audit.")
    )
    form = CorrectionForm(request.POST or None)
    if form.is_valid():
        with errors_in(form):
            edition = services.start_new_edition(
                audit_id=pk, actor=request.actor, reason=form.cleaned_data["reason"]
            )
            messages.success(
                request,
                _("This is edition %(edition)s, a copy of the one before. Correct it, then publish it.")
                % {"edition": edition.edition},
            )
            return redirect("audit", edition.pk)
    context = {"form": form, "audit": audit, "cancel_url": reverse("audit", args=[pk])}
    return render(request, "findings/audit_correct.html", context)


@actor_required
@require_http_methods(["GET", "POST"])
def decide(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Decide what an audit left about a CAR; of several audits the earliest first."""
    finding = get_object_or_404(Finding.objects.visible_to(request.actor).select_related("site"), pk=pk)
    require(
        policy.may_decide_left(request.actor),
        _("Only the operator’s compliance staff decide what an audit left."),
    )
    left = _to_decide(finding, request.actor)
    form = DecideForm(request.POST or None, may_close=policy.may_close_left(left), initial={"left": left.pk})
    if form.is_valid():
        with errors_in(form):
            services.decide_left(
                left_id=_the_one_seen(form.cleaned_data["left"], finding, request.actor),
                actor=request.actor,
                decision=LeftDecision(form.cleaned_data["decision"]),
                note=form.cleaned_data["note"],
            )
            messages.success(
                request, _("Your decision on %(car)s has been kept.") % {"car": finding.reference}
            )
            return redirect("finding", pk)
    found = left.audit.entries.filter(area=finding.area, letter=finding.letter).order_by("type")
    context = {
        "form": form,
        "finding": finding,
        "left": left,
        "found": ", ".join(entry.get_type_display() for entry in found) or _("Nothing"),
        "car_line": f"{finding.raw_code} {finding.issue_title}",
        "audit_line": audit_line(left.audit),
        "cancel_url": reverse("finding", args=[pk]),
    }
    return render(request, "findings/finding_decide.html", context)


def _to_decide(finding: Finding, actor: Actor) -> LeftFinding:
    rows = LeftFinding.objects.visible_to(actor).to_decide().filter(finding=finding).select_related("audit")
    left = rows.order_by("audit__date", "created_at").first()
    if left is None:
        raise Conflict(_("No audit has left this CAR for you to decide, or somebody has decided already."))
    left.finding = finding
    return left


def _the_one_seen(left_id: UUID, finding: Finding, actor: Actor) -> UUID:
    """What the page showed when it was answered; the service refuses it if it was decided since."""
    row = get_object_or_404(LeftFinding.objects.visible_to(actor), pk=left_id, finding=finding)
    return row.pk
