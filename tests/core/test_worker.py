"""The whole way of a mail: a write commits, a real worker wakes, a real mail server takes it."""

import time
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.utils import timezone

from carportal.core import tasks
from carportal.core.actor import Actor
from carportal.core.choices.groups import Pace
from carportal.core.delivery import LEASE, deliver_due
from carportal.core.models import AuditCheckpoint, Delivery
from carportal.core.notifications import Recipient
from tests.core.choosing import Reader, let_digests_come
from tests.core.conftest import record_names
from tests.core.kinds import owe
from tests.core.smtp import Sink
from tests.live import QUEUES, LivePortal

ANA = Recipient(None, "ana@example.org", "Ana Lopez")
PATIENCE = 40.0  # seconds, on a machine that is busy


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.05)


@pytest.fixture
def portal(live_portal: LivePortal, worker_environ: dict[str, str]) -> LivePortal:
    """The live portal, with a worker that knows the tests' kinds and sends to the sink."""
    live_portal.restart("worker", **worker_environ)
    return live_portal


def test_mails_are_sent_on_commit_by_the_workers_each_once(portal: LivePortal, sink: Sink):
    people = [Recipient(None, f"person{number}@example.org", "") for number in range(80)]
    for start in range(0, 80, 10):
        owe(*people[start : start + 10])
    wait_until(lambda: not Delivery.objects.filter(state="pending").exists())
    assert sorted(sink.addresses) == sorted(person.email for person in people)
    assert set(Delivery.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_a_digest_arrives_once_as_one_mail(portal: LivePortal, sink: Sink):
    reader = Reader()
    reader.choose(plans=Pace.DAILY)
    rows = [reader.owe() for _ in range(5)]
    wait_until(lambda: Delivery.objects.filter(in_digest=True, leased_until=None).count() == len(rows))
    assert not sink.mails
    let_digests_come()
    for _ in range(3):
        tasks.deliver_due.delay()
    wait_until(lambda: not Delivery.objects.filter(state="pending").exists())
    (mail,) = sink.mails
    assert mail["Subject"] == "5 news items from the CAR portal"
    # A row that another worker had just claimed when the digest took it along was claimed twice.
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_a_worker_killed_in_the_middle_leaves_its_mail_to_the_next(portal: LivePortal, sink: Sink):
    sink.hold.clear()
    object_id = owe(ANA)
    wait_until(lambda: Delivery.objects.get().attempts == 1)
    portal.kill("worker")
    sink.hold.set()
    claimed = Delivery.objects.get()
    assert claimed.state == "pending"
    assert claimed.leased_until is not None
    assert claimed.leased_until > timezone.now() + LEASE / 2
    assert deliver_due() == 0  # the lease still runs

    Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    sink.mails.clear()
    assert deliver_due() == 1
    (mail,) = sink.mails
    assert (mail["Subject"], mail["Message-ID"]) == (f"News of {object_id}", claimed.message_id)
    assert (Delivery.objects.get().state, Delivery.objects.get().attempts) == ("sent", 2)


def test_what_a_dead_broker_did_not_hear_is_sent_by_the_next_sweep(
    portal: LivePortal, sink: Sink, worker_environ: dict[str, str]
):
    """The broker forgets the wake-up, as when it is down or restarted; the row is still due."""
    portal.stop("worker")
    owe(ANA)
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.delete(*QUEUES)
    portal.start("worker", **worker_environ)
    tasks.deliver_due.delay()  # what the clock sends every minute
    wait_until(lambda: bool(sink.mails))


def test_the_trail_is_checkpointed_by_the_worker(live_portal: LivePortal, actor: Actor, plan_id: uuid.UUID):
    record_names(plan_id, actor, "Plan A")
    tasks.checkpoint_audit_trail.delay()
    wait_until(lambda: AuditCheckpoint.objects.exists())
