"""Whether the process lives, and whether database, broker and workers are well."""

import time
from contextlib import closing

import psycopg2
import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.backoff import NoBackoff
from redis.retry import Retry

HEARTBEAT = "carportal:heartbeat"
HEARTBEAT_LIMIT = 90  # seconds; beat asks for one every 20
PATIENCE = 1.5  # seconds that one part may take to answer


def beat() -> None:
    """Say that a worker is at work; called by the workers themselves."""
    with closing(_broker()) as broker:
        broker.set(HEARTBEAT, int(time.time()), ex=24 * 3600)


@require_safe
@never_cache
def livez(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 when every part is well, else 503; each part says "ok" or what is wrong."""
    broker, workers = _broker_and_workers()
    parts = {"database": _database(), "broker": broker, "workers": workers}
    well = all(state == "ok" for state in parts.values())
    return JsonResponse({"status": "ok" if well else "unwell", **parts}, status=200 if well else 503)


def _database() -> str:
    """Asked through a connection of its own, so that one that hangs is noticed within the time."""
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    parameters |= {"connect_timeout": 2, "options": f"-c statement_timeout={int(PATIENCE * 1000)}"}
    try:
        with closing(psycopg2.connect(**parameters)) as database, database.cursor() as cursor:
            cursor.execute("SELECT 1")
    except psycopg2.Error:
        return "does not answer"
    return "ok"


def _broker_and_workers() -> tuple[str, str]:
    try:
        with closing(_broker()) as broker:
            last = broker.get(HEARTBEAT)
    except redis.RedisError:
        return "does not answer", "unknown while the broker does not answer"
    if last is None:
        return "ok", "none has been heard of"
    age = int(time.time()) - int(last)
    return "ok", "ok" if age <= HEARTBEAT_LIMIT else f"not heard of for {age} seconds"


def _broker() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )
