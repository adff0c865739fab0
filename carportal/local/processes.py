"""The portal's own processes, the same for the local run and for tests that want the real thing."""

import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from carportal.local.supervisor import Service

ROOT = Path(__file__).resolve().parent.parent.parent


def web(environ: Mapping[str, str], log: Path) -> Service:
    """Gunicorn on loopback at `environ["PORT"]`; up when it answers."""
    url = f"http://127.0.0.1:{environ['PORT']}/livez"
    return Service(
        name="web server",
        command=[sys.executable, "-m", "gunicorn", "--config", "python:carportal.gunicorn"],
        env=environ,
        log=log,
        is_ready=lambda: answers(url),
    )


def worker(environ: Mapping[str, str], log: Path) -> Service:
    """A Celery worker; told to stop, it finishes its tasks, or requeues what takes longer than some seconds."""
    return Service(
        name="worker",
        command=[
            *_CELERY,
            "worker",
            "--concurrency=2",
            "--loglevel=INFO",
            "--without-gossip",
            "--without-mingle",
        ],
        env={**environ, "REMAP_SIGTERM": "SIGQUIT", "PYTHONWARNINGS": _QUIET_ABOUT_ROOT},
        log=log,
    )


def beat(environ: Mapping[str, str], log: Path) -> Service:
    """Celery's clock; when each task was last sent is kept in DATA_DIR."""
    schedule = Path(environ["DATA_DIR"]) / "beat-schedule"
    return Service(
        name="clock",
        command=[*_CELERY, "beat", "--loglevel=INFO", f"--schedule={schedule}", "--pidfile="],
        env={**environ, "PYTHONWARNINGS": _QUIET_ABOUT_ROOT},
        log=log,
    )


def answers(url: str) -> bool:
    """Whether a GET of `url` comes back with success."""
    try:
        with urlopen(url, timeout=5) as response:  # noqa: S310 - always http to loopback
            return bool(response.status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False


_CELERY = (sys.executable, "-m", "celery", "--app", "carportal.celery", "--quiet")
_QUIET_ABOUT_ROOT = "ignore:You're running the worker with superuser privileges"  # as a container does
