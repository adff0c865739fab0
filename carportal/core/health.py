"""Whether the process lives, whether database, broker and workers are well, and each process by itself."""

import socket
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

import psycopg2
import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError
from redis.backoff import NoBackoff
from redis.retry import Retry

from carportal.celery import app

HEARTBEAT = "carportal:heartbeat"
TICK = "carportal:clock"
HEARTBEAT_LIMIT = 90  # seconds; beat asks for one every 20
PATIENCE = 1.5  # seconds that one part may take to answer


def beat() -> None:
    """Say that a worker is at work; called by the workers themselves."""
    _note(HEARTBEAT)


def tick() -> None:
    """Say that the clock (Celery's beat) is at work; called by the clock itself."""
    _note(TICK)


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
        return "ok", _age_of(HEARTBEAT)
    except redis.RedisError:
        return "does not answer", "unknown while the broker does not answer"


def clock_here() -> str:
    """ "ok" when the clock has asked for something lately, else what is wrong; there is one for all machines."""
    try:
        return _age_of(TICK)
    except redis.RedisError:
        return "unknown while the broker does not answer"


def worker_here() -> str:
    """ "ok" when the worker of this machine (or container) answers, else what is wrong."""
    name = f"celery@{socket.gethostname()}"
    try:
        answers = app.control.ping(destination=[name], timeout=5)
    except (OperationalError, redis.RedisError, OSError):
        return "unknown while the broker does not answer"
    return "ok" if answers else f"{name} does not answer"


def web_here(port: int) -> str:
    """ "ok" when the web server of this machine (or container) answers, else what is wrong.

    It is asked under the portal's own name, for it serves no other.
    """
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as server:
        try:
            server.request("GET", "/livez", headers={"Host": urlsplit(settings.SITE_URL).netloc})
            status = server.getresponse().status
        except (OSError, HTTPException):
            return f"does not answer on port {port}"
    return "ok" if status == 200 else f"answers {status} on port {port}"


def _note(key: str) -> None:
    with closing(_broker()) as broker:
        broker.set(key, int(time.time()), ex=24 * 3600)


def _age_of(key: str) -> str:
    with closing(_broker()) as broker:
        last = broker.get(key)
    if last is None:
        return "none has been heard of"
    age = int(time.time()) - int(last)
    return "ok" if age <= HEARTBEAT_LIMIT else f"not heard of for {age} seconds"


def _broker() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )
