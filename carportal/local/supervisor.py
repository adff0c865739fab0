"""Starts processes, watches them, and stops all of them within ten seconds."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from carportal.local.errors import CannotStart

POLL = 0.05  # seconds between two looks at a process
PAUSE = 0.5  # seconds before a restart, longer each time: orphans of the dead process may still be going
PROCESS_DEADLINE = 7.0  # seconds; a Celery worker requeues what it cannot finish in 5
ENGINE_DEADLINE = 2.0  # seconds
RESTARTS = 3  # within RESTART_WINDOW seconds; after that the run gives up and says why
RESTART_WINDOW = 60.0
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, kw_only=True)
class Service:
    """One process to run: how it is started, how it is told to stop, and how to see that it is up."""

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    engine: bool = False  # engines stop last, when nobody needs them any more
    is_ready: Callable[[], bool] | None = None
    ready_within: float = 30.0  # seconds


@dataclass
class _Running:
    service: Service
    process: subprocess.Popen[bytes]
    restarts: deque[float] = field(default_factory=deque)


class Supervisor:
    """Owns the processes of one run; use it from the main thread, from which the processes inherit its end."""

    def __init__(self, *, keep_open: tuple[int, ...] = ()) -> None:
        """`keep_open`: descriptors of locks that every process holds as long as it lives."""
        self._keep_open = keep_open
        self._running: list[_Running] = []

    def start(self, service: Service, *, on_screen: bool = False) -> None:
        """Start `service` and return when it is up; CannotStart with the end of its log when it is not.

        `on_screen`: what it says goes to the screen; only its complaints go into the log.
        """
        running = _Running(service, self._spawn(service, on_screen=on_screen))
        self._running.append(running)
        self._wait_until_ready(running)

    def run_to_end(self, service: Service) -> None:
        """Run something that ends by itself, its words on the screen; CannotStart when it fails."""
        self.start(service, on_screen=True)
        while (status := self.exit_status(service.name)) is None:
            time.sleep(POLL)
        self.stop(service.name)
        if status != 0:
            raise CannotStart(f"{service.name} failed{_end_of(service.log)}")

    def exit_status(self, name: str) -> int | None:
        """What the process called `name` ended with; None while it runs."""
        return next(r.process.poll() for r in self._running if r.service.name == name)

    def pid(self, name: str) -> int:
        return next(r.process.pid for r in self._running if r.service.name == name)

    def restart_dead(self) -> list[str]:
        """Restart what died since the last look and name it; CannotStart when it keeps dying."""
        dead = [running for running in self._running if running.process.poll() is not None]
        for running in dead:
            self._revive(running)
        return [running.service.name for running in dead]

    def _revive(self, running: _Running) -> None:
        service = running.service
        while True:
            now = time.monotonic()
            while running.restarts and now - running.restarts[0] > RESTART_WINDOW:
                running.restarts.popleft()
            if len(running.restarts) >= RESTARTS:
                raise CannotStart(f"{service.name} keeps stopping by itself{_end_of(service.log)}")
            running.restarts.append(now)
            time.sleep(PAUSE * len(running.restarts))
            running.process = self._spawn(service)
            with contextlib.suppress(CannotStart):
                self._wait_until_ready(running)
                return

    def stop(self, name: str | None = None) -> None:
        """Stop all processes (or the one called `name`), engines last; whoever does not listen is killed."""
        chosen = [r for r in self._running if name in (None, r.service.name)]
        self._running = [r for r in self._running if r not in chosen]
        _stop([r for r in chosen if not r.service.engine], PROCESS_DEADLINE)
        _stop([r for r in chosen if r.service.engine], ENGINE_DEADLINE)

    def kill(self, name: str) -> None:
        """End the process called `name` and its children at once."""
        chosen = [r for r in self._running if r.service.name == name]
        self._running = [r for r in self._running if r not in chosen]
        _stop(chosen, within=None)

    def _spawn(self, service: Service, *, on_screen: bool = False) -> subprocess.Popen[bytes]:
        service.log.parent.mkdir(parents=True, exist_ok=True)
        with service.log.open("ab") as log:
            return subprocess.Popen(
                service.command,
                stdin=subprocess.DEVNULL,
                stdout=None if on_screen else log,
                stderr=log,
                env=dict(service.env) if service.env is not None else None,
                pass_fds=self._keep_open,
                start_new_session=True,  # Ctrl-C on the terminal reaches the supervisor alone
                preexec_fn=_end_with_parent(service.stop_signal),
            )

    def _wait_until_ready(self, running: _Running) -> None:
        service = running.service
        if service.is_ready is None:
            return
        deadline = time.monotonic() + service.ready_within
        while not service.is_ready():
            if running.process.poll() is not None:
                raise CannotStart(f"{service.name} did not start{_end_of(service.log)}")
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"{service.name} took longer than {service.ready_within:.0f} s to start"
                    f"{_end_of(service.log)}"
                )
            time.sleep(POLL)


def _end_with_parent(sig: signal.Signals) -> Callable[[], object] | None:
    """A call for the new process that has it told `sig` should its parent be killed (Linux alone offers this)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, sig.value)


def end_with_parent(sig: signal.Signals) -> None:
    """Have this very process told `sig` when the process that started it goes away without a word."""
    if set_it := _end_with_parent(sig):
        set_it()


def _stop(group: list[_Running], within: float | None) -> None:
    """Tell the masters alone (a signal to all would end a worker's children in mid-task), then kill the rest.

    `within`: seconds that they may take; None kills at once.
    """
    if within is not None:
        for running in group:
            if running.process.poll() is None:
                running.process.send_signal(running.service.stop_signal)
        deadline = time.monotonic() + within
        while any(r.process.poll() is None for r in group) and time.monotonic() < deadline:
            time.sleep(POLL)
    for running in group:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.process.pid, signal.SIGKILL)  # its children too, should any be left
        running.process.wait()


def _end_of(log: Path, lines: int = 5) -> str:
    text = log.read_text(errors="replace").strip().splitlines()[-lines:] if log.exists() else []
    return "".join([f" (see {log})", ":" if text else "", *(f"\n    {line}" for line in text)])
