"""Real workers that fall silent, in the ways in which they do: each is named, and one that is well hides none."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import redis
from celery.utils.nodenames import worker_direct
from django.conf import settings
from django.test import Client

from carportal.celery import app
from carportal.core import health
from carportal.core.signs import HEARD, UP
from carportal.local import processes
from carportal.local.supervisor import Supervisor
from tests.core.test_worker import wait_until
from tests.live import QUEUES

HERE = socket.gethostname()
ONE, TWO = f"one@{HERE}", f"two@{HERE}"


class Workers:
    """Several on one machine, which send themselves something three times a second."""

    def __init__(self, environ: dict[str, str], log: Path) -> None:
        self._usual = processes.worker(environ | {"DJANGO_SETTINGS_MODULE": "tests.core.fault_settings"}, log)
        self._supervisor = Supervisor()
        with redis.Redis.from_url(settings.REDIS_URL) as broker:
            self._strangers = {client["id"] for client in broker.client_list()}

    def start(self, *names: str) -> None:
        for name in names:
            command = [*self._usual.command, "--concurrency=1", f"--hostname={name}"]
            self._supervisor.start(replace(self._usual, name=name, command=command))

    def signal(self, name: str, sig: signal.Signals) -> None:
        """To its main process alone."""
        os.kill(self._supervisor.pid(name), sig)

    def stop(self, name: str | None = None) -> None:
        self._supervisor.stop(name)

    def cut_off(self, broker: redis.Redis) -> None:
        """From the broker, by which they wait for tasks and for commands; whoever was there before them stays.

        This very process keeps connections for later tests, and other databases are others' business.
        """
        own = str(broker.get_connection_kwargs()["db"])
        waiting = [
            client["id"]
            for client in broker.client_list()
            if client["db"] == own and client["cmd"] in {"brpop", "psubscribe"}
        ]
        theirs = set(waiting) - self._strangers
        assert len(theirs) >= 2
        for client in theirs:
            broker.client_kill_filter(_id=client)


@pytest.fixture
def workers(
    no_worker: None, environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workers]:
    """Both are up; who takes nothing for two seconds counts as silent."""
    monkeypatch.setattr(health, "WORKER_LIMIT", 2)
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.delete(HEARD, UP, *QUEUES)
    workers = Workers(environ, tmp_path / "worker.log")
    workers.start(ONE, TWO)
    try:
        wait_until(lambda: set(told()["work"]["workers"]) == {ONE, TWO} and told()["workers"] == "ok")
        yield workers
    finally:
        workers.stop()


def told() -> dict[str, Any]:
    return Client().get("/healthz").json()


def is_named(name: str) -> bool:
    """That one, and no other."""
    said = str(told()["workers"])
    return said.startswith(f"{name} not heard of") and "," not in said


def test_each_silent_worker_is_named_until_it_takes_tasks_again(workers: Workers) -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        for fail in (workers.cut_off, redis.Redis.flushdb):
            fail(broker)
            wait_until(lambda: are_heard(broker, ONE, TWO))

    # Its main process stands still.
    workers.signal(TWO, signal.SIGSTOP)
    wait_until(lambda: is_named(TWO))
    workers.signal(TWO, signal.SIGCONT)
    wait_until(lambda: told()["workers"] == "ok")

    # It lives, and answers, and takes from no queue any more.
    tell(ONE, "cancel_consumer")
    wait_until(lambda: is_named(ONE))
    with app.connection_for_write() as fresh:
        answers = app.control.ping(destination=[ONE], timeout=5, connection=fresh)
    assert answers, "what is asked otherwise says that all is well"
    tell(ONE, "add_consumer")
    wait_until(lambda: told()["workers"] == "ok")

    workers.stop(TWO)
    wait_until(lambda: told()["work"]["workers"].keys() == {ONE})


def are_heard(broker: redis.Redis, *names: str) -> bool:
    """Each took a task after it said that it was up: a worker that takes none has one sign as old as the other."""
    came_up = {name: broker.zscore(UP, name) for name in names}
    time.sleep(1.1)
    heard = {name: broker.zscore(HEARD, name) for name in names}
    return all((heard[name] or 0) > (came_up[name] or time.time()) for name in names)


def tell(name: str, command: str) -> None:
    """About every queue that it takes from; by a connection of its own."""
    with app.connection_for_write() as fresh:
        for queue in (*QUEUES, worker_direct(name).name):
            assert app.control.broadcast(
                command,
                arguments={"queue": queue},
                destination=[name],
                reply=True,
                timeout=10,
                limit=1,
                connection=fresh,
            )
