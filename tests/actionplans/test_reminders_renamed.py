"""Reminders that were owed by the names that steps once had, and shares from before there was a day to look at them."""

from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps

from actionplans.models import ActionPlan, PlanShare
from carportal.core.models import Notification
from stakeholders.reminding import step_of
from tests.actionplans.conftest import Story
from tests.actionplans.making import share_with

pytestmark = pytest.mark.django_db

migration = import_module("actionplans.migrations.0021_reminders_known_by_their_days")
BEFORE = [
    ("update_due", "2026-05-31 two-weeks-before", -14),
    ("update_due", "2026-05-31 day-before", -1),
    ("update_due", "2026-05-31 on-the-day", 0),
    ("update_due", "2026-05-31 week-after", 7),
    ("update_due", "2026-05-31 two-weeks-after", 14),
    ("update_due", "2026-05-31 three-weeks-after", 21),
    ("update_due", "2026-05-31 four-weeks-after", 28),
    ("update_missing", "2026-05-31 operator", 35),
    ("reply_awaited", "two-weeks-after", 14),
    ("reply_awaited", "four-weeks-after", 28),
]


def test_periods_are_read_after_it_and_are_as_before_when_it_is_taken_back():
    rows = [Notification(kind=kind, object_id=uuid4(), period=period) for kind, period, _days in BEFORE]
    other = Notification(kind="updates_ended", object_id=uuid4(), period="operator")
    Notification.objects.bulk_create([*rows, other])
    migration.name_by_days(apps, None)
    read = [step_of(Notification.objects.get(pk=row.pk).period).days for row in rows]
    assert read == [days for _kind, _period, days in BEFORE]
    migration.name_as_before(apps, None)
    assert {(row.kind, row.period) for row in Notification.objects.all()} == {
        ("updates_ended", "operator"),
        *((kind, period) for kind, period, _days in BEFORE),
    }


def test_shares_that_wait_are_looked_at_by_the_day_on_which_they_asked(story: Story, plan: ActionPlan):
    asked = share_with(plan, story.alice, story.customer)
    informed = share_with(plan, story.alice, story.other)
    PlanShare.objects.filter(pk=informed.pk).update(status="informed")
    PlanShare.objects.update(asked_on=None, remind_on=None)
    migration.note_when_shares_asked(apps, None)
    sent_on = asked.sent.get().sent_at.date()
    dates = dict(PlanShare.objects.values_list("pk", "asked_on"))
    assert dates == {asked.pk: sent_on, informed.pk: None}
    assert dict(PlanShare.objects.values_list("pk", "remind_on")) == dates
