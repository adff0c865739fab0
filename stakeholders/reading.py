"""The people of an organisation as its page tells of them, and whether mail reaches them."""

from typing import NamedTuple

from carportal.core.actor import Actor
from carportal.core.bounces.models import MailAddress, Met
from stakeholders import policy
from stakeholders.models import Invitation, Membership, Organisation


class Person(NamedTuple):
    member: Membership
    trouble: MailAddress | None  # only for those who can do something about it


class Invited(NamedTuple):
    invitation: Invitation
    trouble: Met | None  # of this invitation's own mail


def people_of(organisation: Organisation, actor: Actor) -> list[Person]:
    """By their names."""
    members = (
        Membership.objects.visible_to(actor)
        .filter(organisation=organisation)
        .select_related("user")
        .order_by("user__name", "pk")
    )
    troubles = {}
    if policy.may_change_people(actor, organisation):
        troubles = MailAddress.objects.troubles_of([each.user.email for each in members])
    return [Person(each, troubles.get(each.user.email)) for each in members]


def invitations_of(organisation: Organisation, actor: Actor) -> list[Invited]:
    """Those that are open, by their addresses."""
    invitations = list(organisation.invitations.visible_to(actor).open().order_by("email"))
    sent = {each.email: each.sent_at for each in invitations if each.sent_at}
    troubles = MailAddress.objects.met_since(sent) if sent else {}
    return [Invited(each, troubles.get(each.email)) for each in invitations]
