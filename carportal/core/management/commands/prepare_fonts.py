from typing import Any

from django.core.management.base import BaseCommand

from carportal.core import fonts


class Command(BaseCommand):
    help = "Make the font of every PDF ahead, so that the first one does not wait for it."
    requires_system_checks = []

    def handle(self, **_options: Any) -> None:
        for face in fonts.faces_for(""):
            self.stdout.write(str(face.path))
