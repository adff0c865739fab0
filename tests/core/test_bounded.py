"""Work under limits: what it brings, what ends it, and that nothing of it is left."""

import faulthandler
import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from carportal.core.bounded import Failed, TooLarge, TooSlow, run_bounded

bounded = partial(run_bounded, seconds=20, megabytes=100)


def children() -> set[str]:
    """Of this process, those that nobody waited for included."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


@pytest.fixture(autouse=True)
def _leaves_no_child() -> object:
    before = children()
    yield
    assert children() == before


@pytest.mark.parametrize("content", [b"", b"a", os.urandom(5_000_000)], ids=["nothing", "a byte", "5 MB"])
def test_brings_what_the_work_returns(content: bytes) -> None:
    assert bounded(lambda: content) == content


def test_has_all_that_is_loaded_here_and_changes_none_of_it() -> None:
    seen: list[int] = []

    def work() -> bytes:
        seen.append(os.getpid())
        return str(seen).encode()

    assert bounded(work) != str([os.getpid()]).encode()
    assert seen == []


def sleeps() -> bytes:
    time.sleep(60)
    return b"late"


def counts() -> bytes:
    while True:
        pass


@pytest.mark.parametrize("work", [sleeps, counts])
def test_ends_what_takes_too_long(work: Callable[[], bytes]) -> None:
    began = time.monotonic()
    with pytest.raises(TooSlow):
        bounded(work, seconds=0.3)
    assert time.monotonic() - began < 10


def test_ends_what_takes_too_much_memory() -> None:
    assert bounded(lambda: bytes(50_000_000)) == bytes(50_000_000)
    with pytest.raises(TooLarge):
        bounded(lambda: bytes(200_000_000))


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV, signal.SIGKILL])
def test_takes_a_library_that_falls_over_for_starved(number: signal.Signals) -> None:
    def falls_over() -> bytes:
        faulthandler.disable()
        os.kill(os.getpid(), number)
        return b""

    with pytest.raises(TooLarge):
        bounded(falls_over)


def test_says_what_broke() -> None:
    with pytest.raises(Failed, match="ZeroDivisionError"):
        bounded(lambda: bytes(1 // 0))


def test_half_a_result_is_none() -> None:
    def leaves_early() -> bytes:
        os._exit(0)

    with pytest.raises(Failed):
        bounded(leaves_early)


def test_a_signal_that_stops_the_worker_takes_the_child_along() -> None:
    def stopped(*_: object) -> None:
        raise InterruptedError

    before = signal.signal(signal.SIGALRM, stopped)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(InterruptedError):
            bounded(sleeps)
    finally:
        signal.signal(signal.SIGALRM, before)
