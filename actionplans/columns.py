"""What an exported list of CARs says of their plans, to whom may know it."""

from django.db.models import Case, CharField, Value, When

from actionplans.filters import PLAN
from findings.exporting import Column
from findings.filters import Viewpoint
from findings.models import Finding
from findings.querysets import FindingQuerySet


def _with_plan(findings: FindingQuerySet, view: Viewpoint) -> FindingQuerySet:
    """Each row with the first choice of the filter by plans that it meets, in the filter's own words."""
    choices = [
        When(PLAN.condition(choice.value, view), then=Value(str(choice.label)))
        for choice in PLAN.choices(view)
    ]
    return findings.annotate(plan_in_words=Case(*choices, default=Value(""), output_field=CharField()))


def _plan_in_words(finding: Finding) -> str:
    words: str = vars(finding)["plan_in_words"]
    return words


COLUMNS = (
    Column(PLAN.label, _plan_in_words, width=24, offered_to=PLAN.offered_to, prepare=_with_plan, rank=40),
)
