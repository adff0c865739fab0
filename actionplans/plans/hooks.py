"""What rooms further out have a say in."""

from collections.abc import Callable, Collection, Iterable
from uuid import UUID

from actionplans.annex import Document
from actionplans.plans.models import ActionPlan
from stakeholders.models import Organisation, Site

# Run under the plan's lock before a publication; one raises a DomainError to stop it. Called with the
# plan, the text to be published, and the organisations whose names the actor agreed to disclose.
before_publishing: list[Callable[[ActionPlan, Document, Collection[UUID]], None]] = []

# Organisations that the site deals with besides its customers, to be chosen as stakeholders of a plan.
known_parties: list[Callable[[Site], Iterable[Organisation]]] = []
