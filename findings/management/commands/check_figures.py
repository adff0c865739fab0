"""Says whether dashboards count what is there."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from findings.tally.checking import count_anew, differences

TOLD = 20


class Command(BaseCommand):
    help = (
        "Compare the figures that are kept for dashboards with a count of all CARs; fails when one differs. "
        "With --rebuild they are counted anew."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rebuild", action="store_true", help="count anew; whoever publishes or shares waits meanwhile"
        )

    def handle(self, **options: Any) -> None:
        found = differences()
        for different in found[:TOLD]:
            self.stdout.write(f"  {different}")
        if not found:
            self.stdout.write("The figures are those of the CARs.")
        elif options["rebuild"]:
            count_anew()
            self.stdout.write(f"Counted anew; {_count(len(found))} other than the CARs.")
        else:
            raise CommandError(
                f"{_count(len(found))} other than the CARs. Count them anew with --rebuild, and report it."
            )


def _count(number: int) -> str:
    return "1 figure was" if number == 1 else f"{number:,} figures were"
