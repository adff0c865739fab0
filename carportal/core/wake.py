"""Telling the worker that there is work, without ever holding up or failing the request that did."""

import logging
import time

from kombu.exceptions import OperationalError
from redis import RedisError

from carportal.celery import app

logger = logging.getLogger(__name__)

PAUSE = 10.0  # seconds without another try after a broker was found down
WAKES = 60.0  # seconds; by then the next sweep is there, and what waits longer is one wake-up too many
_down_until = 0.0


def wake_worker() -> None:
    """Have the mails sent that are due."""
    send_task("carportal.core.tasks.deliver_due", expires=WAKES)


def send_task(name: str, *args: str, queue: str | None = None, expires: float | None = None) -> None:
    """Send a task; a broker that is down is logged and left to the sweep of every minute.

    To the queue of its kind, unless another is named; not run any more after `expires` seconds.
    """
    global _down_until
    if time.monotonic() < _down_until:
        return
    try:
        app.send_task(name, args=args, queue=queue, expires=expires, retry=False, ignore_result=True)
    except (OperationalError, RedisError, OSError) as error:
        _down_until = time.monotonic() + PAUSE
        logger.warning("the broker cannot be reached; %s waits for the next sweep: %s", name, error)
