"""What rooms further out do once a plan was sent to a party, and once a share has ended."""

from collections.abc import Callable

from actionplans.sharing.models import PlanShare, SharedRevision
from carportal.core.actor import Actor

# Run in the transaction that sends it, whose share is locked and has its plan, with who sent it.
on_sent: list[Callable[[SharedRevision, Actor], None]] = []

# Run in the transaction that ends the share, whose row is locked, with who ended it.
on_share_ended: list[Callable[[PlanShare, Actor], None]] = []
