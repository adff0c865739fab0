"""A backup of the database: a dump by PostgreSQL's own programs, and a note beside it of what is in it.

The note holds the dump's size and hash and how many rows each table had at the very moment of the dump. It
is written last: a dump without its note is not whole, and is not restored.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg2
from django.db import connection
from django.utils.translation import gettext as _
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ, cursor, make_dsn

from carportal.core.errors import Conflict, InvalidInput, Unavailable

PREFIX = "carportal-"


@dataclass(frozen=True, slots=True)
class Note:
    """What a dump holds; `sha256` is of the file, `rows` how many each table had."""

    sha256: str
    size: int
    rows: dict[str, int]


def back_up(folder: Path, *, at: datetime) -> Path:
    """Dump the database into `folder`; the dump's path.

    People may go on working meanwhile: dump and counts are of one snapshot. Whatever goes wrong, and
    whenever, no file is left that looks like a whole backup.
    """
    dump = folder / f"{PREFIX}{at:%Y%m%d-%H%M%S}.dump"
    if dump.exists():
        raise Conflict(_("There is a backup of this second already: %(name)s.") % {"name": dump.name})
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = dump.with_suffix(".unfinished")
    try:
        unfinished.touch(mode=0o600)  # before pg_dump makes it, readable by whoever may read the folder
        with _reader() as reader:
            reader.execute("SELECT pg_export_snapshot()")
            (name,) = reader.fetchone() or ("",)
            _run("pg_dump", "--format=custom", f"--snapshot={name}", f"--file={unfinished}")
            rows = _count_rows(reader)
        note = Note(_hash_of(unfinished), unfinished.stat().st_size, rows)
        _put_on_disk(unfinished)
        unfinished.rename(dump)
    finally:
        unfinished.unlink(missing_ok=True)
    _write_note(dump, note)
    return dump


def forget_older(folder: Path, *, keep: int) -> list[Path]:
    """Remove all whole backups of `folder` but the `keep` newest; those that went."""
    whole = sorted(path for path in folder.glob(f"{PREFIX}*.dump") if _note_of(path).exists())
    gone = whole[:-keep]
    for dump in gone:
        _note_of(dump).unlink()
        dump.unlink()
    return gone


def restore(dump: Path) -> Note:
    """Bring the dump into the empty database of DATABASE_URL, all of it or nothing, and count its rows."""
    note = read_note(dump)
    if dump.stat().st_size != note.size or _hash_of(dump) != note.sha256:
        raise InvalidInput(
            _("%(name)s is not what was backed up: it was cut short or changed. Take another backup.")
            % {"name": dump.name}
        )
    with _reader() as reader:
        if _tables(reader):
            raise Conflict(
                _("The database is not empty, and nothing in it is overwritten. Restore into a new one.")
            )
    _run("pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(dump))
    with _reader() as reader:
        rows = _count_rows(reader)
    if rows != note.rows:
        raise Conflict(_("Not every row came back: %(tables)s.") % {"tables": _differences(note.rows, rows)})
    return note


def read_note(dump: Path) -> Note:
    """The note beside the dump; InvalidInput when either is missing or the note cannot be read."""
    if not dump.is_file():
        raise InvalidInput(_("There is no backup %(path)s.") % {"path": dump})
    try:
        return Note(**json.loads(_note_of(dump).read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise InvalidInput(
            _("%(name)s is not whole: %(note)s, which says what is in it, is missing or damaged.")
            % {"name": dump.name, "note": _note_of(dump).name}
        ) from error


def _note_of(dump: Path) -> Path:
    return dump.with_suffix(".json")


def _write_note(dump: Path, note: Note) -> None:
    unfinished = _note_of(dump).with_suffix(".unfinished")
    unfinished.write_text(json.dumps(asdict(note), indent=1) + "\n")
    _put_on_disk(unfinished)
    unfinished.rename(_note_of(dump))


def _put_on_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _reader() -> Iterator[cursor]:
    """A cursor on a connection of its own, for one moment of the database; Unavailable when it does not answer."""
    try:
        own = psycopg2.connect(**_parameters())
    except psycopg2.OperationalError as error:
        why = str(error).partition("\n")[0]
        raise Unavailable(_("The database cannot be used: %(why)s") % {"why": why}) from error
    with closing(own), own.cursor() as reader:
        own.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True)
        yield reader


def _parameters() -> dict[str, Any]:
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    return parameters


def _tables(reader: Any) -> list[str]:
    reader.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [name for (name,) in reader.fetchall()]


def _count_rows(reader: Any) -> dict[str, int]:
    counts = {}
    for table in _tables(reader):
        reader.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
        (counts[table],) = reader.fetchone()
    return counts


def _differences(expected: dict[str, int], found: dict[str, int]) -> str:
    """ "core_delivery 11 of 12": what came back, of what was backed up."""
    wrong = sorted(name for name in {*expected, *found} if expected.get(name) != found.get(name))
    return ", ".join(f"{name} {found.get(name, 0)} of {expected.get(name, 0)}" for name in wrong)


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on our database; the password goes by its environment, never by its arguments."""
    path = shutil.which(program)
    if path is None:
        raise Unavailable(
            _("%(program)s is missing: install PostgreSQL’s client programs, as new as the server.")
            % {"program": program}
        )
    parameters = _parameters()
    password = parameters.pop("password", "")
    secret = {"PGPASSWORD": str(password)} if password else {}
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, with our own arguments
        [path, "--no-password", f"--dbname={make_dsn(**parameters)}", *arguments],
        env=os.environ | secret,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise Unavailable(_("%(program)s failed: %(why)s") % {"program": program, "why": lines[0]})
