"""Small programs for a supervisor to run: real processes that say in a file what happens to them."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from carportal.local.supervisor import Service

LONGEST_WAIT = 20.0  # seconds, on a machine that is busy

# Each begins by naming itself, so that a test knows when it is there; `tell` writes a line to the file.
BEGINNING = """
import os, signal, subprocess, sys, time
def tell(word):
    with open(sys.argv[1], "a") as file:
        file.write(f"{word}\\n")
"""
SLEEPS = "tell(os.getpid()); time.sleep(60)"
# On SIGTERM: waits for its child, which a signal to the whole group would have ended.
FINISHES = """
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1)"])
signal.signal(signal.SIGTERM, lambda *_: sys.exit(tell(f"child ended with {child.wait()}")))
tell(os.getpid()); time.sleep(60)
"""
# Ignores SIGTERM, and so does its child.
DEAF = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
tell(f"{os.getpid()} {child.pid}"); time.sleep(60)
"""
TELLS_ITS_END = """
signal.signal(signal.SIGTERM, lambda *_: sys.exit(tell("ended")))
tell(os.getpid()); time.sleep(60)
"""
FAILS = 'sys.exit("the disk is full")'


def service(
    name: str, program: str, folder: Path, *, engine: bool = False, tells: str = "", waits: bool = True
) -> Service:
    """`program` as a service, ready when it has named itself; it tells things in `folder/name` or `folder/tells`."""
    told = folder / (tells or name)
    already = len(words(told))
    return Service(
        name=name,
        command=[sys.executable, "-c", BEGINNING + program, str(told)],
        log=folder / f"{name}.log",
        engine=engine,
        is_ready=(lambda: len(words(told)) > already) if waits else None,
        ready_within=LONGEST_WAIT,
    )


def words(told: Path) -> list[str]:
    """What was told, line by line."""
    return told.read_text().splitlines() if told.exists() else []


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST_WAIT
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)
