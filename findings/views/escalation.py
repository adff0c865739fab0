"""Telling others that a CAR is urgent, and what they answer."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from carportal.core.decorators import ActorRequest, actor_required
from findings import policy as finding_policy
from findings.escalation import policy, services
from findings.escalation.choosing import candidates_of
from findings.escalation.reading import own_part, parts_of, site_took_over_at
from findings.forms.escalation import CallOffForm, OutsideForm, TakenOverForm, TellForm
from findings.models import Escalation, EscalationParty, Finding
from findings.triage.circumstances import has_uk_retailer
from stakeholders.forms import errors_in


@actor_required
@require_http_methods(["GET", "POST"])
def raise_it(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The page that says who will be told, by whom the site chooses; nothing is sent before."""
    findings = Finding.objects.visible_to(request.actor).select_related("site__supplier")
    finding = get_object_or_404(findings, pk=pk)
    if not finding_policy.may_see_triage(request.actor, finding):
        raise Http404
    policy.check_runs(request.actor, finding)
    candidates = candidates_of(finding)
    if request.method == "POST":
        form = TellForm(candidates, request.POST)
        if form.is_valid():
            with errors_in(form):
                raised = services.raise_escalation(
                    finding_id=finding.pk, actor=request.actor, customers=_ids(form)
                )
                messages.success(request, _("Those you chose have been told. This page says who answers."))
                return redirect("escalation", raised.pk)
    else:
        policy.check_called_for(finding, finding.triages.first(), list(finding.escalations.all()))
        form = TellForm(candidates)
    context = {
        "form": form,
        "finding": finding,
        **_customers(candidates),
        "needs_route": not has_uk_retailer(finding),
        "route": settings.URGENT_ROUTE_TEXT,
        "cancel_url": reverse("triage", args=[finding.pk]),
    }
    return render(request, "findings/escalation/raise.html", context)


@actor_required
@require_GET
def detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    actor = request.actor
    escalation = _visible(request, pk)
    parts = parts_of(escalation, actor)
    own = own_part(parts, actor)
    is_site = policy.is_site(actor, escalation.finding)
    context = {
        "escalation": escalation,
        "finding": escalation.finding,
        "siep_url": settings.SIEP_URL,
        "own": own,
        "may_acknowledge": own is not None and policy.may_acknowledge_now(actor, own.party),
        "may_run": policy.may_run_now(actor, escalation),
    }
    if not is_site and not actor.is_operator:
        context["site_took_over_at"] = site_took_over_at(escalation)
        return render(request, "findings/escalation/customer.html", context)
    others = Escalation.objects.visible_to(actor).filter(finding=escalation.finding).exclude(pk=pk)
    context |= {"parts": parts, "is_site": is_site, "others": others}
    return render(request, "findings/escalation/page.html", context)


