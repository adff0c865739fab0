"""From a person and its membership to the Actor that visibility and policy read."""

from carportal.core.actor import Actor, ActorKind, OrganisationKind, Role
from carportal.core.audit import ActorNames
from stakeholders.models import Membership, Organisation, User

# The session's key for the organisation that its person acts for; its value is the id as text.
ORGANISATION_KEY = "organisation_id"


def actor_of(user: User, membership: Membership | None = None) -> Actor:
    """The person acting by this membership; without one it acts for nobody and sees nothing.

    Costs no query when the membership's organisation is loaded.
    """
    if membership is None:
        return Actor(kind=ActorKind.USER, user_id=user.pk)
    return Actor(
        kind=ActorKind.USER,
        user_id=user.pk,
        organisation_id=membership.organisation_id,
        organisation_kind=OrganisationKind(membership.organisation.kind),
        role=Role(membership.role),
    )


def names_of(actor: Actor) -> ActorNames:
    """How the actor is called now; the record keeps it as it was when the actor acted."""
    people = User.objects.filter(pk__in=[actor.user_id] if actor.user_id else [])
    organisations = Organisation.objects.filter(
        pk__in=[actor.organisation_id] if actor.organisation_id else []
    )
    return ActorNames(
        person=people.values_list("name", flat=True).first() or "",
        organisation=organisations.values_list("name", flat=True).first() or "",
    )
