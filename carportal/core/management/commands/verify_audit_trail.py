"""Says whether the audit trail is what was written."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from carportal.core.audit import verify

EVERY = 1.0  # seconds between two lines of progress


class Command(BaseCommand):
    help = (
        "Walk every chain and checkpoint of the audit trail; fails when an entry was changed, removed or cut."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        said = time.monotonic()

        def progress(events: int) -> None:
            nonlocal said
            if time.monotonic() - said >= EVERY:
                said = time.monotonic()
                self.stderr.write(f"{events:,} events walked …", self.style.NOTICE)

        report = verify(progress)
        for broken in report.broken:
            self.stdout.write(str(broken))
        if not report.whole:
            first = report.broken[0]
            raise CommandError(
                f"The audit trail is broken in {_count(report.broken_count, 'place')}; the first: {first}."
            )
        self.stdout.write(
            f"The audit trail is whole: {_count(report.events, 'event')} in {_count(report.chains, 'chain')}, "
            f"{report.redacted} redacted, {_count(report.checkpoints, 'checkpoint')}."
        )
        if report.texts:
            self.stdout.write(f"{_count(report.texts, 'frozen text')} as frozen or redacted.")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
