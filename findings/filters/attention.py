"""The filters of this room by what step 1 led to and what an audit left; not for customers and auditors."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from findings import policy
from findings.filters.definition import Choice, Filter, Viewpoint, supplier_and_operator
from findings.models import LeftFinding, Triage, TriageOutcome

URGENT, SEEKS_SUPPORT, NOT_TAKEN = "urgent", "seeks_support", "not_taken"
TO_DECIDE = "to_decide"


def _outcomes(_view: Viewpoint) -> list[Choice]:
    return [
        Choice(URGENT, _("Urgent"), _("Urgent by step 1")),
        Choice(SEEKS_SUPPORT, _("Seek support"), _("Support sought")),
        Choice(NOT_TAKEN, _("Not taken yet")),
    ]


def _led_to(value: str, view: Viewpoint) -> Q:
    taken = Triage.objects.visible_to(view.actor).filter(finding=OuterRef("pk"))
    if value == NOT_TAKEN:
        return ~Q(Exists(taken))
    if value == URGENT:
        return Q(Exists(taken.latest_of_each().filter(is_urgent=True)))
    return Q(Exists(taken.latest_of_each().filter(outcome=TriageOutcome.SEEK_SUPPORT)))


def _decisions(_view: Viewpoint) -> list[Choice]:
    return [Choice(TO_DECIDE, _("Waiting for your decision"), _("For you to decide"))]


def _was_left(_value: str, view: Viewpoint) -> Q:
    left = LeftFinding.objects.visible_to(view.actor).to_decide()
    return Q(Exists(left.filter(finding=OuterRef("pk"))))


STEP_1 = Filter(
    name="step1",
    label=_("Step 1"),
    everything=_("Any outcome"),
    choices=_outcomes,
    condition=_led_to,
    offered_to=supplier_and_operator,
    counted=True,
    rank=30,
)
LEFT = Filter(
    name="left",
    label=_("Left by an audit"),
    everything=_("All"),
    choices=_decisions,
    condition=_was_left,
    offered_to=policy.may_decide_left,
    counted=True,
    rank=31,
)
FILTERS = (STEP_1, LEFT)
