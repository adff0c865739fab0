"""However the person or the script at the other end says it, what `make` started hears that it is to stop."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from carportal.local.proc import caught_by
from tests.local.programs import LONGEST_WAIT, wait_until, words

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = """
import os, sys, time
sys.path.insert(0, sys.argv[1])
from carportal.local import stopping
stopping.listen()
def tell(word):
    with open("told", "a") as file:
        file.write(f"{word}\\n")
tell(os.getpid())
try:
    time.sleep(60)
except stopping.Stop:
    tell("stopped")
"""


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., subprocess.Popen[bytes]]:
    """`start()`: make, with a program that listens; `start(ignoring)`: as a shell starts it in the background."""
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "Makefile").write_text(f"run:\n\t@exec '{sys.executable}' program.py '{ROOT}'\n")

    def start_make(ignoring: signal.Signals | None = None) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            ["make", "run"],
            cwd=tmp_path,
            start_new_session=True,
            preexec_fn=(lambda: signal.signal(ignoring, signal.SIG_IGN)) if ignoring else None,
        )
        wait_until(lambda: bool(words(tmp_path / "told")))
        return process

    return start_make


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_make_alone_reaches_its_child(
    sig: signal.Signals, start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    make = start()
    make.send_signal(sig)
    make.wait(timeout=LONGEST_WAIT)
    assert words(tmp_path / "told")[-1] == "stopped"


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_child_alone_ends_make_too(
    sig: signal.Signals, start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    make = start(signal.SIGINT)
    os.kill(int(words(tmp_path / "told")[0]), sig)
    make.wait(timeout=LONGEST_WAIT)
    assert words(tmp_path / "told")[-1] == "stopped"


def test_make_that_is_killed_leaves_nothing_behind(
    start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    make = start()
    make.kill()
    make.wait(timeout=LONGEST_WAIT)
    wait_until(lambda: words(tmp_path / "told")[-1] == "stopped")


def test_nohup_lets_it_live_on_without_its_terminal(
    start: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    make = start(signal.SIGHUP)
    caught = caught_by(int(words(tmp_path / "told")[0]))
    assert caught is not None
    assert {signal.SIGINT, signal.SIGTERM, signal.SIGHUP} & caught == {signal.SIGINT, signal.SIGTERM}
    make.terminate()
    make.wait(timeout=LONGEST_WAIT)


def test_no_alarm_comes_to_whoever_is_on_the_way_out() -> None:
    """While Python shuts down nobody handles it any more, and it would end the process with a status of its own."""
    program = (
        "import signal; from carportal.local import stopping; stopping.listen();"
        "armed = signal.getitimer(signal.ITIMER_REAL) != (0, 0); stopping.listen_no_more();"
        "print(armed, signal.getitimer(signal.ITIMER_REAL))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "True (0.0, 0.0)\n"
