"""Who buys from a site and what they see, on the site's page."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carportal.core.decorators import ActorRequest, actor_required
from stakeholders import policy, services
from stakeholders.forms import ConfirmForm, RelationshipForm, VisibilityForm, errors_in
from stakeholders.models import Site, TradingRelationship


@actor_required
@require_http_methods(["GET", "POST"])
def add(request: ActorRequest, site_pk: UUID) -> HttpResponse:
    site = get_object_or_404(Site.objects.visible_to(request.actor), pk=site_pk)
    policy.require(
        policy.may_add_relationship(request.actor, site), _("Only a manager of the supplier adds customers.")
    )
    form = RelationshipForm(request.POST or None)
    if form.is_valid():
        with errors_in(form):
            relationship = services.add_relationship(
                actor=request.actor,
                site_id=site_pk,
                customer_reference=form.cleaned_data["customer_reference"],
                visibility=form.visibility_chosen(),
            )
            sentence = _("%(customer)s is now a customer of this site.")
            messages.success(request, sentence % {"customer": relationship.customer.name})
            return redirect("site", site_pk)
    context = {"form": form, "site": site, "cancel_url": reverse("site", args=[site_pk])}
    return render(request, "stakeholders/relationship_add.html", context)


@actor_required
@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, site_pk: UUID, pk: UUID) -> HttpResponse:
    relationship = _visible_relationship(request, site_pk, pk)
    form = VisibilityForm(request.POST or None, initial={"visibility": relationship.visibility})
    if form.is_valid():
        with errors_in(form):
            services.change_visibility(
                actor=request.actor, relationship_id=pk, visibility=form.visibility_chosen()
            )
            sentence = _("What %(customer)s sees has been changed.")
            messages.success(request, sentence % {"customer": relationship.customer.name})
            return redirect("site", site_pk)
    return render(request, "stakeholders/relationship_change.html", _context(relationship, form))


@actor_required
@require_http_methods(["GET", "POST"])
def end(request: ActorRequest, site_pk: UUID, pk: UUID) -> HttpResponse:
    relationship = _visible_relationship(request, site_pk, pk)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with errors_in(form):
            services.end_relationship(actor=request.actor, relationship_id=pk)
            sentence = _("The relationship with %(customer)s has been ended.")
            messages.success(request, sentence % {"customer": relationship.customer.name})
            return redirect("site", site_pk)
    return render(request, "stakeholders/relationship_end.html", _context(relationship, form))


def _context(relationship: TradingRelationship, form: VisibilityForm | ConfirmForm) -> dict[str, object]:
    site = relationship.site
    return {
        "form": form,
        "site": site,
        "relationship": relationship,
        "cancel_url": reverse("site", args=[site.pk]),
    }


def _visible_relationship(request: ActorRequest, site_pk: UUID, pk: UUID) -> TradingRelationship:
    """A current relationship of a site that the actor sees, and is allowed to change."""
    relationship = get_object_or_404(
        TradingRelationship.objects.visible_to(request.actor)
        .current()
        .filter(site__in=Site.objects.visible_to(request.actor))
        .select_related("site", "customer"),
        pk=pk,
        site=site_pk,
    )
    policy.require(
        policy.may_change_relationship(request.actor, relationship),
        _("Only a manager of the supplier changes what a customer sees."),
    )
    return relationship
