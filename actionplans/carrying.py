"""What of an earlier plan would come along under the CAR that took the place of its own, and what stays with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, prefetch_related_objects
from django.utils.text import Truncator
from django.utils.translation import get_language

from actionplans.annex import Audience, render
from actionplans.annex.rendered_rows import RenderedGroup, RenderedRow
from actionplans.models import ActionPlan, Revision
from actionplans.plans.drafts import Draft, draft_of

LONGEST = 120  # characters of a row by its name


@dataclass(frozen=True, slots=True)
class OneRow:
    label: str
    state: str


@dataclass(frozen=True, slots=True)
class CarriedGroup:
    """Rows beside a text box; of a group whose rows can be finished also their names and where each stands."""

    label: str
    along: int
    can_finish: bool
    rows_along: list[OneRow]
    rows_left: list[OneRow]


@dataclass(frozen=True, slots=True)
class Carrying:
    plan: ActionPlan
    groups: list[CarriedGroup]
    versions: int
    updates: int
    files: int


def what_is_carried(plans: Sequence[ActionPlan]) -> list[Carrying]:
    """For the site, before it decides; the number of queries does not depend on that of the plans."""
    prefetch_related_objects(plans, "draft_fields", "draft_rows")
    counted = ActionPlan.objects.filter(pk__in=[plan.pk for plan in plans]).values_list(
        "pk", *(Count(each, distinct=True) for each in ("revisions", "updates", "evidence"))
    )
    counts = {pk: counts_of_plan for pk, *counts_of_plan in counted}
    return [Carrying(plan, list(_groups(draft_of(plan))), *counts[plan.pk]) for plan in plans]


def _groups(draft: Draft) -> Iterable[CarriedGroup]:
    goes_along = {row.id for rows in draft.unfinished.values() for row in rows}
    document = Revision(document=draft.document.to_json())
    annex = render(document, Audience(is_site=True), get_language())
    for group in (group for section in annex.rows for group in section.groups):
        along = [row for row in group.rows if row.id in goes_along]
        left = [row for row in group.rows if row.id not in goes_along]
        column = draft.template.group(group.name).finished_when
        yield CarriedGroup(
            group.label,
            len(along),
            can_finish=column is not None,
            rows_along=[_row(group, row) for row in along],
            rows_left=[_row(group, row) for row in left],
        )


def _row(group: RenderedGroup, row: RenderedRow) -> OneRow:
    state = row.cells.get("state")
    words = Truncator(" ".join(row.heading.text.split())).chars(LONGEST) if row.heading else group.one
    return OneRow(words, state.text if state is not None else "")
