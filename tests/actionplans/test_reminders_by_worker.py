"""One reminder the whole way: the task as the clock sends it, a real worker, a real mail server."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from actionplans.models import ActionPlan, UpdateAgreement
from actionplans.tasks import send_reminders
from actionplans.updates.services import Terms
from carportal.core.models import Delivery, Notification
from stakeholders.reminding import Swept, sweep
from tests.actionplans.agreeing import agree
from tests.actionplans.conftest import Story
from tests.actionplans.making import person_of, share_with
from tests.core.smtp import running_sink
from tests.core.test_worker import wait_until
from tests.live import LivePortal


@pytest.fixture
def due(story: Story, plan: ActionPlan) -> date:
    """An update was agreed for the day in a fortnight, some time ago; nothing else waits to be told."""
    today = timezone.now().date()
    due = today + timedelta(days=14)
    agree(share_with(plan, story.alice, story.customer), story.alice, story.dora, Terms(3, due))
    UpdateAgreement.objects.update(remind_on=today)
    Notification.objects.all().delete()
    return due


def test_those_who_write_for_the_site_get_the_reminder_by_mail_once(
    live_portal: LivePortal, story: Story, due: date
):
    with running_sink() as sink:
        live_portal.restart("worker", EMAIL_URL=f"smtp://127.0.0.1:{sink.port}")
        for _ in range(2):
            send_reminders.delay()
        wait_until(lambda: Delivery.objects.filter(state="sent").count() == 2)
        live_portal.stop("worker")  # which finishes what it has begun
    assert sweep() == Swept()
    car = f"{story.finding.reference} at {story.site.name}"
    assert {str(mail["Subject"]) for mail in sink.mails} == {f"{car}: an update is due"}
    people = [person_of(actor) for actor in (story.alice, story.bob)]
    assert sorted(sink.addresses) == sorted(f"{person.name} <{person.email}>" for person in people)
    assert UpdateAgreement.objects.get().remind_on == due - timedelta(days=1)
