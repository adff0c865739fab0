"""Brings the engines up before Django reads its settings (`-p tests.engines`), and takes them down at the end.

Everything is in a folder of this very process under `.test-data/`, so that several people (and runs) do not
meet; nothing touches the local run's `.data/`. DATABASE_URL and REDIS_URL are used instead where they are set.
"""

import atexit
import fcntl
import os
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

from carportal.local.engines import start_engines
from carportal.local.supervisor import Supervisor

ROOT = Path(__file__).resolve().parent.parent
TEST_DATA = ROOT / ".test-data"
WORKER = os.environ.get("PYTEST_XDIST_WORKER")  # "gw0", …; unset in the process that the user started


def _bring_up() -> None:
    """Start the engines; they and this process hold the folder's lock, so that a crash frees it."""
    TEST_DATA.mkdir(exist_ok=True)
    with (TEST_DATA / "lock").open("a") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        _sweep()
        folder = TEST_DATA / str(os.getpid())
        folder.mkdir()
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
    supervisor, owner = Supervisor(keep_open=(lock,)), os.getpid()

    def take_down() -> None:
        if os.getpid() == owner:  # not in a fork
            supervisor.stop()
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(take_down)
    os.environ.update(start_engines(supervisor, folder, log=folder / "engines.log", throwaway=True))
    os.environ["TEST_DATA_DIR"] = str(folder)


def _sweep() -> None:
    """Remove the folders of runs that did not get to it: their lock is free."""
    for folder in TEST_DATA.glob("[0-9]*"):
        with (folder / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(folder, ignore_errors=True)


def _take_own_corner() -> None:
    """Give this process its own Redis database and data folder; pytest-django gives it its own PostgreSQL one."""
    number = int(WORKER.removeprefix("gw")) + 1 if WORKER else 0
    server = urlsplit(os.environ["REDIS_URL"])
    first = int(server.path.strip("/") or 0)
    os.environ["REDIS_URL"] = server._replace(path=f"/{first + number}").geturl()
    folder = Path(os.environ["TEST_DATA_DIR"]) / (WORKER or "main")
    os.environ["DATA_DIR"] = str(folder)
    # The fonts of PDFs take seconds to make and never change: one folder for all runs.
    (TEST_DATA / "fonts").mkdir(exist_ok=True)
    folder.mkdir(exist_ok=True)
    (folder / "fonts").symlink_to(TEST_DATA / "fonts")


def _keep_bytecode() -> None:
    """Compile once what dozens of processes import, also where no bytecode is wanted beside the sources."""
    if sys.dont_write_bytecode:
        sys.dont_write_bytecode = False
        sys.pycache_prefix = str(TEST_DATA / "bytecode")
        del os.environ["PYTHONDONTWRITEBYTECODE"]
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix


_keep_bytecode()
if WORKER is None:
    _bring_up()
_take_own_corner()
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "tests.settings",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright's event loop runs in the thread that talks to the database
}
