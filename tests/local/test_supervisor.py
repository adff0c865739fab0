"""The supervisor's promise: what it started runs, or is started again, or is gone, with nothing left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from carportal.local import supervisor as supervising
from carportal.local.errors import CannotStart
from carportal.local.proc import is_alive
from carportal.local.supervisor import Supervisor
from tests.local.programs import (
    BEGINNING,
    DEAF,
    FAILS,
    FINISHES,
    SLEEPS,
    TELLS_ITS_END,
    service,
    wait_until,
    words,
)


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor()
    yield supervisor
    supervisor.stop()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "PAUSE", 0.01)
    monkeypatch.setattr(supervising, "PROCESS_DEADLINE", 0.3)


def test_what_does_not_start_is_told_with_the_end_of_its_log(supervisor: Supervisor, tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"web did not start \(see .*web\.log\):\n    the disk is full$"):
        supervisor.start(service("web", FAILS, tmp_path))


def test_what_takes_too_long_is_told(supervisor: Supervisor, tmp_path: Path) -> None:
    slow = replace(service("web", SLEEPS, tmp_path), is_ready=lambda: False, ready_within=0.2)
    with pytest.raises(CannotStart, match="web took longer than 0 s to start"):
        supervisor.start(slow)


@pytest.mark.usefixtures("hurried")
def test_what_dies_is_started_again_and_named(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(service("web", SLEEPS, tmp_path))
    supervisor.start(service("worker", SLEEPS, tmp_path))
    first = supervisor.pid("web")
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: not is_alive(first))
    assert supervisor.restart_dead() == ["web"]
    assert is_alive(supervisor.pid("web"))
    assert supervisor.pid("web") != first
    assert supervisor.restart_dead() == []


@pytest.mark.usefixtures("hurried")
def test_what_keeps_dying_ends_the_run(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(service("web", FAILS, tmp_path, waits=False))

    def it_stays_up() -> bool:
        supervisor.restart_dead()
        return False

    with pytest.raises(CannotStart, match=r"web keeps stopping by itself .*\n    the disk is full"):
        wait_until(it_stays_up)


def test_only_the_master_is_told_to_stop_so_that_its_children_finish(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    supervisor.start(service("worker", FINISHES, tmp_path))
    supervisor.stop()
    assert words(tmp_path / "worker")[-1] == "child ended with 0"


@pytest.mark.usefixtures("hurried")
def test_who_does_not_listen_is_killed_with_its_children(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(service("worker", DEAF, tmp_path))
    pids = [int(pid) for pid in words(tmp_path / "worker")[0].split()]
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < 5
    wait_until(lambda: not any(map(is_alive, pids)))


def test_engines_stop_when_nobody_needs_them_any_more(supervisor: Supervisor, tmp_path: Path) -> None:
    """The web server is still saying something to the engine's file when it ends."""
    supervisor.start(service("PostgreSQL", TELLS_ITS_END, tmp_path, engine=True, tells="told"))
    supervisor.start(service("web", TELLS_ITS_END.replace('"ended"', '"web ended"'), tmp_path, tells="told"))
    supervisor.stop()
    assert words(tmp_path / "told")[-2:] == ["web ended", "ended"]


def test_one_can_be_stopped_alone(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(service("web", SLEEPS, tmp_path))
    supervisor.start(service("worker", SLEEPS, tmp_path))
    web, worker = supervisor.pid("web"), supervisor.pid("worker")
    supervisor.stop("web")
    assert not is_alive(web)
    assert is_alive(worker)
    assert supervisor.restart_dead() == []


def test_what_ends_by_itself_is_waited_for(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.run_to_end(service("preparation", 'tell("done")', tmp_path, waits=False))
    assert words(tmp_path / "preparation") == ["done"]
    with pytest.raises(CannotStart, match=r"preparation failed .*\n    the disk is full"):
        supervisor.run_to_end(service("preparation", FAILS, tmp_path, waits=False))


def test_nothing_outlives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    start = (
        "from carportal.local.supervisor import Supervisor\n"
        "from tests.local.programs import *\n"
        f"folder = Path({str(tmp_path)!r})\n"
        "supervisor = Supervisor()\n"
        'supervisor.start(service("web", SLEEPS, folder))\n'
        'supervisor.start(service("worker", FINISHES, folder))\n'
        "tell('up')\ntime.sleep(60)\n"
    )
    told = tmp_path / "told"
    with subprocess.Popen([sys.executable, "-c", BEGINNING + start, str(told)]) as parent:
        try:
            wait_until(lambda: words(told) == ["up"])
            pids = [int(words(tmp_path / name)[0]) for name in ("web", "worker")]
            assert all(map(is_alive, pids))
        finally:
            parent.kill()
    wait_until(lambda: not any(map(is_alive, pids)))
    assert words(tmp_path / "worker")[-1] == "child ended with 0"
