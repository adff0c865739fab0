"""How each worker shows that it takes tasks: it sends itself one, through the broker, and is heard when it takes it.

A worker whose connection broke in silence lives on and even answers a ping, and takes nothing. Its main process
sends the task into the queue that this worker alone takes from, and one of its pool leaves the sign.
"""

import logging
from typing import Any

import redis
from celery import Task, shared_task
from celery.signals import task_prerun, worker_shutting_down
from celery.utils.nodenames import worker_direct
from celery.utils.timer2 import Entry
from celery.worker.consumer import Consumer
from django.conf import settings

from carportal.core import signs
from carportal.core.wake import send_task

logger = logging.getLogger(__name__)

_timer: Entry | None = None


@shared_task
def heard() -> None:
    """Nothing is left to do once it is taken."""


def begin(consumer: Consumer) -> None:
    """In the worker's main process, each time that it has connected to the broker."""
    global _timer
    if _timer is not None:
        _timer.cancel()
    _timer = consumer.timer.call_repeatedly(settings.WORKER_BEAT_SECONDS, _beat, (consumer.hostname,))
    _beat(consumer.hostname)


def _beat(name: str) -> None:
    try:
        signs.worker_is_up(name)
    except redis.RedisError as error:
        logger.warning("the broker cannot be reached; nobody is told of %s: %s", name, error)
    else:
        send_task(heard.name, queue=worker_direct(name).name, expires=60)


@task_prerun.connect
def _take(task: Task[..., None], **_: Any) -> None:
    """Whatever task it is: a worker that is busy is heard of too."""
    worker = task.request.hostname
    if task.request.is_eager or worker is None:
        return
    try:
        signs.worker_is_heard(worker)
    except redis.RedisError as error:
        logger.warning("the broker cannot be reached; nobody is told of %s: %s", worker, error)


@worker_shutting_down.connect
def _end(sender: str, **_: Any) -> None:
    """Told to stop, it is not waited for, though it may still be at its last tasks."""
    if _timer is not None:
        _timer.cancel()
    try:
        signs.worker_is_gone(sender)
    except redis.RedisError as error:
        logger.warning("the broker cannot be reached; %s will be missed for a while: %s", sender, error)
