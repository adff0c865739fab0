"""Signs of life that processes leave in the broker, each with the second at which it was left."""

import time
from contextlib import closing

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

HEARTBEAT = "carportal:heartbeat"  # a worker took a task
TICK = "carportal:clock"  # the clock asked for one
SWEEP = "carportal:sweep"  # a worker went through the mails that are due
PATIENCE = 1.5  # seconds that the broker may take to answer


def leave(sign: str) -> None:
    """Raises redis.RedisError where the broker does not answer."""
    with closing(_broker()) as broker:
        broker.set(sign, int(time.time()), ex=24 * 3600)


def age_of(sign: str) -> int | None:
    """In seconds; None where there is none. Raises redis.RedisError where the broker does not answer."""
    with closing(_broker()) as broker:
        left = broker.get(sign)
    return None if left is None else int(time.time()) - int(left)


def _broker() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )
