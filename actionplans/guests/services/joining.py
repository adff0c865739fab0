"""A guest of a party that was typed in makes an account, and acts for the party from then on."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from actionplans.guests import events, policy
from actionplans.guests.models import GuestLink
from actionplans.guests.services.opening import LinkIsOver
from actionplans.guests.services.rows import end, lock_link
from carportal.core.actor import Actor
from stakeholders.models import Invitation, Membership, User
from stakeholders.services import invite_guest, join_typed_in_party


@transaction.atomic
def make_account(*, actor: Actor, name: str, password: str) -> Membership:
    """Give the person behind the link a password and the party; what it replied as a guest stays its own.

    Its links to what the party has end: from now on it logs in.
    """
    if actor.guest_pass is None or actor.user_id is None:
        raise LinkIsOver
    membership = join_typed_in_party(
        organisation_id=actor.guest_pass.organisation_id, user_id=actor.user_id, name=name, password=password
    )
    let_in = False
    for link_id in _links_of(actor.user_id, actor.guest_pass.organisation_id):
        link = lock_link(link_id)
        if link.ended_at is None:
            now = timezone.now()
            let_in |= link.share_id == actor.guest_pass.object_id and policy.is_open(link, now)
            end(link, now, events.LINK_OVER, actor)
    if not let_in:
        raise LinkIsOver
    return membership


@transaction.atomic
def ask_to_join(*, actor: Actor) -> Invitation:
    """Have the guest's own account invited, where its address has one: logging in proves more than a link."""
    if actor.guest_pass is None or actor.user_id is None:
        raise LinkIsOver
    return invite_guest(organisation_id=actor.guest_pass.organisation_id, user_id=actor.user_id)


def _links_of(user_id: UUID, organisation_id: UUID) -> list[UUID]:
    email = User.objects.values_list("email", flat=True).get(pk=user_id)
    links = GuestLink.objects.lasting().filter(share__organisation=organisation_id, email=email)
    return list(links.order_by("share__plan__finding_id", "pk").values_list("pk", flat=True))
