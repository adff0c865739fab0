"""What rooms further out have a say in."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise

from actionplans.annex import Document
from actionplans.annex.passages import Excerpt
from actionplans.plans.drafts import Draft
from actionplans.plans.models import ActionPlan, Revision
from stakeholders.models import Organisation, Site

# Run under the plan's lock before a publication; one raises a DomainError to stop it. Called with the
# plan, the text to be published, and the organisations whose names the actor agreed to disclose.
before_publishing: list[Callable[[ActionPlan, Document, Collection[UUID]], None]] = []

# Run under the plan's lock once its draft has changed into this one, once a version was frozen, and once another one is
# published.
after_writing: list[Callable[[ActionPlan, Draft], None]] = []
after_freezing: list[Callable[[Revision], None]] = []
after_publishing: list[Callable[[ActionPlan], None]] = []

# Run under the plan's lock once words were removed from one version or from everywhere: what was made of them
# is to go.
after_redaction: list[Callable[[ActionPlan], None]] = []

# Organisations that the site deals with besides its customers, to be chosen as stakeholders of a plan.
known_parties: list[Callable[[Site], Iterable[Organisation]]] = []


@dataclass(frozen=True, slots=True)
class Found:
    """A text in which the words stand, by what its reader calls it, and the places."""

    where: str | Promise
    excerpts: list[Excerpt]


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts that a room keeps about a plan, for a redaction of words wherever they stand.

    `find` says where they do; `black_out`, under the plan's lock, puts a mark in their place, and empties the
    kept mails that quote them. `columns` are those gone through, as `model.field`.
    """

    find: Callable[[ActionPlan, str], list[Found]]
    black_out: Callable[[ActionPlan, str], None]
    columns: frozenset[str]


texts_about_plans: list[Texts] = []
