"""What the local run does before it serves: migrate, collect static files, add the demo data once."""

import hashlib
import sys
from pathlib import Path

import django
import redis
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from carportal.local.datadir import ROOT
from carportal.local.errors import CannotStart
from carportal.local.screen import say


def main(marker: Path) -> int:
    try:
        django.setup()
        _meet_servers()
        _migrate()
        _collect_static()
        _add_demo_data(marker)
    except (CannotStart, CommandError, DatabaseError, ImproperlyConfigured) as error:
        say(f"{error}")
        return 1
    return 0


def _meet_servers() -> None:
    """See that both take connections: those that were given might not, and everything else would wait for them."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        reason = str(error).partition("\n")[0]
        raise CannotStart(f"The PostgreSQL server cannot be used: {reason}.") from error
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=5, socket_timeout=5) as server:
            server.ping()
    except redis.RedisError as error:
        raise CannotStart(f"The Redis server cannot be used: {str(error).rstrip('.')}.") from error


def _migrate() -> None:
    executor = MigrationExecutor(connection)
    todo = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if todo:
        say(f"Preparing the database ({len(todo)} steps) …")
        call_command("migrate", interactive=False, verbosity=0)


def _collect_static() -> None:
    """Collect and compress, unless nothing that goes into it has changed since."""
    stamp = Path(settings.STATIC_ROOT) / ".collected-from"
    sources = _fingerprint()
    if stamp.exists() and stamp.read_text() == sources:
        return
    say("Collecting static files …")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(sources)


def _fingerprint() -> str:
    """A hash of our own files and of the lock, which stands for everybody else's."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    own = (path for folder in settings.STATICFILES_DIRS[:1] for path in sorted(Path(str(folder)).rglob("*")))
    for path in (ROOT / "carportal" / "core" / "static.py", *own):
        if path.is_file():
            digest.update(f"{path.relative_to(ROOT)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _add_demo_data(marker: Path) -> None:
    """Add it once; what an interruption left half done is done again, for the command may be repeated."""
    if marker.exists():
        return
    users = apps.get_model(settings.AUTH_USER_MODEL).objects
    if users.exists() and not users.filter(email__endswith="@demo.example").exists():
        say("The database has accounts of its own already, so no demo data is added.")
        return
    say("Adding the demo data …")
    call_command("seed_demo", verbosity=0)
    marker.touch()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
