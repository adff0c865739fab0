"""The portal over many CARs, and the bare limit over as many, each served as in a deployment.

BENCH_FINDINGS (100,000 if not said) says how many; filling a million takes some ten minutes. What was filled once is
used again by the other benches of the same run.
"""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import psycopg2
from django.db import connection
from psycopg2 import sql

from carportal.local.processes import ROOT

MANY = int(os.environ.get("BENCH_FINDINGS") or 100_000)
LONGEST = 60.0  # seconds for a page


class Portal(NamedTuple):
    port: int
    environ: dict[str, str]
    pid: int  # of the server's main process


@contextmanager
def filled_portal(findings: int, port: int) -> Iterator[Portal]:
    environ = _environ(f"bench_{findings}", port)
    if _make_database(f"bench_{findings}"):
        for command in (["migrate", "--verbosity=0"], ["seed_scale", f"--findings={findings}"]):
            subprocess.run([sys.executable, "manage.py", *command], env=environ, cwd=ROOT, check=True)
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(collect, env=environ, cwd=ROOT, check=True)
    with _serving(["--config", "python:carportal.gunicorn"], environ, port) as pid:
        yield Portal(port, environ, pid)


@contextmanager
def limit(findings: int, port: int) -> Iterator[Portal]:
    environ = _environ(f"limit_{findings}", port) | {"DJANGO_SETTINGS_MODULE": "tests.bench.limit.settings"}
    if _make_database(f"limit_{findings}"):
        _admin = [sys.executable, "-m", "django"]
        subprocess.run(
            [*_admin, "migrate", "--run-syncdb", "--verbosity=0"], env=environ, cwd=ROOT, check=True
        )
        with closing(psycopg2.connect(environ["DATABASE_URL"])) as database, database.cursor() as cursor:
            cursor.execute(
                resources.files("tests.bench.limit").joinpath("fill.sql").read_text(), {"findings": findings}
            )
            database.commit()
            database.autocommit = True
            cursor.execute("VACUUM ANALYZE")
    cookie = subprocess.run(
        [sys.executable, "-m", "tests.bench.limit.session"],
        env=environ,
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
    )
    environ["COOKIE"] = cookie.stdout.decode().strip()
    command = ["--workers=2", "--worker-class=gthread", "--threads=4", f"--bind=127.0.0.1:{port}"]
    with _serving([*command, "tests.bench.limit.wsgi"], environ, port) as pid:
        yield Portal(port, environ, pid)


def told_by(module: str, portal: Portal) -> list[dict[str, Any]]:
    """What `look()` of a module beside this one tells in the portal's environment."""
    program = (
        "import django, json; django.setup(); "
        f"from tests.bench.{module} import look; print(json.dumps(look()))"
    )
    looked = subprocess.run(
        [sys.executable, "-c", program], env=portal.environ, cwd=ROOT, check=True, stdout=subprocess.PIPE
    )
    told: list[dict[str, Any]] = json.loads(looked.stdout)
    return told


@contextmanager
def _serving(arguments: list[str], environ: dict[str, str], port: int) -> Iterator[int]:
    log = Path(environ["DATA_DIR"]) / f"bench-{port}.log"
    with log.open("ab") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *arguments],
            env=environ,
            cwd=ROOT,
            stdout=output,
            stderr=output,
        )
        try:
            _wait_for(port, server, log)
            yield server.pid
        finally:
            server.terminate()
            server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        assert server.poll() is None, f"the server ended; {log} says why"
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as there:
            try:
                there.request("GET", "/livez")
                there.getresponse().read()
            except OSError:
                time.sleep(0.1)
            else:
                return
    raise AssertionError(f"nothing answers on port {port}; {log} says why")


def _environ(database: str, port: int) -> dict[str, str]:
    server = {key: quote(str(value)) for key, value in connection.settings_dict.items()}
    return os.environ | {
        "DATABASE_URL": "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/".format(**server) + database,
        "DJANGO_SETTINGS_MODULE": "carportal.settings",
        "PORT": str(port),
        "SITE_URL": f"http://127.0.0.1:{port}",
    }


def _make_database(name: str) -> bool:
    """Whether it is new; one that an earlier run filled is used as it is."""
    with (
        closing(psycopg2.connect(_environ("postgres", 0)["DATABASE_URL"])) as server,
        server.cursor() as cursor,
    ):
        server.autocommit = True
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is not None:
            return False
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return True
