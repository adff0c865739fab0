"""What the database itself refuses of calls, whatever code or hand writes to it."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django_fsm import can_proceed

from actionplans.calls.services import cancel_call
from actionplans.models import ActionPlan, Call, CallAction, CallMinutes, CallSlot, CallStatus, PlanShare
from tests.actionplans.arranging import FIRST, NOW, REPAY, agree, hold, let_it_be, propose
from tests.actionplans.conftest import Story
from tests.actionplans.making import share_with

pytestmark = pytest.mark.django_db

# What a row of that status must have besides.
VALUES: dict[str, dict[str, object]] = {
    "proposed": {},
    "agreed": {"starts_at": FIRST},
    "held": {"starts_at": FIRST},
    "declined": {"ended_by": "party", "reason": "No."},
    "cancelled": {"ended_by": "site"},
}
TARGETS = {
    "agree": "agreed",
    "move": "proposed",
    "decline": "declined",
    "cancel": "cancelled",
    "hold": "held",
}


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    let_it_be(monkeypatch, NOW)


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


def row(share: PlanShare, status: str, /, **values: object) -> Call:
    given = {
        "share": share,
        "purpose": "call_on_approach",
        "by_side": "site",
        "duration": 60,
        "where": "https://meet.example.org",
        "status": status,
    }
    return Call.objects.create(**given | VALUES[status] | values)


@pytest.mark.parametrize(("before", "after"), list(product(CallStatus.values, repeat=2)))
def test_database_and_machine_know_the_same_moves(share: PlanShare, before: str, after: str):
    if before == after:
        return
    call = row(share, before)
    known = any(can_proceed(getattr(call, name)) and target == after for name, target in TARGETS.items())
    rows = Call.objects.filter(pk=call.pk)
    if known:
        assert rows.update(status=after, **VALUES[after]) == 1
    else:
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(status=after, **VALUES[after])


@pytest.mark.parametrize(
    ("status", "values"),
    [
        ("proposed", {"status": "missed"}),
        ("proposed", {"by_side": "operator"}),
        ("proposed", {"duration": 7}),
        ("proposed", {"where": ""}),
        ("proposed", {"purpose": "other"}),
        ("proposed", {"topic": "Said twice"}),
        ("proposed", {"purpose": "lunch", "topic": "Lunch"}),
        ("proposed", {"ended_by": "site"}),
        ("proposed", {"reason": "Too early."}),
        ("agreed", {"starts_at": None}),
        ("held", {"starts_at": None}),
        ("declined", {"reason": ""}),
        ("declined", {"ended_by": ""}),
        ("cancelled", {"ended_by": "operator"}),
    ],
)
def test_calls_that_cannot_be_are_refused(share: PlanShare, status: str, values: dict[str, object]):
    with pytest.raises(IntegrityError), transaction.atomic():
        row(share, status, **values)


def test_one_call_of_a_purpose_is_open_at_a_time(share: PlanShare):
    row(share, "agreed")
    row(share, "proposed", purpose="call_on_root_cause")
    row(share, "held")
    with pytest.raises(IntegrityError), transaction.atomic():
        row(share, "proposed")


def test_number_that_calendars_were_told_never_falls(share: PlanShare):
    call = row(share, "agreed", sequence=2)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Call.objects.filter(pk=call.pk).update(sequence=1)


def test_what_has_ended_and_what_was_written_stays(
    story: Story, share: PlanShare, monkeypatch: pytest.MonkeyPatch
):
    cancelled = propose(share, story.alice)
    cancel_call(call_id=cancelled.pk, actor=story.alice, seen=1, reason="The agent is ill.")
    call = agree(share, story.alice, story.dora)
    let_it_be(monkeypatch, FIRST)
    hold(call, story.dora, REPAY)
    for rows, values in (
        (Call.objects.filter(pk=cancelled.pk), {"reason": "Another."}),
        (Call.objects.filter(pk=cancelled.pk), {"starts_at": FIRST}),
        (Call.objects.filter(pk=call.pk), {"starts_at": FIRST + timedelta(days=1)}),
        (CallMinutes.objects.all(), {"text": "Something else."}),
        (CallAction.objects.all(), {"what": "Something else."}),
        (CallAction.objects.all(), {"owner": "party"}),
        (CallSlot.objects.all(), {"starts_at": FIRST}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**values)
    for rows in (CallMinutes.objects.all(), CallAction.objects.all(), CallSlot.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete(rows.db)
