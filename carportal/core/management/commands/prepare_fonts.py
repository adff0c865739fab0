from typing import Any

from django.core.management.base import BaseCommand

from carportal.core import fonts


class Command(BaseCommand):
    help = "Make the fonts of PDFs ahead, so that the first one in a script does not wait for them."
    requires_system_checks = []

    def handle(self, **_options: Any) -> None:
        for path in fonts.prepare_all():
            self.stdout.write(str(path))
