"""Parties that suppliers typed in, for the operator, who links each to a known organisation."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import Conflict
from stakeholders import policy, services
from stakeholders.forms import errors_in
from stakeholders.models import Organisation
from stakeholders.party_forms import LinkPartyForm
from stakeholders.services.parties import check_can_be, known_organisation
from stakeholders.views.paging import page_of

ONLY_STAFF = gettext_lazy("Only compliance staff and managers of the operator link parties.")


@actor_required
@require_GET
def party_list(request: ActorRequest) -> HttpResponse:
    policy.require(policy.may_link_party(request.actor), ONLY_STAFF)
    parties = Organisation.objects.visible_to(request.actor).unverified().select_related("private_to")
    counted = parties.annotate(people=Count("memberships", distinct=True)).order_by("name", "pk")
    return render(request, "stakeholders/party_list.html", {"page": page_of(request, counted)})


@actor_required
@require_http_methods(["GET", "POST"])
def party_link(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The address names the known organisation (`?reference=`), so that the page says first what will happen."""
    parties = Organisation.objects.visible_to(request.actor).unverified().select_related("private_to")
    party = get_object_or_404(parties, pk=pk)
    policy.require(policy.may_link_party(request.actor), ONLY_STAFF)
    form = LinkPartyForm(request.POST if request.method == "POST" else request.GET or None)
    status = 200
    context: dict[str, Any] = {"party": party, "form": form, "cancel_url": reverse("party_list")}
    if form.is_valid():
        with errors_in(form):
            known = known_organisation(form.cleaned_data["reference"])
            check_can_be(party, known)
            context["known"] = known
        if "known" in context and request.method == "POST":
            try:
                services.link_party(actor=request.actor, party_id=pk, reference=known.reference)
            except Conflict as error:
                form.add_error(None, str(error.message))
                status = error.status
            else:
                sentence = _("%(party)s is %(known)s now, which has what was shared with it.")
                messages.success(request, sentence % {"party": party.name, "known": known.name})
                return redirect("party_list")
    context["people"] = party.memberships.count()
    return render(request, "stakeholders/party_link.html", context, status=status)
