"""`manage.py` on the local run's data: with its engines if they are up, else with engines of its own meanwhile."""

import contextlib
import fcntl
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from carportal.local.datadir import DataDir, Lock
from carportal.local.engines import engine_urls, engines_answer, start_engines
from carportal.local.errors import CannotStart
from carportal.local.postgres import programs
from carportal.local.supervisor import Supervisor

PATIENCE = 30.0  # seconds for a run that is just starting
PAUSE = 0.2


def execute(arguments: Sequence[str]) -> None:
    """Run a command of Django's on the local run's data; on the environment alone where it names a deployment."""
    try:
        if _is_deployment():
            execute_from_command_line(list(arguments))
            return
        with _local_run(DataDir.from_environ()):
            execute_from_command_line(list(arguments))
    except (CannotStart, ImproperlyConfigured) as error:
        sys.exit(str(error))


def _is_deployment(environ: Mapping[str, str] = os.environ) -> bool:
    return bool(environ.get("SECRET_KEY") or environ.get("ALLOWED_HOSTS"))


@contextlib.contextmanager
def _local_run(data: DataDir) -> Iterator[None]:
    """Put the local run's settings into the environment, and see that its engines answer meanwhile.

    A DATABASE_URL counts only if it is one that `make run` was given and filled with demo data: no mistake
    must turn a deployment's database into a local one.
    """
    if not data.marker(os.environ.get("DATABASE_URL")).exists():
        raise CannotStart(
            "This command needs a portal to work on: use `make run` once (with the same DATA_DIR and DATABASE_URL), "
            "or set SECRET_KEY, ALLOWED_HOSTS, DATABASE_URL and REDIS_URL."
        )
    with _engines(data) as urls:
        os.environ.update(data.portal_environ(urls, port=int(os.environ.get("PORT") or "8000")))
        # Those of the system, where it has any, may be older than our server, and refuse it.
        os.environ["PATH"] = f"{programs()}{os.pathsep}{os.environ['PATH']}"
        yield


@contextlib.contextmanager
def _engines(data: DataDir) -> Iterator[dict[str, str]]:
    """The engines of whoever has started them; this command starts them itself when nobody has."""
    lock, users = Lock(data.path / "run.lock"), Lock(data.path / "users.lock")
    deadline = time.monotonic() + PATIENCE
    while not lock.try_to_take("a command of manage.py"):
        fcntl.flock(users.descriptor, fcntl.LOCK_SH)  # another command that has started them waits for us
        if engines_answer(data.path):
            yield engine_urls(data.path)
            return
        fcntl.flock(users.descriptor, fcntl.LOCK_UN)
        if time.monotonic() > deadline:
            raise CannotStart(f"The database of the local run does not answer (see {data.log('engines')}).")
        time.sleep(PAUSE)
    supervisor = Supervisor(keep_open=(lock.descriptor,))
    try:
        yield start_engines(supervisor, data.path, log=data.log("engines"))
    finally:
        fcntl.flock(users.descriptor, fcntl.LOCK_EX)
        supervisor.stop()
