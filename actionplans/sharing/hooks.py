"""What rooms further out do once a plan was sent, and once a share has ended or is another organisation's."""

from collections.abc import Callable

from actionplans.sharing.models import PlanShare, SharedRevision
from carportal.core.actor import Actor

# Run in the transaction that sends the plan, or sends it anew, whose share is locked and has its plan, with who did.
on_sent: list[Callable[[SharedRevision, Actor], None]] = []

# Run in the transaction that hands a share of a party over to the organisation that it was linked to.
on_party_known: list[Callable[[PlanShare, Actor], None]] = []

# Run in the transaction that ends the share, whose row is locked, with who ended it.
on_share_ended: list[Callable[[PlanShare, Actor], None]] = []
