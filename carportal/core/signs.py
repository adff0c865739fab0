"""Signs of life that processes leave in the broker, each with the second at which it was left, by the broker's clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, cast

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

TICK = "carportal:clock"  # the clock asked for something
SWEEP = "carportal:sweep"  # a worker went through the mails that are due
# Of workers, by name: when each took a task, and when it last said that it is up.
HEARD, UP = "carportal:workers:heard", "carportal:workers:up"
PATIENCE = 1.5  # seconds that the broker may take to answer
FORGOTTEN = 3600  # seconds after which a worker of which nothing is heard or seen is none any more


class Signs(NamedTuple):
    """Each in seconds since it was left, None where there is none; workers that are known, who was not heard of for longest first."""

    tick: int | None
    sweep: int | None
    workers: dict[str, int]
    tasks: int  # that wait for a worker


def leave(sign: str) -> None:
    """Raises redis.RedisError where the broker does not answer."""
    with _broker() as broker:
        broker.set(sign, _now(broker), ex=24 * 3600)


def worker_is_heard(name: str) -> None:
    """It took a task, from whatever queue; one that was told to stop stays unknown."""
    with _broker() as broker:
        broker.zadd(HEARD, {name: _now(broker)}, xx=True)


def worker_is_up(name: str) -> None:
    """Its main process is there, whether it takes anything or not; so it is not forgotten."""
    with _broker() as broker:
        now = _now(broker)
        broker.zadd(UP, {name: now})
        broker.zadd(HEARD, {name: now}, nx=True)  # it has just come up
        if forgotten := broker.zrangebyscore(UP, "-inf", now - FORGOTTEN):
            _remove(broker, *forgotten)


def worker_is_gone(name: str) -> None:
    """It was told to stop, and nobody waits for it."""
    with _broker() as broker:
        _remove(broker, name)


def read() -> Signs:
    """All of them as they are now."""
    with _broker() as broker:
        now = _now(broker)
        tick, sweep = broker.mget(TICK, SWEEP)
        heard = _scores(broker, HEARD)
        known = {name for name, at in _scores(broker, UP).items() if now - at <= FORGOTTEN}
        tasks = sum(broker.llen(queue.name) for queue in settings.CELERY_TASK_QUEUES)
    return Signs(
        tick=None if tick is None else now - int(tick),
        sweep=None if sweep is None else now - int(sweep),
        workers={name: now - at for name, at in heard.items() if name in known},
        tasks=tasks,
    )


def _scores(broker: redis.Redis, sign: str) -> dict[str, int]:
    """By name, the oldest first."""
    found: list[tuple[bytes, float]] = cast("Any", broker.zrange(sign, 0, -1, withscores=True))
    return {name.decode(): int(at) for name, at in found}


def _remove(broker: redis.Redis, *names: str | bytes) -> None:
    broker.zrem(UP, *names)
    broker.zrem(HEARD, *names)


def _now(broker: redis.Redis) -> int:
    return int(broker.time()[0])


@contextmanager
def _broker() -> Iterator[redis.Redis]:
    broker = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )
    with broker:
        yield broker
