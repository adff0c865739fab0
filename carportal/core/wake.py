"""Telling the worker that something is due, without ever holding up or failing the request that did."""

import logging
import time

from kombu.exceptions import OperationalError
from redis import RedisError

from carportal.celery import app

logger = logging.getLogger(__name__)

DELIVER = "carportal.core.tasks.deliver_due"
PAUSE = 10.0  # seconds without another try after a broker was found down
_down_until = 0.0


def wake_worker(task: str = DELIVER) -> None:
    """Send this task; a broker that is down is logged and left to the sweep of every minute."""
    global _down_until
    if time.monotonic() < _down_until:
        return
    try:
        app.send_task(task, retry=False, ignore_result=True)
    except (OperationalError, RedisError, OSError) as error:
        _down_until = time.monotonic() + PAUSE
        logger.warning("the broker cannot be reached; what is due waits for the next sweep: %s", error)
