from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date

from carportal.core.errors import DomainError
from carportal.web.demo.people import PASSWORD
from carportal.web.scale.accounts import add_accounts
from carportal.web.scale.filling import Scale, fill

FEWEST, MOST = 100, 10_000_000


class Command(BaseCommand):
    help = (
        "Fill a local database with as many CARs as are asked for, and with what belongs to them in natural proportion: "
        "suppliers, sites, customers, audits, plans and shares. The same number gives the same rows."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--findings", type=int, required=True, metavar="N", help="how many CARs")
        parser.add_argument(
            "--on", metavar="DATE", help="the day that it is to be there, as 2026-03-14; today if not said"
        )

    def handle(self, **options: Any) -> None:
        if not settings.LOCAL_RUN:
            raise CommandError("Invented CARs and accounts are for the local run only (LOCAL_RUN).")
        number = options["findings"]
        if not FEWEST <= number <= MOST:
            raise CommandError(f"Ask for {FEWEST} to {MOST:,} CARs.")
        try:
            fill(Scale(number, self._day(options["on"])), self._tell)
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        for account in add_accounts():
            self.stdout.write(f"  {account.address}@demo.example  {account.about}")
        self.stdout.write(f"{number:,} CARs are there; the password of these accounts is {PASSWORD}.")

    def _day(self, text: str | None) -> Any:
        try:
            day = parse_date(text) if text else timezone.localdate()
        except ValueError:
            day = None
        if day is None:
            raise CommandError(f"{text} is no day; write it as 2026-03-14.")
        return day

    def _tell(self, written: int) -> None:
        self.stdout.write(f"  {written:,} CARs")
