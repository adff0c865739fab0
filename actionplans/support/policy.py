"""Who lets the operator read along, and who then reads; denied unless said here."""

from uuid import UUID

from django.utils.translation import gettext as _

from carportal.core.actor import Actor, Role
from carportal.core.errors import NotAllowed


def may_read_along(actor: Actor) -> bool:
    """The operator's compliance staff, where the site lets them; nobody else of the operator."""
    return actor.is_operator and actor.role == Role.COMPLIANCE


def check_reads_along(actor: Actor) -> UUID:
    """The person who reads; NotAllowed with the reason."""
    if may_read_along(actor) and actor.user_id is not None:
        return actor.user_id
    raise NotAllowed(
        _(
            "This page is for the compliance staff of this portal, for as long as the site lets them read along."
        )
    )
