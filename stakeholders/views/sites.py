"""The sites of a supplier, and for the operator all of them."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from carportal.core.actor import OrganisationKind
from carportal.core.decorators import ActorRequest, actor_required
from stakeholders import policy, services
from stakeholders.forms import FindSiteForm, NewSiteForm, SiteForm, errors_in
from stakeholders.models import Organisation, Site, TradingRelationship, Visibility
from stakeholders.views.paging import page_of
from stakeholders.visibility import EXPLANATIONS


@actor_required
@require_GET
def site_list(request: ActorRequest) -> HttpResponse:
    actor = request.actor
    policy.require(
        policy.may_list_sites(actor),
        _("The list of sites is for suppliers and the operator. You find a site through its CARs."),
    )
    form = FindSiteForm(request.GET or None)
    sites = Site.objects.visible_to(actor).select_related("supplier").order_by("name", "pk")
    if form.is_valid():
        sites = sites.matching(form.cleaned_data["q"])
        if form.cleaned_data["country"]:
            sites = sites.filter(country=form.cleaned_data["country"])
    sites = sites.annotate(customers=Count("relationships", filter=Q(relationships__ended_at=None)))
    context = {"form": form, "page": page_of(request, sites), "with_supplier": actor.is_operator}
    return render(request, "stakeholders/site_list.html", context)


@actor_required
@require_GET
def detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    actor = request.actor
    site = get_object_or_404(Site.objects.visible_to(actor).select_related("supplier"), pk=pk)
    relationships = (
        TradingRelationship.objects.visible_to(actor)
        .filter(site=site)
        .select_related("customer")
        .order_by("customer__name", "pk")
    )
    context = {
        "site": site,
        "relationships": relationships.current(),
        "ended": relationships.exclude(ended_at=None).order_by("-ended_at"),
        "levels": [(level.label, EXPLANATIONS[level]) for level in Visibility],
        "is_own": actor.is_supplier,
        "may_change": policy.may_change_site(actor, site),
        "may_add_customer": policy.may_add_relationship(actor, site),
    }
    return render(request, "stakeholders/site.html", context)


@actor_required
@require_http_methods(["GET", "POST"])
def edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    site = get_object_or_404(Site.objects.visible_to(request.actor).select_related("supplier"), pk=pk)
    policy.require(
        policy.may_change_site(request.actor, site),
        _("Only a manager of the supplier or the operator changes a site’s details."),
    )
    form = SiteForm(
        request.POST or None, initial={name: getattr(site, name) for name in SiteForm.base_fields}
    )
    if form.is_valid():
        with errors_in(form):
            services.update_site(actor=request.actor, site_id=pk, details=form.details())
            messages.success(request, _("The site’s details have been saved."))
            return redirect("site", pk)
    context = {"form": form, "site": site, "cancel_url": reverse("site", args=[pk])}
    return render(request, "stakeholders/site_edit.html", context)


@actor_required
@require_http_methods(["GET", "POST"])
def add(request: ActorRequest, pk: UUID) -> HttpResponse:
    """A new site of the supplier `pk`."""
    suppliers = Organisation.objects.visible_to(request.actor).filter(kind=OrganisationKind.SUPPLIER)
    supplier = get_object_or_404(suppliers, pk=pk)
    policy.require(policy.may_create_site(request.actor), _("Only the operator of this portal adds sites."))
    form = NewSiteForm(request.POST or None)
    if form.is_valid():
        with errors_in(form):
            site = services.create_site(
                actor=request.actor,
                supplier_id=pk,
                reference=form.cleaned_data["reference"],
                details=form.details(),
            )
            messages.success(request, _("The site has been added. Its supplier says who buys from it."))
            return redirect("site", site.pk)
    context = {"form": form, "supplier": supplier, "cancel_url": reverse("organisation_detail", args=[pk])}
    return render(request, "stakeholders/site_add.html", context)
