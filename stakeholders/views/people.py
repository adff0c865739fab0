"""One's own details, and what managers do about their people."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carportal.core.actor import OrganisationKind
from carportal.core.bounces.models import MailAddress
from carportal.core.decorators import ActorRequest, actor_required
from stakeholders import policy, services
from stakeholders.forms import ConfirmForm, ProfileForm, RoleForm, errors_in
from stakeholders.models import Membership, User
from stakeholders.records import url_of


@actor_required
@require_http_methods(["GET", "POST"])
def profile(request: ActorRequest) -> HttpResponse:
    user = get_object_or_404(User, pk=request.actor.user_id)
    initial = {"name": user.name, "time_zone": user.time_zone, "language": user.language}
    form = ProfileForm(request.POST or None, initial=initial)
    if form.is_valid():
        with errors_in(form):
            services.update_profile(actor=request.actor, **form.cleaned_data)
            messages.success(request, _("Your details have been saved."))
            return redirect("profile")
    troubles = MailAddress.objects.troubles_of([user.email])
    context = {"form": form, "person": user, "trouble": troubles.get(user.email)}
    return render(request, "stakeholders/profile.html", context)


@actor_required
@require_http_methods(["GET", "POST"])
def change_role(request: ActorRequest, pk: UUID) -> HttpResponse:
    membership = visible_membership(request, pk)
    organisation = membership.organisation
    form = RoleForm(
        request.POST or None,
        kind=OrganisationKind(organisation.kind),
        initial={"role": membership.role},
    )
    if form.is_valid():
        with errors_in(form):
            services.change_role(actor=request.actor, membership_id=pk, role=form.role_chosen())
            messages.success(
                request, _("The role of %(name)s has been changed.") % {"name": membership.user.name}
            )
            return redirect(url_of(organisation, request.actor))
    context = {"form": form, "membership": membership, "cancel_url": url_of(organisation, request.actor)}
    return render(request, "stakeholders/member_role.html", context)


@actor_required
@require_http_methods(["GET", "POST"])
def remove(request: ActorRequest, pk: UUID) -> HttpResponse:
    membership = visible_membership(request, pk)
    organisation = membership.organisation
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with errors_in(form):
            services.remove_member(actor=request.actor, membership_id=pk)
            sentence = _("%(name)s no longer acts for %(organisation)s.")
            messages.success(
                request, sentence % {"name": membership.user.name, "organisation": organisation.name}
            )
            is_self = membership.user_id == request.actor.user_id
            return redirect("home" if is_self else url_of(organisation, request.actor))
    context = {"form": form, "membership": membership, "cancel_url": url_of(organisation, request.actor)}
    return render(request, "stakeholders/member_remove.html", context)


def visible_membership(request: ActorRequest, pk: UUID) -> Membership:
    """The one whose page was asked for: 404 when it is not visible, 403 when it is not the actor's to change."""
    memberships = Membership.objects.visible_to(request.actor).select_related("user", "organisation")
    membership = get_object_or_404(memberships, pk=pk)
    policy.require(
        policy.may_change_member(request.actor, membership),
        _("Only a manager of the organisation changes roles and removes people."),
    )
    return membership
