"""`make run` as README promises it: up with the demo on the given servers, one at a time, gone when told, and back."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
import redis
from psycopg2 import sql

from carportal.local.kept import kept_port
from carportal.local.run import DEMO_ACCOUNTS, DEMO_PASSWORD
from tests.engines import TEST_DATA
from tests.local.programs import LONGEST_WAIT, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
FIRST_START = 180.0  # seconds, on a machine that is busy


class Run:
    """`make run` in a data folder of its own."""

    def __init__(self, environ: dict[str, str], log: Path) -> None:
        self.environ, self._log = environ, log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Start it, and return what it said once it is up."""
        with self._log.open("wb") as log:
            command = [sys.executable, "-m", "carportal.local.run"]
            self._process = subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=log, stderr=log)
        deadline = time.monotonic() + FIRST_START
        while "Ctrl-C stops everything" not in self.said:
            assert self._process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.1)
        return self.said

    @property
    def said(self) -> str:
        return self._log.read_text()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def stop(self, sig: signal.Signals) -> int:
        """The exit status after `sig`."""
        assert self._process is not None
        self._process.send_signal(sig)
        return self._process.wait(timeout=LONGEST_WAIT)

    def end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.stop(signal.SIGTERM)

    def processes(self) -> set[int]:
        """The numbers of all processes that work on its data folder."""
        mine = f"DATA_DIR={self.environ['DATA_DIR']}".encode()
        found = set()
        for process in Path("/proc").glob("[0-9]*"):
            try:
                environ = (process / "environ").read_bytes()
            except OSError:
                continue
            if mine in environ.split(b"\0"):
                found.add(int(process.name))
        return found

    def child(self, word: str) -> int:
        """The number of the process that it started with `word` on its command line."""
        process, *_others = (
            pid
            for pid in self.processes()
            if f"PPid:\t{self.pid}\n" in Path(f"/proc/{pid}/status").read_text()
            and word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        )
        return process

    def refusal(self, **environ: str) -> str:
        """What another run says that cannot start."""
        command = [sys.executable, "-m", "carportal.local.run"]
        done = subprocess.run(command, cwd=ROOT, env=self.environ | environ, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (1, "")
        return done.stdout.strip()

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout


def health(url: str) -> dict[str, object]:
    with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=LONGEST_WAIT)) as connection:
        connection.request("GET", "/healthz")
        said: dict[str, object] = json.load(connection.getresponse())
    return said


@pytest.fixture
def servers() -> Iterator[dict[str, str]]:
    """A PostgreSQL database and a Redis database that somebody else runs."""
    server = urlsplit(os.environ["DATABASE_URL"])
    name = f"given_{os.getpid()}"
    with closing(psycopg2.connect(server.geturl())) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            broker = urlsplit(os.environ["REDIS_URL"])
            redis_url = broker._replace(path=f"/{int(broker.path[1:]) + 8}").geturl()
            yield {"DATABASE_URL": server._replace(path=f"/{name}").geturl(), "REDIS_URL": redis_url}
            with redis.Redis.from_url(redis_url) as given:
                given.flushdb()
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def run(servers: dict[str, str], tmp_path: Path) -> Iterator[Run]:
    data = tmp_path / "data"
    data.mkdir()
    (data / "fonts").symlink_to(TEST_DATA / "fonts")  # which the worker would make, for some seconds
    environ = servers | {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "DATA_DIR": str(data),
        "PORT": str(kept_port(tmp_path / "port")),
    }
    if sys.pycache_prefix:
        environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
    run = Run(environ, tmp_path / "said")
    yield run
    run.end()


def test_run_is_up_with_the_demo_gone_when_told_and_back_with_its_data(run: Run, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{run.environ['PORT']}"
    said = run.start()
    assert f"ready: {url}\n" in said
    assert DEMO_PASSWORD in said
    assert all(f"{name}@demo.example" in said for name in DEMO_ACCOUNTS)
    well = health(url)
    assert {
        part: well[part] for part in ("status", "database", "broker", "workers", "sweep")
    } == dict.fromkeys(("status", "database", "broker", "workers", "sweep"), "ok")
    assert not {"postgres", "valkey"} & {path.name for path in (tmp_path / "data").iterdir()}

    assert run.refusal() == f"The portal is running already (make run at {url}, process {run.pid})."
    port = run.environ["PORT"]
    assert run.refusal(DATA_DIR=str(tmp_path / "other")).startswith(f"Port {port} is in use by another")
    trail = run.manage("verify_audit_trail").partition(",")[0]  # checkpoints come by the clock
    assert trail.startswith("The audit trail is whole: ")

    os.kill(run.child("worker"), signal.SIGKILL)
    wait_until(lambda: "Started again, after it had stopped by itself: worker." in run.said)

    began = time.monotonic()
    assert run.stop(signal.SIGTERM) == 0
    wait_until(lambda: not run.processes())
    assert time.monotonic() - began < 10

    again = run.start()
    assert again.startswith(f"Starting the web server, the worker and the clock …\nready: {url}\n")
    assert DEMO_PASSWORD in again
    assert run.manage("verify_audit_trail").startswith(trail)
    assert run.stop(signal.SIGINT) == 0
    assert run.said.endswith("Stopped; the data stays.\n")
    wait_until(lambda: not run.processes())


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("DATABASE_URL", "postgres://me:secret@127.0.0.1:1/portal", "The PostgreSQL server cannot be used: "),
        (
            "DATABASE_URL",
            "mysql://me:secret@127.0.0.1/portal",
            "The environment variable DATABASE_URL must name",
        ),
        ("REDIS_URL", "redis://:secret@127.0.0.1:1/0", "The Redis server cannot be used: "),
        ("DATA_DIR", "/dev/null/data", "The data folder /dev/null/data cannot be used (Not a directory): "),
        ("PORT", "many", "PORT is 'many', and must be a number from 1 to 65535."),
    ],
)
def test_what_the_run_cannot_use_is_named_in_one_sentence(
    variable: str, value: str, sentence: str, run: Run
) -> None:
    first, *rest = run.refusal(**{variable: value}).splitlines()
    assert first.startswith(sentence)
    assert "secret" not in first
    assert all(line.startswith("preparation failed (see ") for line in rest)
    assert not run.processes()
