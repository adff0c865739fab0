"""Inviting people, and what somebody finds behind the link of an invitation."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from carportal.core.actor import Actor, OrganisationKind, Role
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import NotAllowed
from stakeholders import policy, services
from stakeholders.acting import ORGANISATION_KEY
from stakeholders.forms import (
    ConfirmForm,
    InviteForm,
    NewAccountForm,
    PreparedInvitationsForm,
    errors_in,
)
from stakeholders.models import Invitation, Membership, Organisation, User
from stakeholders.records import url_of
from stakeholders.roles import EXPLANATIONS, RoleName
from stakeholders.tokens import invitation_id_of

# Sent with one click; each is a mail.
MOST_PREPARED = 200


@actor_required
@require_GET
def invite_to_own(request: ActorRequest) -> HttpResponse:
    """On to the form that names the organisation in its address.

    Somebody who acts for another organisation by then, in another tab, still invites to the first.
    """
    if request.actor.organisation_id is None:
        raise NotAllowed(_("You do not act for an organisation."))
    return redirect("organisation_invite", request.actor.organisation_id)


@actor_required
@require_http_methods(["GET", "POST"])
def invite(request: ActorRequest, pk: UUID) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.actor), pk=pk)
    policy.require(
        policy.may_invite(request.actor, organisation),
        _("Only a manager of the organisation invites people to it."),
    )
    form = InviteForm(request.POST or None, kind=OrganisationKind(organisation.kind))
    if form.is_valid():
        with errors_in(form):
            invitation = services.invite(
                actor=request.actor,
                organisation_id=pk,
                email=form.cleaned_data["email"],
                role=form.role_chosen(),
            )
            messages.success(
                request, _("The invitation to %(email)s is on its way.") % {"email": invitation.email}
            )
            return redirect(url_of(organisation, request.actor))
    context = {
        "form": form,
        "organisation": organisation,
        "days": settings.INVITATION_DAYS,
        "cancel_url": url_of(organisation, request.actor),
    }
    return render(request, "stakeholders/invite.html", context)


@actor_required
@require_POST
def resend(request: ActorRequest, pk: UUID) -> HttpResponse:
    invitation = _visible_invitation(request.actor, pk)
    services.resend_invitation(actor=request.actor, invitation_id=pk)
    sentence = (
        _("The invitation to %(email)s is on its way.")
        if invitation.is_prepared
        else _("The invitation to %(email)s is on its way again.")
    )
    messages.success(request, sentence % {"email": invitation.email})
    return redirect(url_of(invitation.organisation, request.actor))


@actor_required
@require_POST
def revoke(request: ActorRequest, pk: UUID) -> HttpResponse:
    invitation = _visible_invitation(request.actor, pk)
    services.revoke_invitation(actor=request.actor, invitation_id=pk)
    messages.success(
        request, _("The invitation to %(email)s has been withdrawn.") % {"email": invitation.email}
    )
    return redirect(url_of(invitation.organisation, request.actor))


@actor_required
@require_http_methods(["GET", "POST"])
def prepared(request: ActorRequest) -> HttpResponse:
    """All that imports have prepared, to be sent at once."""
    policy.require(
        policy.may_send_prepared(request.actor),
        _("Only compliance staff and managers of the operator send these invitations."),
    )
    waiting = Invitation.objects.visible_to(request.actor).prepared().select_related("organisation")
    rows = list(waiting.order_by("organisation__name", "email", "pk")[: MOST_PREPARED + 1])
    shown = rows[:MOST_PREPARED]
    form = PreparedInvitationsForm(
        request.POST or None, choices=[(str(each.pk), _prepared_label(each)) for each in shown]
    )
    if form.is_valid():
        sent = services.send_prepared_invitations(actor=request.actor, invitation_ids=form.chosen())
        sentence = ngettext("%(n)s invitation is on its way.", "%(n)s invitations are on their way.", sent)
        messages.success(request, sentence % {"n": sent})
        return redirect("invitation_prepared_list" if len(rows) > sent else "organisation_list")
    context = {
        "form": form,
        "invitations": shown,
        "more": len(rows) > MOST_PREPARED,
        "most": MOST_PREPARED,
        "days": settings.INVITATION_DAYS,
        "cancel_url": reverse("organisation_list"),
    }
    return render(request, "stakeholders/invitation_prepared_list.html", context)


def _prepared_label(invitation: Invitation) -> str:
    organisation = invitation.organisation
    return format_html(
        '{} <span class="cell-hint">{} ({})</span>',
        invitation.email,
        organisation.name,
        organisation.reference,
    )


def _visible_invitation(actor: Actor, pk: UUID) -> Invitation:
    return get_object_or_404(Invitation.objects.visible_to(actor).select_related("organisation"), pk=pk)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """What the link opens: for its address with an account, for a newcomer, for somebody else, or no more."""
    invitations = Invitation.objects.select_related("organisation", "invited_by")
    invitation_id = invitation_id_of(token)
    if invitation_id is None:
        raise Http404
    invitation = get_object_or_404(invitations, pk=invitation_id)
    context = {
        "invitation": invitation,
        "organisation": invitation.organisation,
        "role": RoleName(invitation.role).label,
        "role_explanation": EXPLANATIONS[Role(invitation.role)],
    }
    if not Invitation.objects.pending(timezone.now()).filter(pk=invitation.pk).exists():
        return render(request, "stakeholders/invitation_over.html", context, status=410)
    if request.user.is_authenticated:
        return _accept_logged_in(request, invitation, context)
    if User.objects.has_account(invitation.email):
        return render(request, "stakeholders/invitation_log_in.html", context)
    return _accept_as_newcomer(request, invitation, context)


def _accept_logged_in(
    request: HttpRequest, invitation: Invitation, context: dict[str, object]
) -> HttpResponse:
    actor: Actor = vars(request)["actor"]
    if getattr(request.user, "email", "") != invitation.email:
        return render(request, "stakeholders/invitation_other_address.html", context, status=403)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with errors_in(form):
            membership = services.accept_invitation(actor=actor, invitation_id=invitation.pk)
            return _welcome(request, membership)
    return render(request, "stakeholders/invitation_accept.html", {**context, "form": form})


def _accept_as_newcomer(
    request: HttpRequest, invitation: Invitation, context: dict[str, object]
) -> HttpResponse:
    form = NewAccountForm(request.POST or None)
    if form.is_valid():
        with errors_in(form):
            membership = services.accept_invitation_with_new_account(
                invitation_id=invitation.pk, **form.cleaned_data
            )
            login(request, membership.user)
            return _welcome(request, membership)
    return render(request, "stakeholders/invitation_accept.html", {**context, "form": form, "is_new": True})


def _welcome(request: HttpRequest, membership: Membership) -> HttpResponse:
    request.session[ORGANISATION_KEY] = str(membership.organisation_id)
    sentence = _("Welcome. You now act for %(organisation)s.")
    messages.success(request, sentence % {"organisation": membership.organisation.name})
    return redirect("home")
