import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from carportal.core import health


class Command(BaseCommand):
    help = "Say whether one process of this machine or container is well; fails when it is not. For health checks."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("process", choices=["web", "worker", "clock"])
        parser.add_argument(
            "--port",
            type=int,
            default=os.environ.get("PORT") or 8000,
            help="of the web server; default: PORT",
        )

    def handle(self, *, process: str, port: int, **_options: Any) -> None:
        state = {
            "web": lambda: health.web_here(port),
            "worker": health.worker_here,
            "clock": health.clock_here,
        }[process]()
        if state != "ok":
            raise CommandError(f"{process}: {state}")
        self.stdout.write("ok")
