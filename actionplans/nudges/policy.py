"""Who sets reminders of a CAR for itself; denied unless said here."""

from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from carportal.core.actor import PARTY_KINDS, Actor
from carportal.core.errors import NotAllowed


class Setter(NamedTuple):
    """The person who sets it, and for which organisation."""

    person_id: UUID
    organisation_id: UUID


def has_part(actor: Actor) -> bool:
    """The site and those it works with on a CAR: an auditor's part is over, and the operator only looks on."""
    return actor.is_supplier or actor.acts_for(*PARTY_KINDS)


def may_set(actor: Actor) -> bool:
    """Also once the CAR has ended: what its people wanted to think of may go on."""
    return has_part(actor) and actor.writes


def check_sets(actor: Actor) -> Setter:
    """As whom the actor sets it; NotAllowed with the reason."""
    if not has_part(actor):
        raise NotAllowed(_("Only the site and the organisations that it works with set reminders of a CAR."))
    if actor.writes and actor.user_id is not None and actor.organisation_id is not None:
        return Setter(actor.user_id, actor.organisation_id)
    raise NotAllowed(
        _("Your role in your organisation only reads. Ask a manager of it for the role of an editor.")
    )
