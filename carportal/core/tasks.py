"""What workers run; each is a shell over one function."""

from typing import Any

from celery import shared_task
from celery.signals import after_task_publish, worker_ready
from celery.worker.consumer import Consumer

from carportal.core import audit, delivery, fonts, heartbeats, signs
from carportal.core.wake import WAKES, send_task, wake_worker


@shared_task(expires=WAKES)
def deliver_due() -> None:
    delivery.deliver_due()


@shared_task
def checkpoint_audit_trail() -> None:
    audit.checkpoint()


@shared_task
def prepare_fonts() -> None:
    """Make the base font of PDFs ahead, so that the first one does not wait for it."""
    fonts.prepare("")


# Older than its interval it says nothing any more: a backlog of them must not build up.
@shared_task(expires=60)
def heartbeat() -> None:
    """That it was published is a sign of the clock."""


# Only the clock publishes it, so whoever runs the portal can tell a clock that stands from workers that do.
@after_task_publish.connect(sender=heartbeat.name)
def _tick(**_: Any) -> None:
    signs.leave(signs.TICK)


@worker_ready.connect
def _come_up(sender: Consumer, **_: Any) -> None:
    """A worker that has come up says so at once and sends what waits, not only when the schedule first asks."""
    heartbeats.begin(sender)
    wake_worker()
    send_task(prepare_fonts.name, expires=3600)
