"""What rooms further out know: the actions and updates that a file can belong to, and who is named in words."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from django.db.models import Q

from actionplans.plans.models import ActionPlan
from stakeholders.models import Organisation

if TYPE_CHECKING:
    from actionplans.evidence.models import SubjectKind


class Subjects(Protocol):
    """One kind of thing that files can belong to, and who gets such a thing: nobody else gets its files."""

    def exists(self, plan: ActionPlan, subject_id: UUID, /) -> bool:
        """Whether the plan has it now, so that a file can be added to it."""
        ...

    def parties(self, plan: ActionPlan, subject_id: UUID, /) -> Collection[UUID]:
        """Of those that the plan is shared with, the ones that get it or will: to whom alone a file can be shown."""
        ...

    def read_as(self, plan: ActionPlan, subject_id: UUID, /) -> Collection[UUID | None]:
        """As whom everyone who gets it reads the words beside a file; None is any reader of the plan."""
        ...

    def shared_with(self, organisation_id: UUID, /) -> Q:
        """Of files: those of things that the organisation gets by what is shared with it."""
        ...

    def published_to(self, organisation_id: UUID | None, /) -> Q:
        """Of files: those of things that it gets with the published plan; None is the operator."""
        ...


subjects: "dict[SubjectKind, Subjects]" = {}

# Called with the plan, words, and the one party that reads them (None for everyone who reads the plan):
# the parties named there whom those readers may not know of.
NamesFinder = Callable[[ActionPlan, str, UUID | None], list[Organisation]]
find_names: list[NamesFinder] = []


def register_subject(kind: "SubjectKind", of_kind: Subjects) -> None:
    """Let files belong to one more kind of thing."""
    subjects[kind] = of_kind


def register_names(finder: NamesFinder) -> None:
    if finder not in find_names:
        find_names.append(finder)
