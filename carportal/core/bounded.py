"""Work that may take so much time and memory and no more: done in a child of this process, which is then gone."""

import os
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable

# What ends a child that the system gave no more memory: libraries in C abort, or trip over what they did not get.
_STARVED = {signal.SIGABRT, signal.SIGBUS, signal.SIGKILL, signal.SIGSEGV, signal.SIGTRAP}
_DONE, _OUT_OF_MEMORY, _FAILED = b"=", b"M", b"!"


class TooSlow(Exception):
    """It had not come to an end after the seconds it was given."""


class TooLarge(Exception):
    """It needed more memory than it was given."""


class Failed(Exception):
    """It raised something, or broke down; the text is the child's traceback."""


def run_bounded(work: Callable[[], bytes], *, seconds: float, megabytes: int) -> bytes:
    """What `work` returns, called in a fork of this process: with all that is loaded here, and without a trace.

    `megabytes` are what it may take beside what this process has. It must leave connections alone, which
    are this process's. TooSlow, TooLarge or Failed; nothing of the child is left either way.
    """
    deadline = time.monotonic() + seconds
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(work, writing, seconds=seconds, megabytes=megabytes)
    os.close(writing)
    try:
        said = _read(reading, deadline)
        _, status = os.waitpid(child, 0)
    except BaseException:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    finally:
        os.close(reading)
    return _result(said, os.waitstatus_to_exitcode(status))


def _work(work: Callable[[], bytes], writing: int, *, seconds: float, megabytes: int) -> None:
    """The child's whole life; nothing that this process had open is tidied up by it."""
    exit_code = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            signal.signal(number, signal.SIG_DFL)
        _limit(seconds, megabytes)
        said = _said(work)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(said)
        exit_code = 0
    finally:
        os._exit(exit_code)


def _said(work: Callable[[], bytes]) -> bytes:
    try:
        return _DONE + work()
    except MemoryError:
        return _OUT_OF_MEMORY
    except Exception:  # noqa: BLE001 - the edge: its parent is told
        return _FAILED + traceback.format_exc().encode()


def _limit(seconds: float, megabytes: int) -> None:
    """The seconds of work bound a child whose parent was killed and does not watch it any more."""
    with open("/proc/self/statm") as file:
        there = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    most = there + megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(reading: int, deadline: float) -> bytes:
    parts = list[bytes]()
    poll = select.poll()
    poll.register(reading, select.POLLIN)
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise TooSlow
        part = os.read(reading, 1 << 20)
        if not part:
            return b"".join(parts)
        parts.append(part)


def _result(said: bytes, exit_code: int) -> bytes:
    if exit_code == -signal.SIGXCPU:
        raise TooSlow
    if said[:1] == _OUT_OF_MEMORY or -exit_code in _STARVED:
        raise TooLarge
    if said[:1] != _DONE or exit_code != 0:
        raise Failed(said[1:].decode(errors="replace") or f"exit code {exit_code}")
    return said[1:]
