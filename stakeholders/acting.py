"""From a person and its membership to the Actor that visibility and policy read."""

from collections.abc import Callable
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import QuerySet

from carportal.core.actor import Actor, ActorKind, OrganisationKind, Role
from carportal.core.audit import ActorNames
from carportal.core.prepared import prepared
from stakeholders.models import Membership, Organisation, User

# The session's key for the organisation that its person acts for; its value is the id as text.
ORGANISATION_KEY = "organisation_id"

# Who is a guest, the rooms above say: the person and the Actor that a session of nobody logged in stands for.
Guest = tuple[User, Actor]
_guest_resolvers: list[Callable[[SessionBase], Guest | None]] = []


def register_guests(resolver: Callable[[SessionBase], Guest | None]) -> None:
    """Say who a session without login lets in; the room that sends links to guests registers once."""
    _guest_resolvers[:] = [resolver]


def guest_of(session: SessionBase) -> Guest | None:
    return next((resolver(session) for resolver in _guest_resolvers), None)


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


@prepared
def memberships_of(user_id: UUID) -> QuerySet[Membership]:
    """For every request; see `of_person`."""
    return Membership.objects.of_person(user_id)


def names_of(actor: Actor) -> ActorNames:
    """How the actor is called now; the record keeps it as it was when the actor acted."""
    people = User.objects.filter(pk__in=[actor.user_id] if actor.user_id else [])
    organisations = Organisation.objects.filter(pk__in=[actor.speaks_for] if actor.speaks_for else [])
    return ActorNames(
        person=people.values_list("name", flat=True).first() or "",
        organisation=organisations.values_list("name", flat=True).first() or "",
    )
