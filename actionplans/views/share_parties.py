"""A party that the site types in, to share its plan with somebody whom this portal does not know."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actionplans.plans import policy
from actionplans.views.loading import own_plan, written_finding
from carportal.core.actor import OrganisationKind
from carportal.core.decorators import ActorRequest, actor_required
from stakeholders.forms import errors_in
from stakeholders.models import Organisation
from stakeholders.party_forms import TypeInPartyForm
from stakeholders.services import change_party, type_in_party


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_share_party(request: ActorRequest, finding_id: UUID) -> HttpResponse:
    """The address may name a stakeholder of the plan (`?name=…&kind=…`), then nothing of it is typed twice."""
    finding = written_finding(request, finding_id)
    own_plan(finding)
    policy.check_under_way(finding)
    initial = {name: request.GET.get(name, "") for name in ("name", "kind")}
    form = TypeInPartyForm(request.POST if request.method == "POST" else None, initial=initial)
    back = reverse("plan_share", args=[finding.pk])
    if form.is_valid():
        with errors_in(form):
            given = {**form.cleaned_data, "kind": OrganisationKind(form.cleaned_data["kind"])}
            party = type_in_party(actor=request.actor, **given)
            messages.success(request, _("%(party)s was added. Nothing was sent yet.") % {"party": party.name})
            return redirect(f"{back}?with={party.pk}")
    context = {"form": form, "finding": finding, "cancel_url": back}
    return render(request, "actionplans/share/party.html", context)


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_share_party_change(request: ActorRequest, finding_id: UUID, party_id: UUID) -> HttpResponse:
    """What was typed in can be corrected until the operator has found out who it is."""
    finding = written_finding(request, finding_id)
    own = Organisation.objects.visible_to(request.actor).unverified()
    party = get_object_or_404(own, pk=party_id, private_to=request.actor.organisation_id)
    initial = {name: getattr(party, name) for name in TypeInPartyForm.base_fields}
    form = TypeInPartyForm(request.POST if request.method == "POST" else None, initial=initial)
    back = f"{reverse('plan_share', args=[finding.pk])}?with={party.pk}"
    if form.is_valid():
        with errors_in(form):
            given = {**form.cleaned_data, "kind": OrganisationKind(form.cleaned_data["kind"])}
            change_party(actor=request.actor, party_id=party.pk, **given)
            messages.success(request, _("The details of the party have been saved."))
            return redirect(back)
    context = {"form": form, "finding": finding, "party": party, "cancel_url": back}
    return render(request, "actionplans/share/party.html", context)
