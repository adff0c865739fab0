"""What rooms further out know: the actions and updates that a file can belong to, and who is named in words."""

from collections.abc import Callable
from uuid import UUID

from actionplans.evidence.models import SubjectKind
from actionplans.plans.models import ActionPlan
from stakeholders.models import Organisation

# For each kind of subject but the plan itself: whether the plan has one of that id.
SubjectCheck = Callable[[ActionPlan, UUID], bool]
subjects: dict[SubjectKind, SubjectCheck] = {}

# Called with the plan, words, and the one party that reads them (None for everyone who reads the plan):
# the parties named there whom those readers may not know of.
NamesFinder = Callable[[ActionPlan, str, UUID | None], list[Organisation]]
find_names: list[NamesFinder] = []


def register_subject(kind: SubjectKind, exists: SubjectCheck) -> None:
    """Let files belong to one more kind of thing."""
    subjects[kind] = exists


def register_names(finder: NamesFinder) -> None:
    if finder not in find_names:
        find_names.append(finder)
