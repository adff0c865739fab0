"""People who were let in by a link: who stands for them, and how they come to act for the party they are of."""

from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from carportal.core.actor import Role
from carportal.core.errors import Conflict, NotAllowed
from stakeholders.acting import actor_of
from stakeholders.models import Invitation, Membership, Organisation, User
from stakeholders.services.invitations import offer
from stakeholders.services.steps import invalid, lock_organisation, record


def person_behind(*, email: str, name: str) -> User:
    """Who stands for a guest of this address: its account if it has one, else somebody who cannot log in.

    An account keeps its own name; a guest is called as it says itself. ValidationError for a name that cannot be
    taken. The caller has seen that the address is the person's.
    """
    user = User.objects.select_for_update(no_key=True).filter(email=email).first()
    if user is not None and user.has_usable_password():
        return user
    user = user or User(email=email)
    user.name = " ".join(name.split())
    if user._state.adding:
        user.set_unusable_password()
    user.clean_fields(exclude=["password"])
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        return person_behind(email=email, name=name)  # by another link to the same address, just now
    return user


@transaction.atomic
def join_typed_in_party(*, organisation_id: UUID, user_id: UUID, name: str, password: str) -> Membership:
    """Make the guest's person an account, and the first manager of the party that a supplier typed in.

    Never of a known organisation, whose own managers say who acts for it; nor beside people whom the party has:
    they invite. The caller has seen that the person is let in by a link for this party.
    """
    party = _lock_joinable(organisation_id)
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if user.has_usable_password():
        raise Conflict(
            _("Your address has an account here already. Ask for an invitation, and log in with it.")
        )
    user.name = " ".join(name.split())
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
    user.save(update_fields=["name", "password"])
    membership = Membership.objects.create(organisation=party, user=user, role=Role.MANAGER)
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    party.invitations.open().filter(email=user.email).update(revoked_at=timezone.now())
    actor = actor_of(user, membership)
    record(party, "guest_joined", actor, {"role": membership.role}, {"email": user.email})
    return membership


@transaction.atomic
def invite_guest(*, organisation_id: UUID, user_id: UUID) -> Invitation:
    """Offer a guest whose address has an account to act for the party; it is taken up by logging in."""
    party = _lock_joinable(organisation_id)
    user = User.objects.get(pk=user_id)
    if not user.has_usable_password():
        raise Conflict(_("Your address has no account here yet. Make one first."))
    if party.invitations.pending(timezone.now()).filter(email=user.email).exists():
        raise Conflict(_("You have been sent an invitation already. Look for it in your mail."))
    party.invitations.open().filter(email=user.email).update(revoked_at=timezone.now())
    return offer(party, user.email, Role.MANAGER, actor_of(user))


def may_be_joined(party: Organisation) -> bool:
    """By a guest: one that was typed in, while nobody acts for it."""
    return party.is_unverified and not party.memberships.exists()


def _lock_joinable(organisation_id: UUID) -> Organisation:
    party = lock_organisation(organisation_id)
    if not party.is_unverified:
        raise NotAllowed(
            _("Only people whom this organisation or the operator invites make an account for it.")
        )
    if not may_be_joined(party):
        raise NotAllowed(_("Somebody of your organisation has an account by now, and can invite you."))
    return party
