from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from carportal.core import backup
from carportal.core.errors import DomainError


class Command(BaseCommand):
    help = (
        "Restore a backup into an empty database, then count its rows and walk its audit trail; "
        "fails when anything is missing or was changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dump", type=Path, help="the dump, its note beside it")

    def handle(self, *, dump: Path, **_options: Any) -> None:
        try:
            self.stderr.write(f"Restoring {dump} …", self.style.NOTICE)
            note = backup.restore(dump)
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write(f"All {sum(note.rows.values()):,} rows of {len(note.rows)} tables are back.")
        call_command("verify_audit_trail", stdout=self.stdout, stderr=self.stderr)
