"""One sweep of the reminders, as the schedule does it every hour."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from actionplans.updates.sweeping import sweep


class Command(BaseCommand):
    help = "Remind sites of agreed updates, and parties of replies that are awaited; each is reminded once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--on",
            default="",
            metavar="DATE",
            help="for this day, such as 2026-03-14; else for today at each site",
        )

    def handle(self, *, on: str, **options: Any) -> None:  # noqa: ARG002
        swept = sweep(_day(on) if on else None)
        self.stdout.write(
            f"Reminders owed for {on or 'today at each site'}: {swept.updates} about agreed updates, "
            f"{swept.missing} to compliance staff about updates that have not come, "
            f"{swept.replies} about replies."
        )
        if swept.failed:
            raise CommandError(
                f"For {swept.failed} of them no reminder could be made; the log says which. The next sweep tries again."
            )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text} is no day; write it as 2026-03-14.") from error
