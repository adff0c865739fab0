"""A play in which all that mail depends on fails while mail is owed: real workers, two clocks, engines of their own.

`test_faults.py` plays it in small, the soak with a thousand mails.
"""

import os
import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import redis
from django.db import DatabaseError, connection
from django.utils import timezone
from environ import Env

from carportal.core.models import Delivery
from carportal.core.notifications import Recipient
from carportal.core.writing import TO_WRITE
from carportal.local import processes
from carportal.local.postgres import Postgres, programs
from carportal.local.supervisor import Supervisor
from carportal.local.valkey import Valkey
from tests.core.fault_settings import EMAIL_TIMEOUT
from tests.core.kinds import POISON, owe
from tests.mail_server import MOODS, MailServer, mail_server

WORKERS = ("one", "two")
PROCESSES = 2  # of each, with one mail in the server's hands
LEASE = timedelta(seconds=TO_WRITE + 4 * EMAIL_TIMEOUT)
AT_WORK = timedelta(seconds=15)  # longer than anybody is at a mail here
LONGEST_WAIT = 120.0  # seconds, on a machine that is busy
TREATED = ["take", "take", "take", *MOODS]


class Play:
    """What was owed, and how many of it may have come twice: what was cut off between a server's word and its record."""

    def __init__(self, folder: Path, server: MailServer, dice: random.Random) -> None:
        self._folder, self._server, self._dice = folder, server, dice
        self._supervisor = Supervisor()
        self._postgres = Postgres(folder / "postgres", throwaway=True)
        self._valkey = Valkey(folder / "valkey", throwaway=True)
        self._owed = 0
        self._may_come_twice = 0

    @property
    def database_url(self) -> str:
        return self._postgres.url

    def begin(self) -> None:
        for engine in (self._postgres, self._valkey):
            engine.prepare()
            self._supervisor.start(engine.service(self._folder / "engines.log"))
        copy_schema(self._postgres.url)
        for name in ("clock one", "clock two"):  # as no deployment should have them
            (self._folder / name).mkdir()
            clock = processes.beat(self._environ | {"DATA_DIR": str(self._folder / name)}, self._log)
            self._supervisor.start(replace(clock, name=name))
        self._start_workers()

    def end(self) -> None:
        self._supervisor.stop()

    def owe(self, count: int, *, period: str = "") -> None:
        for _ in range(count):
            mood = self._dice.choice(TREATED)
            self._may_come_twice += mood == "drop"
            owe(Recipient(None, f"{mood}-{self._owed}@example.org", ""), period=period)
            self._owed += 1

    def wait_for_mail(self, count: int = 1) -> None:
        """Until so many more have come; then for a moment nobody chose."""
        there = len(self._server.taken())
        self._wait(lambda: len(self._server.taken()) >= there + count)
        time.sleep(self._dice.uniform(0, 0.3))

    def kill_workers(self) -> None:
        """All at once, as a machine does that loses power; its leases end before they are back."""
        for name in WORKERS:
            self._supervisor.kill(name)
        self._may_come_twice += PROCESSES * len(WORKERS)
        Delivery.objects.filter(state="pending").update(leased_until=timezone.now() - timedelta(seconds=1))
        self._start_workers()

    def restart_broker(self) -> None:
        """Which remembers nothing."""
        self._supervisor.stop("Valkey")
        time.sleep(self._dice.uniform(0.5, 1.5))
        self._supervisor.start(self._valkey.service(self._folder / "engines.log"))

    def empty_broker(self) -> None:
        with redis.Redis.from_url(self._valkey.url) as broker:
            broker.flushall()

    def restart_database(self) -> None:
        self._supervisor.stop("PostgreSQL")
        self._may_come_twice += PROCESSES * len(WORKERS)
        self._supervisor.start(self._postgres.service(self._folder / "engines.log"))
        connection.close()

    def let_all_be_sent(self) -> None:
        """Time passes: pauses are over, and leases that nobody can be at any more."""
        self._wait(self._all_are_sent)

    def check(self) -> None:
        poison = Delivery.objects.filter(notification__period=POISON)
        assert {(each.state, each.last_error.partition(":")[0]) for each in poison} == {
            ("pending", "ZeroDivisionError")
        }
        others = Delivery.objects.exclude(pk__in=poison)
        assert set(others.values_list("state", flat=True)) == {"sent"}
        arrived = Counter(self._server.taken())
        assert set(arrived) == set(others.values_list("message_id", flat=True)), "lost, or sent unasked"
        twice = [message_id for message_id, count in arrived.items() if count > 1]
        assert arrived.total() - len(arrived) <= self._may_come_twice
        assert not others.filter(message_id__in=twice, attempts=1).exists(), "sent twice by one attempt"

    def _all_are_sent(self) -> bool:
        now = timezone.now()
        with suppress(DatabaseError):
            waiting = Delivery.objects.filter(state="pending").exclude(notification__period=POISON)
            waiting.filter(next_attempt_at__gt=now).update(next_attempt_at=now)
            waiting.filter(leased_until__lt=now + LEASE - AT_WORK).update(leased_until=now)
            return not waiting.exists()
        return False

    def _start_workers(self) -> None:
        for name in WORKERS:
            usual = processes.worker(self._environ, self._log)
            command = [*usual.command, f"--concurrency={PROCESSES}", f"--hostname={name}@%h"]
            self._supervisor.start(replace(usual, name=name, command=command))

    @property
    def _environ(self) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": self._postgres.url,
            "REDIS_URL": self._valkey.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self._server.port}",
            "DJANGO_SETTINGS_MODULE": "tests.core.fault_settings",
        }

    @property
    def _log(self) -> Path:
        return self._folder / "portal.log"

    def _wait(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + LONGEST_WAIT
        while not condition():
            assert time.monotonic() < deadline, self._log.read_text()[-5000:]
            time.sleep(0.2)


@contextmanager
def play(folder: Path, dice: random.Random) -> Iterator[Play]:
    """This process asks the database of the play for as long as it lasts."""
    there = dict(connection.settings_dict)
    with mail_server(folder / "mail") as server:
        played = Play(folder, server, dice)
        try:
            played.begin()
            connection.close()
            own = Env.db_url_config(played.database_url)
            connection.settings_dict |= {
                key: own[key] for key in ("HOST", "PORT", "USER", "PASSWORD", "NAME")
            }
            yield played
        finally:
            connection.close()
            connection.settings_dict |= there
            played.end()


def copy_schema(url: str) -> None:
    """That of the database of the tests, into an empty one."""
    here = {key: quote(str(value)) for key, value in connection.settings_dict.items()}
    source = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**here)
    dump = subprocess.run(
        [programs() / "pg_dump", "--schema-only", "--no-owner", source], capture_output=True, check=True
    )
    subprocess.run(
        [programs() / "psql", "--quiet", "--set=ON_ERROR_STOP=1", url],
        input=dump.stdout,
        stdout=subprocess.DEVNULL,
        check=True,
    )
