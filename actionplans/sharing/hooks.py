"""What rooms further out do once a share has ended."""

from collections.abc import Callable

from actionplans.sharing.models import PlanShare
from carportal.core.actor import Actor

# Run in the transaction that ends the share, whose row is locked, with who ended it.
on_share_ended: list[Callable[[PlanShare, Actor], None]] = []
