from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from carportal.core import backup
from carportal.core.errors import DomainError


class Command(BaseCommand):
    help = (
        "Back up the database into a folder, while people go on working: a dump, and a note of what is in it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where the backup goes")
        parser.add_argument("--keep", type=int, metavar="N", help="remove all but the N newest backups there")

    def handle(self, *, folder: Path, keep: int | None, **_options: Any) -> None:
        if keep is not None and keep < 1:
            raise CommandError("--keep must be 1 or more: the backup just made is one of those that stay.")
        try:
            self.stderr.write("Dumping the database …", self.style.NOTICE)
            dump = backup.back_up(folder, at=timezone.now())
            note = backup.read_note(dump)
            gone = backup.forget_older(folder, keep=keep) if keep else []
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be written: {error.strerror}.") from error
        self.stdout.write(
            f"{dump}: {note.size:,} bytes, {sum(note.rows.values()):,} rows in {len(note.rows)} tables."
        )
        for path in gone:
            self.stdout.write(f"Removed {path}.")
