"""The portal as its users meet it: the real web server and worker on this test process's own database."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.test import Client

from carportal.celery import app
from carportal.local import processes
from carportal.local.kept import kept_port
from carportal.local.mail import KeptMail, kept_names, mail_folder, read_mail
from carportal.local.supervisor import Service, Supervisor
from stakeholders.models import User

PROCESSES = {"web": processes.web, "worker": processes.worker}
QUEUES = [queue.name for queue in settings.CELERY_TASK_QUEUES]
ON_REQUEST = {"clock": processes.beat}
LONGEST_WAIT = 20.0  # seconds, on a machine that is busy
LONGEST_START = 60.0


class LivePortal:
    """`url` and the mails it sends; its processes can be stopped, killed and started with another environment."""

    def __init__(self) -> None:
        self._folder = Path(os.environ["DATA_DIR"])
        self._port = kept_port(self._folder / "port")
        self._supervisor = Supervisor()
        self._running: dict[str, Service] = {}
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self, name: str, **environ: str) -> None:
        """Start "web", "worker" or "clock", with `environ` on top of the usual environment."""
        make = (PROCESSES | ON_REQUEST)[name]
        service = make(self._environ() | environ, self._folder / f"{name}.log")
        self._running[name] = service
        self._supervisor.start(service)

    def stop(self, name: str) -> None:
        self._supervisor.stop(self._running.pop(name).name)

    def kill(self, name: str) -> None:
        """End a process and its children at once, as a machine that loses power does."""
        self._supervisor.kill(self._running.pop(name).name)

    def restart(self, name: str, **environ: str) -> None:
        self.stop(name)
        self.start(name, **environ)

    def stop_all(self) -> None:
        self._supervisor.stop()

    def restore(self) -> None:
        """Have all processes up and at work, whatever a test has stopped, killed or started in another way."""
        self._forget_tasks()
        for name in PROCESSES:
            if not self._is_as_usual(name):
                self.start(name)
            elif name == "worker":
                self._tell_worker("add_consumer")

    def rest(self) -> None:
        """Leave nothing at work: other tests wake the worker too, and their rows are not its business."""
        self._forget_tasks()
        if self._is_as_usual("worker"):
            self._tell_worker("cancel_consumer")
        self._wait_until_quiet()

    @staticmethod
    def _forget_tasks() -> None:
        with redis.Redis.from_url(settings.REDIS_URL) as server:
            server.delete(*QUEUES)

    def _is_as_usual(self, name: str) -> bool:
        """Whether the process runs in the usual environment; one that runs in another is stopped."""
        running = self._running.get(name)
        if running is None:
            return False
        if running.env == PROCESSES[name](self._environ(), running.log).env:
            return True
        self.stop(name)
        return False

    @staticmethod
    def _tell_worker(command: str) -> None:
        """It answers once it has done so; while it comes up, it hears nothing yet."""
        deadline = time.monotonic() + LONGEST_START
        for queue in QUEUES:
            while not app.control.broadcast(
                command, arguments={"queue": queue}, reply=True, limit=1, timeout=1
            ):
                assert time.monotonic() < deadline, f"the worker did not answer {command}"

    def mails(self, *, to: str = "") -> list[KeptMail]:
        """The mails sent so far, oldest first; those to the address `to`, if one is given."""
        found = [mail for name in reversed(kept_names()) if (mail := read_mail(name))]
        return [mail for mail in found if to in mail.to]

    def wait_for_mail(self, *, to: str, subject: str = "", text: str = "") -> KeptMail:
        """The first mail to `to` whose subject holds `subject` and whose text `text`, once the worker has sent it."""
        deadline = time.monotonic() + LONGEST_WAIT
        while time.monotonic() < deadline:
            for mail in self.mails(to=to):
                if subject in mail.subject and text in mail.text:
                    return mail
            time.sleep(0.1)
        sent = [(mail.to, mail.subject) for mail in self.mails()]
        raise AssertionError(f"no mail to {to} about {subject!r} that says {text!r}; sent: {sent}")

    def session_cookie(self, user: User) -> str:
        """A session of `user`'s, as if logged in."""
        client = Client()
        client.force_login(user)
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    def _environ(self) -> dict[str, str]:
        database = {key: quote(str(value)) for key, value in connection.settings_dict.items()}
        inherited = {key: value for key, value in os.environ.items() if key != "PYTEST_CURRENT_TEST"}
        return inherited | {
            "DATABASE_URL": "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database),
            "PORT": str(self._port),
            "SITE_URL": self.url,
        }

    def _wait_until_quiet(self) -> None:
        """What still runs elsewhere could write after the tables have been emptied for the next test."""
        deadline = time.monotonic() + LONGEST_WAIT
        with connection.cursor() as cursor:
            while time.monotonic() < deadline:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND pid <> pg_backend_pid() AND state <> 'idle' AND backend_type = 'client backend'"
                )
                if cursor.fetchone() == (0,):
                    return
                time.sleep(0.05)


@pytest.fixture(scope="session")
def _live_stack(django_db_setup: None) -> Iterator[LivePortal]:
    stack = LivePortal()
    yield stack
    stack.stop_all()


@pytest.fixture
def live_portal(transactional_db: None, _live_stack: LivePortal) -> Iterator[LivePortal]:
    """The portal at `live_portal.url`; what the test writes to the database, the portal sees."""
    for name in kept_names():
        (mail_folder() / f"{name}.eml").unlink()
    _live_stack.restore()
    yield _live_stack
    _live_stack.rest()
