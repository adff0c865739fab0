"""One sweep of the reminders, as the schedule does it every hour."""

from argparse import ArgumentParser
from collections import Counter
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from actionplans.calls.notifications import REMINDER
from actionplans.calls.reminding import remind_of_calls
from carportal.core.notifications import notification_kind
from stakeholders.reminding import sweep


class Command(BaseCommand):
    help = "Remind people of what is due: updates, replies that sites wait for, calls; each of them once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--on",
            default="",
            metavar="DATE",
            help="for this day, such as 2026-03-14; else for today at each site",
        )

    def handle(self, *, on: str, **options: Any) -> None:  # noqa: ARG002
        day = _day(on) if on else None
        swept = sweep(day)
        now = timezone.now()
        calls = remind_of_calls(now if day is None else datetime.combine(day, now.timetz()))
        owed = swept.owed + Counter({REMINDER: calls})
        self.stdout.write(f"Reminders owed for {on or 'today at each site'}: {owed.total()}")
        for kind, people in sorted(owed.items()):
            self.stdout.write(f"  {notification_kind(kind).label}: {people}")
        if swept.failed:
            raise CommandError(
                f"For {swept.failed} of them no reminder could be made; the log says which. The next sweep tries again."
            )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text} is no day; write it as 2026-03-14.") from error
