"""Being told to stop: by Ctrl-C, by SIGTERM, by a terminal that goes, or through the `make` that waits."""

import os
import signal
from types import FrameType
from typing import NoReturn

from carportal.local.proc import caught_by
from carportal.local.supervisor import end_with_parent

STOPPERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WATCH = 0.5  # seconds between two looks at make


class Stop(BaseException):
    """Somebody asked this process to end."""


def listen() -> None:
    """Raise Stop in the main thread when somebody asks this process, or its make, to end.

    Of a SIGINT to make alone, or of a terminal that hangs up on make alone (as under ssh), nobody else is
    told, for make expects the others to hear of it too; all that can be seen from here is that make does not
    catch that signal any more.
    """
    for sig in STOPPERS:
        # A shell script's `make run &` starts with SIGINT ignored, and may still send it; nohup means SIGHUP.
        if sig != signal.SIGHUP or signal.getsignal(sig) is not signal.SIG_IGN:
            signal.signal(sig, _stop)
    end_with_parent(signal.SIGTERM)
    parent = os.getppid()
    if expected := (caught_by(parent) or set()) & set(STOPPERS):
        signal.signal(signal.SIGALRM, lambda *_: _watch(parent, expected))
        signal.setitimer(signal.ITIMER_REAL, WATCH, WATCH)


def _watch(parent: int, expected: set[signal.Signals]) -> None:
    caught = caught_by(parent)
    if caught is not None and not expected <= caught:
        raise Stop


def listen_no_more() -> None:
    """Ignore all of it from now on: this process is on its way out, and its children must not be left behind.

    Nor does it look at make any more: an alarm that came while Python shuts down would end it with the wrong status.
    """
    signal.setitimer(signal.ITIMER_REAL, 0)
    for sig in (*STOPPERS, signal.SIGALRM):
        signal.signal(sig, signal.SIG_IGN)


def _stop(_signal: int = 0, _frame: FrameType | None = None) -> NoReturn:
    raise Stop
