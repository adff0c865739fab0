"""What rooms further out have a say in."""

from collections.abc import Callable, Collection
from uuid import UUID

from actionplans.annex import Document
from actionplans.plans.models import ActionPlan

# Run under the plan's lock before a publication; one raises a DomainError to stop it. Called with the
# plan, the text to be published, and the organisations whose names the actor agreed to disclose.
before_publishing: list[Callable[[ActionPlan, Document, Collection[UUID]], None]] = []
