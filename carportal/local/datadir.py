"""The local run's data folder (DATA_DIR, else `.data/`): where things are in it, and who uses it now."""

import fcntl
import hashlib
import hmac
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from carportal.local.errors import CannotStart
from carportal.local.kept import kept_secret, write_private

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class DataDir:
    """One local run's folder."""

    path: Path

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> "DataDir":
        return cls(Path(environ.get("DATA_DIR") or ROOT / ".data").absolute())

    def log(self, name: str) -> Path:
        return self.path / "log" / f"{name}.log"

    def portal_environ(self, urls: Mapping[str, str], port: int) -> dict[str, str]:
        """The environment of every process of the local run; `urls` are DATABASE_URL and REDIS_URL."""
        return {
            **os.environ,
            **urls,
            "DJANGO_SETTINGS_MODULE": "carportal.settings",
            "LOCAL_RUN": "1",
            "SECRET_KEY": kept_secret(self.path / "secret-key"),
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "SITE_URL": f"http://127.0.0.1:{port}",
            "DATA_DIR": str(self.path),
            "PORT": str(port),
        }

    def marker(self, database_url: str | None) -> Path:
        """What shows that a database is this run's and has its demo data; it goes when the database goes.

        `database_url`: of a real server, of which only a keyed hash is kept; None for the run's own PostgreSQL.
        """
        if not database_url:
            return self.path / "postgres" / "seeded"
        secret = kept_secret(self.path / "secret-key")
        digest = hmac.new(secret.encode(), database_url.encode(), hashlib.sha256).hexdigest()
        return self.path / f"seeded-{digest[:16]}"


class Lock:
    """A file that one process holds, with a word on who it is; the processes it starts hold it too."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def try_to_take(self, word: str) -> bool:
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        write_private(self._path.with_suffix(".holder"), f"{os.getpid()} {word}")
        return True

    def holder(self) -> tuple[int, str]:
        """The number of the process that took the lock, and its word; (0, '') when it is not known."""
        try:
            pid, _, word = self._path.with_suffix(".holder").read_text().partition(" ")
            return int(pid), word
        except (OSError, ValueError):
            return 0, ""

    def take_within(self, seconds: float, word: str, *, unless: Callable[[], object]) -> None:
        """Take the lock, waiting up to `seconds`; `unless` may raise a CannotStart before that."""
        deadline = time.monotonic() + seconds
        while not self.try_to_take(word):
            unless()
            if time.monotonic() > deadline:
                pid, held_by = self.holder()
                raise CannotStart(
                    f"The data folder is still in use by process {pid} ({held_by}): {self._path}"
                )
            time.sleep(0.1)

    def release(self) -> None:
        os.close(self.descriptor)
