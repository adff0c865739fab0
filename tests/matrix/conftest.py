from collections.abc import Iterator

import pytest
from django.core.mail import EmailMessage
from django.db import transaction
from pytest_django import DjangoDbBlocker

from carportal.local.mail import FolderBackend
from tests.matrix.world import World
from tests.personas import Personas


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Made once for all rows: each answer of the portal is rolled back to it, and it at the end."""
    # A mail for the page that shows one; the folder is the test run's own.
    FolderBackend().send_messages(
        [EmailMessage("Subject", "Text", "portal@example.org", ["site@example.org"])]
    )
    with django_db_blocker.unblock(), transaction.atomic():
        personas = Personas()
        for persona in personas.values():
            _ = persona.client  # logs in now, so that the session outlasts each test
        yield World(personas)
        transaction.set_rollback(True)
