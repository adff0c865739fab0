from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from carportal.core.actor import SYSTEM
from carportal.core.errors import DomainError, InvalidInput
from stakeholders.services import set_up_operator


class Command(BaseCommand):
    help = (
        "Set up a new portal: add the organisation that runs it, and invite its first manager. "
        "Can be repeated until somebody has accepted."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the organisation’s name")
        parser.add_argument("reference", help="its reference, ZC and digits, such as ZC1000000")
        parser.add_argument("email", help="the first manager’s address, where the invitation goes")

    def handle(self, *, name: str, reference: str, email: str, **_options: Any) -> None:
        try:
            invitation = set_up_operator(actor=SYSTEM, name=name, reference=reference, email=email)
        except DomainError as error:
            raise CommandError(_sentence(error)) from error
        self.stdout.write(
            f"{invitation.organisation.name} runs this portal. An invitation goes to {invitation.email} as soon as "
            f"a worker runs; it is good for {settings.INVITATION_DAYS} days."
        )


def _sentence(error: DomainError) -> str:
    """What is wrong with each argument, where the service says it."""
    fields = error.fields if isinstance(error, InvalidInput) else {}
    said = [f"{name}: {sentence}" for name, sentences in fields.items() for sentence in sentences]
    return " ".join(said) or str(error.message)
