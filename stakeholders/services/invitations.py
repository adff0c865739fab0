"""Inviting people, and their taking it up: once, within `INVITATION_DAYS` days, as the address it went to."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from carportal.core.actor import Actor, OrganisationKind, Role
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from carportal.core.notifications import notify
from stakeholders import policy
from stakeholders.acting import actor_of
from stakeholders.models import Invitation, Membership, Organisation, User
from stakeholders.roles import roles_of
from stakeholders.services.steps import check_and_save, invalid, lock_organisation, record


@transaction.atomic
def invite(*, actor: Actor, organisation_id: UUID, email: str, role: Role) -> Invitation:
    """Offer an address to act for the organisation; an earlier offer that has expired is replaced."""
    organisation = lock_organisation(organisation_id)
    policy.require(
        policy.may_invite(actor, organisation), _("Only a manager of the organisation invites people to it.")
    )
    if role not in roles_of(OrganisationKind(organisation.kind)):
        sentence = _("This organisation does not have that role.")
        raise InvalidInput(sentence, {"role": [sentence]})
    email, now = email.strip().lower(), timezone.now()
    if organisation.memberships.filter(user__email=email).exists():
        raise _wrong_address(_("This person acts for the organisation already."))
    if organisation.invitations.pending(now).filter(email=email).exists():
        raise _wrong_address(_("This person has been invited already. You can send the invitation again."))
    organisation.invitations.open().filter(email=email).update(revoked_at=now)
    return offer(organisation, email, role, actor)


def offer(organisation: Organisation, email: str, role: Role, actor: Actor) -> Invitation:
    """Write the invitation and owe its mail; the caller holds the organisation's lock and has checked the rest."""
    invitation = Invitation(
        organisation=organisation,
        email=email,
        role=role,
        invited_by_id=actor.user_id,
        expires_at=_expiry(timezone.now()),
    )
    check_and_save(invitation, taken=_("This person has just been invited by somebody else."))
    record(organisation, "person_invited", actor, {"role": role}, {"email": email})
    _send(invitation)
    return invitation


@transaction.atomic
def resend_invitation(*, actor: Actor, invitation_id: UUID) -> Invitation:
    """Send it again, good for as long as a new one."""
    invitation = _lock_invitation(invitation_id)
    policy.require(
        policy.may_change_invitation(actor, invitation),
        _("Only a manager of the organisation sends invitations again."),
    )
    if invitation.is_prepared:
        return send_prepared_invitation(actor=actor, invitation_id=invitation_id)
    _check_open(invitation)
    invitation.expires_at = _expiry(timezone.now())
    invitation.save(update_fields=["expires_at"])
    record(invitation.organisation, "invitation_sent_again", actor, personal={"email": invitation.email})
    _send(invitation)
    return invitation


@transaction.atomic
def send_prepared_invitation(*, actor: Actor, invitation_id: UUID) -> Invitation:
    """Send an invitation that was prepared; once, however often asked."""
    invitation = _lock_invitation(invitation_id)
    policy.require(
        policy.may_change_invitation(actor, invitation),
        _("Only a manager of the organisation invites people to it."),
    )
    _check_open(invitation)
    if not invitation.is_prepared:
        return invitation
    invitation.expires_at = _expiry(timezone.now())
    invitation.invited_by_id = actor.user_id
    invitation.save(update_fields=["expires_at", "invited_by"])
    record(
        invitation.organisation,
        "person_invited",
        actor,
        {"role": invitation.role},
        {"email": invitation.email},
    )
    _send(invitation)
    return invitation


@transaction.atomic
def send_prepared_invitations(*, actor: Actor, invitation_ids: Iterable[UUID]) -> int:
    """Send those that are still waiting, all or none; the count of those sent.

    Organisations are locked in one order, so that two people who do this at once wait for each other.
    """
    waiting = Invitation.objects.visible_to(actor).prepared().filter(pk__in=invitation_ids)
    rows = list(waiting.order_by("organisation_id", "pk").values_list("pk", flat=True))
    for invitation_id in rows:
        send_prepared_invitation(actor=actor, invitation_id=invitation_id)
    return len(rows)


