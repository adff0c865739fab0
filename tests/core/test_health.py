"""What a load balancer and whoever runs the portal ask: does it live, is it well, and if not, what is not."""

import socket
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import redis
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from carportal.core import signs
from carportal.core.health import SWEEP_LIMIT, WORKER_LIMIT
from carportal.core.models import Delivery
from carportal.core.notifications import Recipient
from carportal.core.signs import FORGOTTEN, HEARD, SWEEP, UP
from tests.core.kinds import owe
from tests.live import QUEUES


@pytest.fixture
def broker(settings: Settings) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.delete(*QUEUES, HEARD, UP, SWEEP)
        yield broker
        broker.delete(*QUEUES, HEARD, UP, SWEEP)


@pytest.fixture
def dead_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        yield silent.getsockname()[1]


def all_alive(*workers: str) -> None:
    for name in workers or ("celery@here",):
        signs.worker_is_up(name)
    signs.leave(SWEEP)


def silence(broker: redis.Redis, worker: str, seconds: int, *, up: bool = False) -> None:
    """It has taken no task for so long; `up`: its main process still says that it is there."""
    then = int(time.time()) - seconds
    broker.zadd(HEARD, {worker: then})
    if not up:
        broker.zadd(UP, {worker: then})


def test_a_process_that_lives_says_so_whatever_else_is_down(client: Client, settings: Settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = client.get("/livez")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.django_db
@pytest.mark.usefixtures("broker")
class TestHealth:
    def test_all_is_well(self, client: Client):
        all_alive()
        response = client.get("/healthz")
        assert response.status_code == 200
        body = response.json()
        work = body.pop("work")
        assert body == {
            "status": "ok",
            "database": "ok",
            "broker": "ok",
            "workers": "ok",
            "sweep": "ok",
            "mail": {"waiting": 0, "oldest_waiting": 0, "given_up": 0},
        }
        assert work["tasks_waiting"] == 0
        assert work["last_sweep"] < 20
        assert work["workers"]["celery@here"] < 20

    def test_it_is_asked_without_login_and_never_from_a_cache(self, client: Client):
        response = client.get("/healthz")
        assert "no-store" in response["Cache-Control"]
        assert client.post("/healthz").status_code == 405

    def test_workers_that_were_never_heard_of_are_named(self, client: Client):
        response = client.get("/healthz")
        assert response.status_code == 503
        assert response.json()["workers"] == "none has been heard of"

    @pytest.mark.parametrize("up", [False, True], ids=["that hangs", "that takes nothing any more"])
    def test_worker_is_named_within_three_minutes_though_another_is_well(
        self, up: bool, client: Client, broker: redis.Redis
    ):
        all_alive("celery@one", "celery@two")
        silence(broker, "celery@two", WORKER_LIMIT + 5, up=up)
        body = client.get("/healthz").json()
        assert (body["status"], body["broker"]) == ("unwell", "ok")
        assert body["workers"].startswith("celery@two not heard of for 17")
        assert body["work"]["workers"]["celery@one"] < 5
        assert WORKER_LIMIT < 180

    def test_worker_that_is_at_long_tasks_is_not_missed(self, client: Client, broker: redis.Redis):
        all_alive("celery@here")
        silence(broker, "celery@here", WORKER_LIMIT - 20, up=True)
        assert client.get("/healthz").json()["workers"] == "ok"

    def test_worker_that_was_told_to_stop_is_not_missed(self, client: Client):
        all_alive("celery@one", "celery@two")
        signs.worker_is_gone("celery@two")
        body = client.get("/healthz").json()
        assert body["workers"] == "ok"
        assert set(body["work"]["workers"]) == {"celery@one"}

    def test_worker_whose_machine_is_gone_is_forgotten_after_an_hour(
        self, client: Client, broker: redis.Redis
    ):
        silence(broker, "celery@two", FORGOTTEN + 5)
        all_alive("celery@one")
        assert client.get("/healthz").json()["workers"] == "ok"
        assert broker.zrange(HEARD, 0, -1) == [b"celery@one"]

    def test_worker_that_takes_nothing_is_told_of_for_as_long_as_it_is_up(
        self, client: Client, broker: redis.Redis
    ):
        all_alive("celery@here")
        silence(broker, "celery@here", 3 * FORGOTTEN, up=True)
        signs.worker_is_up("celery@here")
        assert client.get("/healthz").json()["workers"].startswith("celery@here not heard of for 1080")

    def test_tasks_that_wait_are_counted(self, client: Client, broker: redis.Redis):
        all_alive()
        broker.rpush(QUEUES[0], "a task", "another")
        broker.rpush(QUEUES[1], "a wake-up")
        assert client.get("/healthz").json()["work"]["tasks_waiting"] == 3

    def test_worker_that_takes_tasks_but_sends_no_mail_is_noticed_within_three_minutes(
        self, client: Client, broker: redis.Redis
    ):
        all_alive()
        broker.set(SWEEP, int(time.time()) - SWEEP_LIMIT - 5)
        body = client.get("/healthz").json()
        assert (body["status"], body["workers"]) == ("unwell", "ok")
        assert body["sweep"].startswith("not heard of for 1")
        assert SWEEP_LIMIT < 180

    def test_a_broker_that_refuses_is_named(self, client: Client, settings: Settings):
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        response = client.get("/healthz")
        assert response.status_code == 503
        assert response.json()["broker"] == "does not answer"
        assert response.json()["database"] == "ok"

    def test_a_silent_broker_does_not_keep_the_answer_waiting(
        self, client: Client, settings: Settings, dead_port: int
    ):
        settings.REDIS_URL = f"redis://127.0.0.1:{dead_port}/0"
        began = time.monotonic()
        assert client.get("/healthz").json()["broker"] == "does not answer"
        assert time.monotonic() - began < 5

    @pytest.mark.parametrize("listening", [False, True], ids=["refusing", "silent"])
    def test_a_database_that_is_down_is_named(self, listening: bool, client: Client, dead_port: int):
        all_alive()
        there = dict(connection.settings_dict)
        connection.settings_dict |= {"HOST": "127.0.0.1", "PORT": dead_port if listening else 1}
        began = time.monotonic()
        try:
            response = client.get("/healthz")
        finally:
            connection.settings_dict |= there
        assert response.status_code == 503
        assert response.json()["database"] == "does not answer"
        assert response.json()["workers"] == "ok"
        assert time.monotonic() - began < 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("broker")
def test_mail_that_waits_or_was_given_up_is_counted_and_makes_nothing_unwell(client: Client):
    """In a transaction that is over, for it is asked through a connection of its own."""
    all_alive()
    now = timezone.now()
    for minutes, state in ((5, "pending"), (2, "pending"), (-2, "pending"), (9, "failed")):
        object_id = owe(Recipient(None, "ana@example.org", "Ana"))
        of_object = Delivery.objects.filter(notification__object_id=object_id)
        of_object.update(state=state, next_attempt_at=now - timedelta(minutes=minutes))
    body = client.get("/healthz").json()
    assert body["status"] == "ok"
    mail = body["mail"]
    assert (mail["waiting"], mail["given_up"]) == (2, 1)
    assert 300 <= mail["oldest_waiting"] < 400
