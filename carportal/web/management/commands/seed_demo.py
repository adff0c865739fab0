from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from carportal.core.errors import DomainError
from carportal.web.demo import seeding


class Command(BaseCommand):
    help = "Fill an empty local database with the demo: organisations, audits, CARs and plans of three years."

    def handle(self, **options: Any) -> None:  # noqa: ARG002
        if not settings.LOCAL_RUN:
            raise CommandError("The demo and its accounts are for the local run only (LOCAL_RUN).")
        if seeding.is_seeded():
            self.stdout.write("The demo is there already.")
            return
        try:
            seeding.seed(lambda step: self.stdout.write(f"  {step}"))
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        self.stdout.write("The demo is there.")
