"""The portal's pages over many CARs, set against the same over few, and against the bare limit's over as many.

BENCH_FINDINGS (100,000 if not said) says how many; filling a million takes some ten minutes.
"""

import http.client
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http import HTTPStatus
from importlib import resources
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import psycopg2
from django.db import connection
from psycopg2 import sql

from carportal.local.processes import ROOT

FEW, MANY = 10_000, int(os.environ.get("BENCH_FINDINGS") or 100_000)
WARM_UP, TIMES = 3, 15
LONGEST = 60.0  # seconds for a page
GOALS = "goals: 1.3 times itself at 10,000, 2.5 times the limit, 8 queries (home 15)"


class Portal(NamedTuple):
    port: int
    environ: dict[str, str]


class Page(NamedTuple):
    """As `tests.bench.pages` tells of it."""

    reader: str
    name: str
    url: str
    like: str
    cookie: str
    queries: int


class Took(NamedTuple):
    times: list[float]  # seconds
    size: int  # bytes, as they were sent

    @property
    def median(self) -> float:
        return statistics.median(self.times) * 1000

    @property
    def late(self) -> float:
        """The 95th percentile."""
        return sorted(self.times)[int(0.95 * len(self.times))] * 1000


def bench_pages(django_db_setup: None) -> None:
    with ExitStack() as stack:
        few = stack.enter_context(_filled_portal(FEW, 8451))
        many = stack.enter_context(_filled_portal(MANY, 8452))
        limit = stack.enter_context(_limit(MANY, 8453))
        print(f"\n{MANY:,} CARs; {GOALS}")
        print(
            f"{'reader':<10}{'page':<24}{'median ms':>10}{'95 %':>8}{'queries':>9}{'KB':>7}{'x few':>8}{'x limit':>9}"
        )
        for page, at_few in zip(_pages(many), _pages(few), strict=True):
            took = _open_by_turns(
                (many.port, page.url, f"sessionid={page.cookie}"),
                (few.port, at_few.url, f"sessionid={at_few.cookie}"),
                (limit.port, page.like, f"sessionid={limit.environ['COOKIE']}"),
            )
            here, there, least = took
            print(
                f"{page.reader:<10}{page.name:<24}{here.median:>10.1f}{here.late:>8.1f}{page.queries:>9}"
                f"{here.size / 1024:>7.1f}{here.median / there.median:>8.2f}{here.median / least.median:>9.2f}"
            )


def _open_by_turns(*pages: tuple[int, str, str]) -> list[Took]:
    """So that what slows one slows all."""
    times: list[list[float]] = [[] for _page in pages]
    sizes = [0 for _page in pages]
    for _turn in range(WARM_UP + TIMES):
        for number, (port, url, cookie) in enumerate(pages):
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST)) as server:
                began = time.perf_counter()
                server.request("GET", url, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
                response = server.getresponse()
                sizes[number] = len(response.read())
                times[number].append(time.perf_counter() - began)
            assert response.status == HTTPStatus.OK, f"{url} answers {response.status}"
    return [Took(each[WARM_UP:], size) for each, size in zip(times, sizes, strict=True)]


def _pages(portal: Portal) -> list[Page]:
    looked = subprocess.run(
        [sys.executable, "-m", "tests.bench.pages"],
        env=portal.environ,
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
    )
    return [Page(**each) for each in json.loads(looked.stdout)]


@contextmanager
def _filled_portal(findings: int, port: int) -> Iterator[Portal]:
    environ = _environ(f"bench_{findings}", port)
    if _make_database(f"bench_{findings}"):
        for command in (["migrate", "--verbosity=0"], ["seed_scale", f"--findings={findings}"]):
            subprocess.run([sys.executable, "manage.py", *command], env=environ, cwd=ROOT, check=True)
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(collect, env=environ, cwd=ROOT, check=True)
    with _serving(["--config", "python:carportal.gunicorn"], environ, port):
        yield Portal(port, environ)


@contextmanager
def _limit(findings: int, port: int) -> Iterator[Portal]:
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
    with _serving([*command, "tests.bench.limit.wsgi"], environ, port):
        yield Portal(port, environ)


@contextmanager
def _serving(arguments: list[str], environ: dict[str, str], port: int) -> Iterator[None]:
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
            yield
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
