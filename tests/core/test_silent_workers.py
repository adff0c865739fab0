"""Real workers that fall silent, in the ways in which they do: each is named, and one that is well hides none."""

import os
import signal
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

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

    def start(self, *names: str) -> None:
        for name in names:
            command = [*self._usual.command, "--concurrency=1", f"--hostname={name}"]
            self._supervisor.start(replace(self._usual, name=name, command=command))

    def signal(self, name: str, sig: signal.Signals) -> None:
        """To its main process alone."""
        os.kill(self._supervisor.pid(name), sig)

    def stop(self, name: str | None = None) -> None:
        self._supervisor.stop(name)


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


def told() -> dict[str, object]:
    return Client().get("/healthz").json()


def is_named(name: str) -> bool:
    """That one, and no other."""
    said = str(told()["workers"])
    return said.startswith(f"{name} not heard of") and "," not in said


def test_each_silent_worker_is_named_and_well_again_once_it_takes_tasks(workers: Workers) -> None:
    """One whose main process stands still; then one that lives, and answers, and takes from no queue any more."""
    workers.signal(TWO, signal.SIGSTOP)
    wait_until(lambda: is_named(TWO))
    workers.signal(TWO, signal.SIGCONT)
    wait_until(lambda: told()["workers"] == "ok")

    tell(ONE, "cancel_consumer")
    wait_until(lambda: is_named(ONE))
    assert app.control.ping(destination=[ONE], timeout=5), "what is asked otherwise says that all is well"
    tell(ONE, "add_consumer")
    wait_until(lambda: told()["workers"] == "ok")

    workers.stop(TWO)
    wait_until(lambda: told()["work"]["workers"].keys() == {ONE})


def test_worker_whose_connections_were_cut_takes_tasks_again(workers: Workers) -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as broker:
        broker.client_kill_filter(_type="normal", skipme=True)
        broker.client_kill_filter(_type="pubsub", skipme=True)
        broker.delete(HEARD)
        wait_until(lambda: {name.decode() for name in broker.zrange(HEARD, 0, -1)} == {ONE, TWO})
        seen = dict(broker.zrange(HEARD, 0, -1, withscores=True))
        wait_until(lambda: all(at > seen[name] for name, at in broker.zrange(HEARD, 0, -1, withscores=True)))


def tell(name: str, command: str) -> None:
    """About every queue that it takes from."""
    for queue in (*QUEUES, worker_direct(name).name):
        assert app.control.broadcast(
            command, arguments={"queue": queue}, destination=[name], reply=True, timeout=10, limit=1
        )
