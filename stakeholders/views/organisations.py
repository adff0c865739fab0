"""One's own organisation, and for the operator all of them."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from carportal.core import audit
from carportal.core.actor import Actor, OrganisationKind
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import NotAllowed
from stakeholders import policy, services
from stakeholders.acting import ORGANISATION_KEY
from stakeholders.forms import FindOrganisationForm, NewOrganisationForm, OrganisationForm, errors_in
from stakeholders.models import Invitation, Membership, Organisation
from stakeholders.reading import invitations_of, people_of
from stakeholders.records import reader_of, url_of
from stakeholders.reminding import kinds_of
from stakeholders.views.paging import page_of

# Entries of the record that are shown unless all are asked for.
RECENT = 25


@actor_required
@require_GET
def own(request: ActorRequest) -> HttpResponse:
    if request.actor.organisation_id is None:
        raise NotAllowed(_("You do not act for an organisation."))
    organisation = get_object_or_404(
        Organisation.objects.visible_to(request.actor), pk=request.actor.organisation_id
    )
    return _organisation_page(request, organisation)


@actor_required
@require_GET
def detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.actor), pk=pk)
    policy.require(
        policy.may_open_organisation(request.actor, organisation),
        _("You see this organisation’s name only where it has to do with your own."),
    )
    if pk == request.actor.organisation_id:
        return redirect("organisation")
    return _organisation_page(request, organisation)


def _organisation_page(request: ActorRequest, organisation: Organisation) -> HttpResponse:
    actor = request.actor
    people = people_of(organisation, actor)
    context = {
        "organisation": organisation,
        "is_own": organisation.pk == actor.organisation_id,
        "members": people,
        "troubles": any(each.trouble for each in people),
        "may_invite": policy.may_invite(actor, organisation),
        "may_change_people": policy.may_change_people(actor, organisation),
        "may_change": policy.may_change_organisation(actor, organisation),
        "has_reminders": organisation.pk == actor.organisation_id
        and bool(kinds_of(OrganisationKind(organisation.kind))),
        "now": timezone.now(),
    }
    if context["may_invite"]:
        context["invitations"] = invitations_of(organisation, actor)
    if policy.may_read_record(actor, organisation):
        entries = _record_of(organisation, actor)
        shown = entries if request.GET.get("record") == "all" else entries[:RECENT]
        context |= {
            "record": shown,
            "older": len(entries) - len(shown),
            "may_redact_record": policy.may_redact_record(actor, organisation),
        }
    if organisation.kind == OrganisationKind.SUPPLIER and not context["is_own"]:
        context["sites"] = organisation.sites.visible_to(actor)
        context["may_add_site"] = policy.may_create_site(actor)
    return render(request, "stakeholders/organisation.html", context)


def _record_of(organisation: Organisation, actor: Actor) -> list[audit.TimelineEntry]:
    """Newest first."""
    entries = audit.timeline(
        aggregate=audit.Aggregate.ORGANISATION,
        aggregate_id=organisation.pk,
        reader=reader_of(actor),
    )
    return entries[::-1]


@actor_required
@require_POST
def switch(request: ActorRequest) -> HttpResponse:
    """Act for another of one's organisations from now on, and go where its page was to be opened, if any."""
    mine = Membership.objects.filter(user=request.actor.user_id).select_related("organisation")
    chosen = next(
        (each for each in mine if str(each.organisation_id) == request.POST.get("organisation")), None
    )
    if chosen is None:
        raise Http404
    request.session[ORGANISATION_KEY] = str(chosen.organisation_id)
    messages.success(
        request, _("You now act for %(organisation)s.") % {"organisation": chosen.organisation.name}
    )
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return HttpResponseRedirect(wanted)
    return redirect("home")


@actor_required
@require_GET
def organisation_list(request: ActorRequest) -> HttpResponse:
    policy.require(
        policy.may_list_organisations(request.actor), _("The list of organisations is for the operator.")
    )
    form = FindOrganisationForm(request.GET or None)
    organisations = Organisation.objects.visible_to(request.actor).known().order_by("name", "pk")
    if form.is_valid():
        organisations = organisations.matching(form.cleaned_data["q"])
        if form.cleaned_data["kind"]:
            organisations = organisations.filter(kind=form.cleaned_data["kind"])
    organisations = organisations.annotate(people=Count("memberships"))
    context = {
        "form": form,
        "page": page_of(request, organisations),
        "may_add": policy.may_create_organisation(request.actor),
        "prepared": policy.may_send_prepared(request.actor)
        and Invitation.objects.visible_to(request.actor).prepared().count(),
        "unverified": policy.may_link_party(request.actor)
        and Organisation.objects.visible_to(request.actor).unverified().count(),
    }
    return render(request, "stakeholders/organisation_list.html", context)


@actor_required
@require_http_methods(["GET", "POST"])
def add(request: ActorRequest) -> HttpResponse:
    policy.require(
        policy.may_create_organisation(request.actor),
        _("Only the operator of this portal adds organisations."),
    )
    form = NewOrganisationForm(request.POST or None)
    if form.is_valid():
        with errors_in(form):
            given = {**form.cleaned_data, "kind": OrganisationKind(form.cleaned_data["kind"])}
            organisation = services.create_organisation(actor=request.actor, **given)
            messages.success(
                request, _("The organisation has been added. You can now invite its first person.")
            )
            return redirect("organisation_detail", organisation.pk)
    context = {"form": form, "cancel_url": reverse("organisation_list")}
    return render(request, "stakeholders/organisation_add.html", context)


@actor_required
@require_http_methods(["GET", "POST"])
def edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.actor), pk=pk)
    policy.require(
        policy.may_change_organisation(request.actor, organisation),
        _("Only the operator of this portal changes an organisation’s details."),
    )
    initial = {name: getattr(organisation, name) for name in OrganisationForm.base_fields}
    form = OrganisationForm(request.POST or None, kind=OrganisationKind(organisation.kind), initial=initial)
    if form.is_valid():
        with errors_in(form):
            given = {"is_uk_retailer": False, **form.cleaned_data}
            services.update_organisation(actor=request.actor, organisation_id=pk, **given)
            messages.success(request, _("The organisation’s details have been saved."))
            return redirect(url_of(organisation, request.actor))
    context = {"form": form, "organisation": organisation, "cancel_url": url_of(organisation, request.actor)}
    return render(request, "stakeholders/organisation_edit.html", context)
