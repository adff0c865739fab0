"""Backup and restore by PostgreSQL's own programs, from one real database into another."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg2 import sql

from carportal.core import backup
from carportal.core.actor import Role
from carportal.core.errors import InvalidInput
from carportal.local.postgres import programs
from stakeholders import services
from stakeholders.models import Organisation
from tests.factories import make_actor, make_operator, make_supplier

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 11, 25, 22, 4, 5, tzinfo=UTC)
NAME = "carportal-20261125-220405.dump"


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{programs()}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def supplier() -> Organisation:
    """With a record of some events."""
    supplier = make_supplier("Green Valley Foods")
    manager = make_actor(supplier, Role.MANAGER)
    services.invite(actor=manager, organisation_id=supplier.pk, email="new@example.org", role=Role.VIEWER)
    admin = make_actor(make_operator(), Role.MANAGER)
    services.update_organisation(
        actor=admin,
        organisation_id=supplier.pk,
        name="Green Valley Produce",
        reference=supplier.reference,
        is_uk_retailer=False,
    )
    return supplier


class OtherDatabase:
    """An empty one on the same server; `url` is its DATABASE_URL."""

    def __init__(self) -> None:
        there = connection.settings_dict
        self.name = f"{there['NAME']}_restored"
        login = f"{quote(there['USER'])}:{quote(there['PASSWORD'])}"
        self.url = f"postgres://{login}@{there['HOST']}:{there['PORT']}/{self.name}"

    def make(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {self.name} TEMPLATE template0")

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        with closing(psycopg2.connect(self.url)) as own, own, own.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def restore(self, dump: Path) -> tuple[int, str]:
        """As whoever runs a deployment does: by the command, on the database that DATABASE_URL names."""
        environ = os.environ | {
            "DATABASE_URL": self.url,
            "SECRET_KEY": "this test’s",
            "ALLOWED_HOSTS": "localhost",
        }
        done = subprocess.run(
            [sys.executable, "manage.py", "restore_backup", str(dump)],
            env=environ | {"LOCAL_RUN": "1", "DJANGO_SETTINGS_MODULE": "carportal.settings"},
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def other() -> Iterator[OtherDatabase]:
    other = OtherDatabase()
    other.make()
    yield other
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {other.name} WITH (FORCE)")


def counts() -> dict[str, int]:
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
            (found[table],) = cursor.fetchone()
    return found


def test_restored_database_has_every_row_and_a_whole_record(
    supplier: Organisation, other: OtherDatabase, tmp_path: Path
) -> None:
    said = StringIO()
    call_command("back_up", str(tmp_path), stdout=said, stderr=StringIO())
    (dump,) = tmp_path.glob("*.dump")
    assert str(dump) in said.getvalue()
    assert {path.suffix for path in tmp_path.iterdir()} == {".dump", ".json"}
    assert {path.stat().st_mode & 0o077 for path in tmp_path.glob("*.dump")} == {0}
    assert backup.read_note(dump).rows == counts()

    status, told = other.restore(dump)
    assert status == 0, told
    assert f"All {sum(counts().values()):,} rows" in told
    assert "The audit trail is whole: 2 events in 1 chain" in told
    assert other.ask("SELECT name FROM stakeholders_organisation WHERE kind = 'supplier'") == [
        ("Green Valley Produce",)
    ]
    # Numbers go on where they were, and what the database itself refuses, it refuses there too.
    last = "SELECT last_value FROM core_reference_car"
    with connection.cursor() as cursor:
        cursor.execute(last)
        assert other.ask(last) == cursor.fetchall()
    with pytest.raises(psycopg2.errors.RaiseException):
        other.ask("UPDATE core_auditevent SET kind = 'another'")

    status, told = other.restore(dump)
    assert (status, "The database is not empty" in told) == (1, True)


def test_backup_that_lacks_rows_or_whose_record_was_changed_is_not_taken_for_whole(
    supplier: Organisation, other: OtherDatabase, tmp_path: Path
) -> None:
    dump = backup.back_up(tmp_path, at=AT)
    note = json.loads(dump.with_suffix(".json").read_text())
    note["rows"]["stakeholders_user"] += 1
    dump.with_suffix(".json").write_text(json.dumps(note))
    status, told = other.restore(dump)
    assert status == 1
    there, expected = note["rows"]["stakeholders_user"] - 1, note["rows"]["stakeholders_user"]
    assert f"Not every row came back: stakeholders_user {there} of {expected}." in told

    other.make()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE core_auditevent SET kind = 'person_joined' WHERE sequence = 1")
        cursor.execute("SET session_replication_role = DEFAULT")
    status, told = other.restore(backup.back_up(tmp_path / "tampered", at=AT))
    assert status == 1
    assert "The audit trail is broken in 1 place" in told


@pytest.mark.parametrize("damage", ["cut short", "changed", "without note", "with a broken note", "gone"])
def test_damaged_backup_is_refused_before_the_database_is_asked(damage: str, tmp_path: Path) -> None:
    dump = backup.back_up(tmp_path, at=AT)
    whole, note = dump.read_bytes(), dump.with_suffix(".json")
    middle = len(whole) // 2
    damages: dict[str, Callable[[], object]] = {
        "cut short": lambda: dump.write_bytes(whole[:-1]),
        "changed": lambda: dump.write_bytes(
            whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
        ),
        "without note": note.unlink,
        "with a broken note": lambda: note.write_text('{"rows": {}}'),
        "gone": dump.unlink,
    }
    damages[damage]()
    with pytest.raises(InvalidInput) as refused:
        backup.restore(dump)
    expected = {
        "cut short": "not what was backed up",
        "changed": "not what was backed up",
        "gone": "no backup",
    }
    assert expected.get(damage, "is not whole") in str(refused.value.message)


def test_backup_that_fails_leaves_nothing_that_looks_like_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    fails = tmp_path / "bin" / "pg_dump"
    fails.parent.mkdir()
    fails.write_text('#!/bin/sh\nfor each; do case "$each" in --file=*) echo half > "${each#*=}";; esac; done\n'
                     "echo 'pg_dump: error: disk full' >&2\nexit 1\n")  # fmt: skip
    fails.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fails.parent}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(CommandError, match="pg_dump failed: pg_dump: error: disk full"):
        call_command("back_up", str(folder), stderr=StringIO())
    assert list(folder.iterdir()) == []


def test_missing_program_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="pg_dump is missing: install PostgreSQL’s client programs"):
        call_command("back_up", str(tmp_path), stderr=StringIO())


def test_database_that_does_not_answer_is_said_to(tmp_path: Path) -> None:
    there = dict(connection.settings_dict)
    connection.settings_dict |= {"HOST": "127.0.0.1", "PORT": 1}
    try:
        with pytest.raises(CommandError, match="The database cannot be used: connection to server"):
            call_command("back_up", str(tmp_path), stderr=StringIO())
    finally:
        connection.settings_dict |= there
    assert list(tmp_path.iterdir()) == []


def test_no_password_is_on_a_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "told"
    spy = tmp_path / "pg_dump"
    spy.write_text(f'#!/bin/sh\necho "$@" > {told}\nexec {programs()}/pg_dump "$@"\n')
    spy.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    dump = backup.back_up(tmp_path, at=AT)
    assert dump.name == NAME
    assert connection.settings_dict["PASSWORD"]
    assert connection.settings_dict["PASSWORD"] not in told.read_text()


def test_only_the_newest_backups_are_kept_and_nothing_else_is_touched(tmp_path: Path) -> None:
    for second in range(4):
        for suffix in (".dump", ".json"):
            (tmp_path / NAME.replace("05.dump", f"0{second}{suffix}")).touch()
    other = [tmp_path / "letters.dump", tmp_path / NAME.replace("05", "09")]  # the last one is not whole
    for path in other:
        path.touch()
    gone = backup.forget_older(tmp_path, keep=3)
    assert [path.name for path in gone] == [NAME.replace("05", "00")]
    left = {path.name for path in tmp_path.glob("*.dump")}
    assert left == {
        *(NAME.replace("05", f"0{second}") for second in (1, 2, 3)),
        *(path.name for path in other),
    }
