"""Who saves views and who changes them; denied unless said here."""

from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from carportal.core.actor import Actor
from carportal.core.errors import NotAllowed
from findings.models import SavedView


class Saver(NamedTuple):
    """The person who saves it, and for which organisation."""

    person_id: UUID
    organisation_id: UUID


def may_share(actor: Actor) -> bool:
    """Who only reads keeps views of its own."""
    return actor.writes


def may_change(actor: Actor, view: SavedView) -> bool:
    """Whoever made it, also once it is shared; then a manager of the organisation too. The actor sees it already."""
    if view.is_shared:
        return actor.manages or (actor.writes and view.made_by_id == actor.user_id)
    return view.made_by_id == actor.user_id


def may_choose_sharing(actor: Actor, view: SavedView) -> bool:
    """Taken back, a view is its maker's own again, so nobody else does that."""
    return may_share(actor) and view.made_by_id == actor.user_id


def check_saves(actor: Actor) -> Saver:
    """As whom the actor saves a view; NotAllowed with the reason."""
    if actor.user_id is None or actor.organisation_id is None:
        raise NotAllowed(_("You save views once you act for an organisation. Ask its manager to invite you."))
    return Saver(actor.user_id, actor.organisation_id)


def check_shares(actor: Actor) -> None:
    if not may_share(actor):
        raise NotAllowed(
            _("Your role in your organisation only reads, so the views that you save are for you alone.")
        )


def check_changes(actor: Actor, view: SavedView) -> None:
    if not may_change(actor, view):
        raise NotAllowed(
            _("Only whoever shared this view and the managers of your organisation change or remove it.")
        )
