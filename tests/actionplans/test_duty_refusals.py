"""What the database itself refuses of the actions of parties, whatever code or hand writes to it."""

from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from django_fsm import can_proceed

from actionplans.models import ActionPlan, Duty, DutyAnswer, DutyReport, DutyStatus, PlanShare
from tests.actionplans.conftest import Story
from tests.actionplans.making import share_with
from tests.actionplans.taking_on import accept, decline, give_action, report, take

pytestmark = pytest.mark.django_db

TARGETS = {"ask_anew": "proposed", "accept": "accepted", "decline": "declined", "end": "ended"}


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    give_action(plan, story.alice, story.customer)
    return share_with(plan, story.alice, story.customer)


def row(share: PlanShare, status: str = "proposed", **values: object) -> Duty:
    given = {"share": share, "row_id": uuid4(), "revision": share.revision, "status": status}
    return Duty.objects.create(**given | values)


@pytest.mark.parametrize(("before", "after"), list(product(DutyStatus.values, repeat=2)))
def test_database_and_machine_know_the_same_moves(share: PlanShare, before: str, after: str):
    if before == after:
        return
    duty = row(share, before)
    known = any(can_proceed(getattr(duty, name)) and target == after for name, target in TARGETS.items())
    rows = Duty.objects.filter(pk=duty.pk)
    if known:
        assert rows.update(status=after) == 1
    else:
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(status=after)


def test_status_that_there_is_not_is_refused(share: PlanShare):
    with pytest.raises(IntegrityError), transaction.atomic():
        row(share, "late")


def test_one_duty_about_an_action_is_open_at_a_time(share: PlanShare):
    first = row(share, "ended")
    for status in ("accepted", "ended"):
        row(share, status, row_id=first.row_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        row(share, "proposed", row_id=first.row_id)


@pytest.mark.parametrize(
    "values", [{"kind": "accepted", "reason": "Yes."}, {"kind": "declined"}, {"kind": "ended"}]
)
def test_answers_that_cannot_be_are_refused(share: PlanShare, values: dict[str, str]):
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyAnswer.objects.create(duty=share.duties.get(), revision=share.revision, **values)


@pytest.mark.parametrize("values", [{"state": "planned", "text": "Soon."}, {"state": "done", "text": ""}])
def test_reports_that_cannot_be_are_refused(share: PlanShare, values: dict[str, str]):
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyReport.objects.create(duty=share.duties.get(), **values)


def test_what_was_said_and_what_has_ended_stays(story: Story, share: PlanShare):
    duty = share.duties.get()
    decline(duty, story.dora)
    accept(duty, story.dora)
    take(report(duty, story.dora), story.alice)
    ended = row(share, "ended")
    later = timezone.now() + timedelta(days=1)
    for rows, values in (
        (Duty.objects.filter(pk=duty.pk), {"row_id": uuid4()}),
        (Duty.objects.filter(pk=ended.pk), {"turn": 9}),
        (DutyAnswer.objects.filter(kind="declined"), {"reason": "Something else."}),
        (DutyAnswer.objects.filter(kind="declined"), {"answered_at": later}),
        (DutyReport.objects.all(), {"text": "Something else."}),
        (DutyReport.objects.all(), {"state": "done"}),
        (DutyReport.objects.all(), {"taken_at": later}),
        (DutyReport.objects.all(), {"taken_at": None}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**values)
    for rows in (DutyAnswer.objects.all(), DutyReport.objects.all(), Duty.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete(rows.db)