@transaction.atomic
def revoke_invitation(*, actor: Actor, invitation_id: UUID) -> Invitation:
    """Take the offer back; its link no longer works."""
    invitation = _lock_invitation(invitation_id)
    policy.require(
        policy.may_change_invitation(actor, invitation),
        _("Only a manager of the organisation withdraws invitations."),
    )
    _check_open(invitation)
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    record(invitation.organisation, "invitation_revoked", actor, personal={"email": invitation.email})
    return invitation


@transaction.atomic
def accept_invitation(*, actor: Actor, invitation_id: UUID) -> Membership:
    """Take it up as the person who is logged in, whose address must be the invited one."""
    invitation = _lock_invitation(invitation_id)
    _check_pending(invitation)
    user = User.objects.filter(email=invitation.email).first()
    if user is None or user.pk != actor.user_id:
        raise NotAllowed(_("This invitation is for another address. Log in as that person."))
    return _join(invitation, user)


@transaction.atomic
def accept_invitation_with_new_account(*, invitation_id: UUID, name: str, password: str) -> Membership:
    """Take it up with a new account for the invited address, which the link has shown to be the person's."""
    invitation = _lock_invitation(invitation_id)
    _check_pending(invitation)
    user = User.objects.select_for_update(no_key=True).filter(email=invitation.email).first()
    if user is not None and user.has_usable_password():
        raise Conflict(_("There is an account with this address by now. Log in to accept."))
    user = user or User(email=invitation.email)  # there where the address was a guest's
    user.name = name.strip()
    errors: dict[str, list[str]] = {}
    try:
        user.clean_fields(exclude=["password"])
    except ValidationError as error:
        errors |= error.message_dict
    try:
        validate_password(password, user)
    except ValidationError as error:
        errors["password"] = error.messages
    if errors:
        raise invalid(errors)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise Conflict(_("There is an account with this address by now. Log in to accept.")) from error
    return _join(invitation, user)


def _join(invitation: Invitation, user: User) -> Membership:
    """Make the person a member; somebody who has become one otherwise keeps the role they have."""
    organisation = invitation.organisation
    membership, _is_new = Membership.objects.get_or_create(
        organisation=organisation, user=user, defaults={"role": invitation.role}
    )
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    record(
        organisation,
        "person_joined",
        actor_of(user, membership),
        {"role": membership.role},
        {"email": invitation.email},
    )
    return membership


def _lock_invitation(invitation_id: UUID) -> Invitation:
    organisation_id = (
        Invitation.objects.filter(pk=invitation_id).values_list("organisation_id", flat=True).first()
    )
    if organisation_id is None:
        raise Conflict(_("This invitation is no longer there."))
    organisation = lock_organisation(organisation_id)
    invitation = Invitation.objects.select_for_update().get(pk=invitation_id)
    invitation.organisation = organisation
    return invitation


def _check_open(invitation: Invitation) -> None:
    if invitation.accepted_at is not None:
        raise Conflict(_("This invitation has been used. An invitation is good once."))
    if invitation.revoked_at is not None:
        raise Conflict(_("This invitation has been withdrawn."))


def _check_pending(invitation: Invitation) -> None:
    _check_open(invitation)
    if invitation.expires_at is None:
        raise Conflict(_("This invitation has not been sent yet."))
    if invitation.expires_at <= timezone.now():
        raise Conflict(_("This invitation has expired. Ask for it to be sent again."))


def _expiry(now: datetime) -> datetime:
    return now + timedelta(days=settings.INVITATION_DAYS)


def _send(invitation: Invitation) -> None:
    """Each sending is an obligation of its own, told apart by the day and time it is good until."""
    if invitation.expires_at is None:
        raise ValueError("an invitation is sent with the time that it is good until")
    notify(kind="invitation", object_id=invitation.pk, period=invitation.expires_at.isoformat())


def _wrong_address(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, {"email": [sentence]})
