"""Whether the process lives, whether database, broker and workers are well, and each process by itself."""

import socket
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from typing import NamedTuple
from urllib.parse import urlsplit

import psycopg2
import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from carportal.celery import app
from carportal.core import signs
from carportal.core.mailroom import FIGURES, MailFigures
from carportal.core.signs import PATIENCE

CLOCK_LIMIT = 90  # seconds; it asks for something every 20
WORKER_LIMIT = 170  # seconds; each is heard of every 20, unless all of its processes are at long tasks
SWEEP_LIMIT = 170  # seconds; the clock asks for one every 60, and a mail that hangs takes its time
NONE_HEARD = "none has been heard of"
UNKNOWN = "unknown while the broker does not answer"


class WorkFigures(NamedTuple):
    """How many tasks wait for a worker, for how many seconds mail was not gone through, and each worker not heard of."""

    tasks_waiting: int
    last_sweep: int | None
    workers: dict[str, int]


class Health(NamedTuple):
    """Each part is "ok" or what is wrong with it; the figures are None where what knows them does not answer."""

    database: str
    broker: str
    workers: str
    sweep: str
    mail: MailFigures | None
    work: WorkFigures | None

    @property
    def is_well(self) -> bool:
        """Mail that waits or was given up makes no process unwell: its reason may be anywhere."""
        return {self.database, self.broker, self.workers, self.sweep} == {"ok"}


@require_safe
@never_cache
def livez(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 when every part is well, else 503; each part says "ok" or what is wrong."""
    health = health_now()
    figures = {"mail": health.mail, "work": health.work}
    told = {name: each and each._asdict() for name, each in figures.items()}
    parts = health._asdict() | told
    return JsonResponse(
        {"status": "ok" if health.is_well else "unwell", **parts}, status=200 if health.is_well else 503
    )


def health_now() -> Health:
    """Asked anew, which takes as long as the parts take to answer: at most a few seconds."""
    database, mail = _database()
    try:
        left = signs.read()
    except redis.RedisError:
        return Health(database, "does not answer", UNKNOWN, UNKNOWN, mail, None)
    work = WorkFigures(left.tasks, left.sweep, left.workers)
    return Health(database, "ok", _of_workers(left.workers), _heard_of(left.sweep, SWEEP_LIMIT), mail, work)


def _database() -> tuple[str, MailFigures | None]:
    """Asked through a connection of its own, so that one that hangs is noticed within the time."""
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    parameters |= {"connect_timeout": 2, "options": f"-c statement_timeout={int(PATIENCE * 1000)}"}
    try:
        with closing(psycopg2.connect(**parameters)) as database, database.cursor() as cursor:
            cursor.execute(FIGURES)
            found = cursor.fetchone()
    except psycopg2.Error:
        return "does not answer", None
    return "ok", MailFigures(*found)


def _of_workers(workers: dict[str, int]) -> str:
    """One that is well must not hide one that is not."""
    states = {name: _heard_of(age, WORKER_LIMIT) for name, age in workers.items()}
    if not workers:
        return NONE_HEARD
    return ", ".join(f"{name} {state}" for name, state in states.items() if state != "ok") or "ok"


def clock_here() -> str:
    """ "ok" when the clock has asked for something lately, else what is wrong; there is one for all machines."""
    try:
        return _heard_of(signs.read().tick, CLOCK_LIMIT)
    except redis.RedisError:
        return UNKNOWN


def worker_here() -> str:
    """ "ok" when the worker of this machine (or container) answers and takes tasks, else what is wrong."""
    name = f"celery@{socket.gethostname()}"
    try:
        answers = app.control.ping(destination=[name], timeout=5)
        heard = signs.read().workers.get(name, 0)  # none is known where the broker was just emptied
    except (OperationalError, redis.RedisError, OSError):
        return UNKNOWN
    if not answers:
        return f"{name} does not answer"
    return _heard_of(heard, WORKER_LIMIT)


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


def _heard_of(age: int | None, limit: int) -> str:
    if age is None:
        return NONE_HEARD
    return "ok" if age <= limit else f"not heard of for {age} seconds"
