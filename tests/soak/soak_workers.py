"""A thousand mails, and workers that die at any moment: all arrive, and what arrives twice is the same mail."""

import random
import time
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from carportal.core import tasks
from carportal.core.delivery import LEASE
from carportal.core.models import Delivery
from carportal.core.notifications import Recipient
from tests.core.kinds import owe
from tests.core.smtp import Sink
from tests.core.test_worker import wait_until
from tests.live import LivePortal

pytestmark = pytest.mark.soak

DELIVERIES = 1000
AT_ONCE = 40  # owed while a worker lives
PROCESSES = 2  # of a worker, each with one mail in hand


def has_more_than(sink: Sink, count: int) -> bool:
    return len(sink.mails) > count


def soak_no_mail_is_lost_however_often_workers_die(
    live_portal: LivePortal, sink: Sink, worker_environ: dict[str, str]
) -> None:
    dice = random.Random()  # noqa: S311 - of the test's own
    kills = 0
    live_portal.stop("worker")
    for start in range(0, DELIVERIES, AT_ONCE):
        live_portal.start("worker", **worker_environ)
        for number in range(start, start + AT_ONCE):
            owe(Recipient(None, f"person{number}@example.org", ""))
        so_far = len(sink.mails)
        tasks.deliver_due.delay()  # what the clock sends every minute
        wait_until(partial(has_more_than, sink, so_far))
        time.sleep(dice.uniform(0, 0.2))
        live_portal.kill("worker")
        kills += 1
        # As time does: nobody is left who holds them.
        Delivery.objects.filter(state="pending").update(leased_until=timezone.now() - timedelta(seconds=1))
    live_portal.start("worker", **worker_environ)
    deadline = time.monotonic() + 2 * LEASE.total_seconds()  # a worker may have claimed one as it died
    while Delivery.objects.filter(state="pending").exists():
        assert time.monotonic() < deadline, "mails that nobody takes up"
        tasks.deliver_due.delay()
        time.sleep(1)

    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
    arrived = Counter((str(mail["To"]), str(mail["Message-ID"])) for mail in sink.mails)
    owed = Delivery.objects.values_list("notification__address", "message_id")
    assert set(arrived) == set(owed)
    assert len(arrived) == DELIVERIES
    twice = arrived.total() - DELIVERIES
    assert twice <= kills * PROCESSES, "more than was under way when a worker died"