@actor_required
@require_http_methods(["GET", "POST"])
def tell(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Further customers through the portal."""
    escalation = _runs(request, pk)
    candidates = candidates_of(escalation.finding, escalation)
    form = TellForm(candidates, request.POST if request.method == "POST" else None)
    if form.is_valid():
        with errors_in(form):
            services.tell_customers(escalation_id=pk, actor=request.actor, customers=_ids(form))
            messages.success(request, _("Those you chose have been told."))
            return redirect("escalation", pk)
    context = _form_context(escalation, form) | _customers(candidates)
    return render(request, "findings/escalation/tell.html", context)


@actor_required
@require_http_methods(["GET", "POST"])
def tell_outside(request: ActorRequest, pk: UUID) -> HttpResponse:
    """What was said by telephone or otherwise, of one customer (`?customer=`) or one that is chosen."""
    escalation = _runs(request, pk)
    candidates = candidates_of(escalation.finding)
    data = request.POST if request.method == "POST" else None
    form = OutsideForm(candidates, data, customer=request.GET.get("customer", ""))
    if form.is_valid():
        with errors_in(form):
            services.record_telling(
                escalation_id=pk,
                actor=request.actor,
                customer_id=UUID(form.cleaned_data["customer"]),
                route=form.cleaned_data["route"],
                whom=form.cleaned_data["whom"],
                told_at=form.cleaned_data["told_at"],
            )
            messages.success(request, _("It is recorded whom you told."))
            return redirect("escalation", pk)
    return render(request, "findings/escalation/tell_outside.html", _form_context(escalation, form))


@actor_required
@require_POST
def acknowledge(request: ActorRequest, pk: UUID) -> HttpResponse:
    escalation = _visible(request, pk)
    services.acknowledge_escalation(escalation_id=escalation.pk, actor=request.actor)
    messages.success(request, _("It is recorded that your organisation knows."))
    return redirect("escalation", pk)


@actor_required
@require_http_methods(["GET", "POST"])
def taken_over(request: ActorRequest, pk: UUID) -> HttpResponse:
    """For one's own organisation, or by the site for a customer (`?customer=`) that it told otherwise."""
    escalation = _visible(request, pk)
    party = policy.check_records_taken_over(request.actor, _asked_party(request, escalation))
    for_customer = policy.is_recorded_by_site(request.actor, party)
    form = TakenOverForm(request.POST if request.method == "POST" else None, asks_name=for_customer)
    if request.method != "POST" and party.taken_over_at is None:
        policy.check_open(escalation)
    if form.is_valid():
        with errors_in(form):
            services.record_taken_over(
                escalation_id=pk,
                actor=request.actor,
                customer_id=party.organisation_id if for_customer else None,
                name=form.cleaned_data.get("name", ""),
            )
            messages.success(request, _("It is recorded that the protocol has taken over."))
            return redirect("escalation", pk)
    context = _form_context(escalation, form) | {
        "party": party,
        "for_customer": for_customer,
        "is_site": policy.is_site(request.actor, escalation.finding),
    }
    return render(request, "findings/escalation/taken_over.html", context)


@actor_required
@require_http_methods(["GET", "POST"])
def call_off(request: ActorRequest, pk: UUID) -> HttpResponse:
    escalation = _runs(request, pk)
    form = CallOffForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with errors_in(form):
            services.call_off_escalation(
                escalation_id=pk, actor=request.actor, reason=form.cleaned_data["reason"]
            )
            messages.success(request, _("The escalation is called off, and those you told here are told so."))
            return redirect("escalation", pk)
    outside = [part.party for part in parts_of(escalation, request.actor) if _is_outside(part.party)]
    context = _form_context(escalation, form) | {"outside": outside}
    return render(request, "findings/escalation/call_off.html", context)


def _visible(request: ActorRequest, pk: UUID) -> Escalation:
    escalations = Escalation.objects.visible_to(request.actor)
    return get_object_or_404(escalations.select_related("finding__site__supplier", "raised_by"), pk=pk)


def _runs(request: ActorRequest, pk: UUID) -> Escalation:
    """The escalation for a page on which its site writes; a form is not shown once it is over."""
    escalation = _visible(request, pk)
    policy.check_runs(request.actor, escalation.finding)
    if request.method != "POST":
        policy.check_open(escalation)
    return escalation


def _asked_party(request: ActorRequest, escalation: Escalation) -> EscalationParty | None:
    """The actor's own part; the site names a customer for which it records."""
    wanted = request.GET.get("customer") or str(request.actor.organisation_id)
    parties = EscalationParty.objects.visible_to(request.actor).current().filter(escalation=escalation)
    for party in parties.select_related("organisation").prefetch_related("tellings"):
        if str(party.organisation_id) == wanted:
            party.escalation = escalation
            return party
    return None


def _is_outside(party: EscalationParty) -> bool:
    return party.is_customer and party.left_at is None and not party.is_told_here


def _ids(form: TellForm) -> list[UUID]:
    return [UUID(value) for value in form.cleaned_data["customers"]]


def _customers(candidates: Any) -> dict[str, Any]:
    """Whether there are any to choose, and those that nobody at would read of it here."""
    return {
        "has_candidates": any(each.is_reached for each in candidates),
        "unreached": [each.organisation for each in candidates if not each.is_reached],
    }


def _form_context(escalation: Escalation, form: Any) -> dict[str, Any]:
    return {
        "escalation": escalation,
        "finding": escalation.finding,
        "form": form,
        "cancel_url": reverse("escalation", args=[escalation.pk]),
    }
