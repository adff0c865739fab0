"""What follows for people when mail to their address stops arriving, and their saying that it arrives again."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from carportal.core.actor import SYSTEM, Actor
from carportal.core.bounces.models import MailAddress
from carportal.core.bounces.services import let_through, lock_address
from carportal.core.errors import Conflict, NotAllowed
from stakeholders import policy
from stakeholders.mail_notifications import owe_mail_stopped
from stakeholders.models import Membership, Organisation, User
from stakeholders.services.steps import lock_organisation, record


def follow_mail_stopped(address: MailAddress, actor: Actor) -> None:
    """Registered with `core.bounces.hooks`: on each organisation's record, and to those who can mend it."""
    user = User.objects.filter(email=address.address, is_active=True).first()
    organisations = _lock_organisations(user) if user else []
    if not user or not organisations:
        return  # a guest, or somebody invited: who had that mail sent sees it where it was sent
    for organisation in organisations:
        record(organisation, "mail_stopped", actor, {"why": address.trouble}, _personal(user))
    owe_mail_stopped(address)


def follow_mail_resumed(address: MailAddress, actor: Actor) -> None:
    """Registered likewise. Who said so is on the record of the organisation that they act for, and on no other's."""
    user = User.objects.filter(email=address.address).first()
    if user is None:
        return
    for organisation in _lock_organisations(user):
        is_own = organisation.pk == actor.organisation_id
        record(organisation, "mail_resumed", actor if is_own else SYSTEM, personal=_personal(user))


@transaction.atomic
def say_mail_works(*, actor: Actor, membership_id: UUID) -> None:
    """Have mail sent to a person of one's organisation again; nothing happens where it is sent anyway."""
    of_membership = Membership.objects.filter(pk=membership_id).select_related("user")
    person = of_membership.first()
    if person is None:
        raise Conflict(_("This person has been removed from the organisation already."))
    address = lock_address(person.user.email)
    _lock_organisations(person.user)
    membership = of_membership.select_related("organisation").select_for_update(of=("self",)).first()
    if membership is None:
        raise Conflict(_("This person has been removed from the organisation already."))
    policy.require(
        policy.may_change_member(actor, membership),
        _("Only a manager of the organisation says that mail to its people arrives again."),
    )
    if address is not None and address.trouble:
        let_through(address, actor)


@transaction.atomic
def say_own_mail_works(*, actor: Actor) -> None:
    """The same for oneself."""
    if actor.user_id is None or actor.is_guest:
        raise NotAllowed(_("Log in to change your details."))
    address = lock_address(User.objects.get(pk=actor.user_id).email)
    if address is not None and address.trouble:
        let_through(address, actor)


def _lock_organisations(user: User) -> list[Organisation]:
    """Those that the person acts for, in one order."""
    ids = Membership.objects.filter(user=user).values_list("organisation_id", flat=True)
    return [lock_organisation(each) for each in sorted(ids)]


def _personal(user: User) -> dict[str, str]:
    return {"person": user.name, "email": user.email}
