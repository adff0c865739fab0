"""Kinds of events and notifications that exist for the tests of core alone."""

import os
import uuid
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from pytest_django.fixtures import Settings

from carportal.core.actor import Actor, ActorKind
from carportal.core.audit import Aggregate, EventKind, Reader, record, register_event_kinds
from carportal.core.models import AuditEvent
from tests.core.kinds import register_kinds
from tests.core.smtp import Sink, running_sink
from tests.live import LivePortal


class Answer(TextChoices):
    CONFIRMED = "confirmed", _("Plan confirmed")
    CHANGES = "changes_requested", _("Changes wanted")


register_kinds()

EVERYONE = frozenset(Reader)
register_event_kinds(
    EventKind(name="test_renamed", sentence=_("Changed the name to %(name)s"), readers=EVERYONE),
    EventKind(
        name="test_triaged",
        sentence=_("Answered the questions"),
        readers=frozenset({Reader.SITE, Reader.OPERATOR}),
    ),
    EventKind(
        name="test_replied",
        sentence=_("Replied: %(answer)s"),
        readers=EVERYONE,
        choices={"answer": Answer},
    ),
)


@pytest.fixture
def actor() -> Actor:
    return Actor(kind=ActorKind.USER, user_id=uuid.uuid4(), organisation_id=uuid.uuid4())


@pytest.fixture
def plan_id() -> uuid.UUID:
    return uuid.uuid4()


def record_names(plan_id: uuid.UUID, actor: Actor, *names: str) -> list[AuditEvent]:
    """One event per name, each in a transaction of its own."""
    events = []
    for name in names:
        with transaction.atomic():
            events.append(
                record(
                    aggregate=Aggregate.PLAN,
                    aggregate_id=plan_id,
                    kind="test_renamed",
                    actor=actor,
                    redactable={"name": name},
                )
            )
    return events


@pytest.fixture
def environ(db: None) -> dict[str, str]:
    """The environment of a process on this test's database."""
    settings = {key: quote(str(value)) for key, value in connection.settings_dict.items()}
    return {
        **os.environ,
        "DATABASE_URL": "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**settings),
    }


@pytest.fixture
def no_worker(transactional_db: None, _live_stack: LivePortal) -> None:
    """Stop the worker that an earlier test may have left running: it would take what this test commits."""
    with suppress(KeyError):
        _live_stack.stop("worker")


@pytest.fixture(scope="session")
def _sink() -> Iterator[Sink]:
    with running_sink() as sink:
        yield sink


@pytest.fixture
def sink(_sink: Sink, settings: Settings) -> Sink:
    """A real mail server, empty and taking everything; this process sends its mail there."""
    _sink.mails.clear()
    for trouble in (_sink.refused, _sink.says, _sink.says_to_mail):
        trouble.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", _sink.port
    return _sink


@pytest.fixture
def worker_environ(sink: Sink) -> dict[str, str]:
    """Of a worker that knows the kinds of these tests and sends to the sink."""
    return {
        "DJANGO_SETTINGS_MODULE": "tests.core.worker_settings",
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
    }
