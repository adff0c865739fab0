"""The data folder: one run at a time, secrets for its owner alone, a marker for each database."""

import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from carportal.local.datadir import DataDir, Lock
from carportal.local.errors import CannotStart
from carportal.local.kept import is_free, kept_port, kept_secret
from tests.local.programs import BEGINNING, wait_until, words

HOLDS = """
from pathlib import Path
from carportal.local.datadir import Lock
assert Lock(Path(sys.argv[2])).try_to_take("make run at http://127.0.0.1:8000")
"""
URL = "postgres://me:secret@db.example/portal"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "run.lock"


@pytest.fixture
def holder(path: Path, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds the lock."""
    told = tmp_path / "told"
    program = f"{BEGINNING}{HOLDS}tell('held'); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", program, str(told), str(path)]) as process:
        try:
            wait_until(lambda: words(told) == ["held"])
            yield process
        finally:
            process.kill()


def test_second_user_is_refused_and_learns_who_holds_it(path: Path, holder: subprocess.Popen[bytes]) -> None:
    lock = Lock(path)
    assert not lock.try_to_take("make run at http://127.0.0.1:9000")
    assert lock.holder() == (holder.pid, "make run at http://127.0.0.1:8000")
    with pytest.raises(CannotStart, match=rf"still in use by process {holder.pid} \(make run at http"):
        lock.take_within(0.2, "a command of manage.py", unless=lambda: None)


def test_lock_of_somebody_who_was_killed_is_free(path: Path, holder: subprocess.Popen[bytes]) -> None:
    lock = Lock(path)
    holder.send_signal(signal.SIGKILL)
    lock.take_within(10, "make run at http://127.0.0.1:9000", unless=lambda: None)
    assert lock.holder()[1] == "make run at http://127.0.0.1:9000"


def test_what_the_holder_started_holds_it_too(path: Path, tmp_path: Path) -> None:
    lock = Lock(path)
    assert lock.try_to_take("make run")
    with subprocess.Popen(["sleep", "60"], pass_fds=[lock.descriptor]) as child:
        lock.release()
        assert not Lock(path).try_to_take("another run")
        child.kill()
    assert Lock(path).try_to_take("another run")


def test_secrets_are_made_once_and_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "secret-key"
    secret = kept_secret(path)
    assert len(secret) == 64
    assert kept_secret(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_port_is_kept_unless_somebody_took_it(tmp_path: Path) -> None:
    path = tmp_path / "port"
    port = kept_port(path)
    assert is_free(port)
    assert kept_port(path) == port
    program = (
        f"{BEGINNING}import socket; there = socket.socket(); there.bind(('127.0.0.1', {port}));"
        "there.listen(); tell('bound'); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "told")]) as other:
        wait_until(lambda: words(tmp_path / "told") == ["bound"])
        assert kept_port(path) != port
        other.kill()


def test_each_database_has_its_own_marker_that_does_not_tell_where_it_is(tmp_path: Path) -> None:
    data = DataDir(tmp_path)
    marker = data.marker(URL)
    assert marker == DataDir(tmp_path).marker(URL)
    assert marker != data.marker(URL + "2")
    assert data.marker(None) == tmp_path / "postgres" / "seeded"
    assert "secret" not in str(marker)
    assert DataDir(tmp_path / "another").marker(URL).name != marker.name, "the hash has no key"


def test_processes_of_the_run_get_its_settings_whatever_the_shell_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "elsewhere.settings")
    monkeypatch.setenv("ALLOWED_HOSTS", "portal.example")
    environ = DataDir(tmp_path).portal_environ({"DATABASE_URL": URL, "REDIS_URL": "redis://r"}, port=8123)
    assert environ["DJANGO_SETTINGS_MODULE"] == "carportal.settings"
    assert environ["ALLOWED_HOSTS"] == "127.0.0.1,localhost"
    assert (environ["LOCAL_RUN"], environ["PORT"]) == ("1", "8123")
    assert environ["SITE_URL"] == "http://127.0.0.1:8123"
    assert environ["DATABASE_URL"] == URL
