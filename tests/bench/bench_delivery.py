"""Ten thousand mails that wait, sent by 1, 2 and 4 processes of a worker; run by `make bench`.

Set against as many processes that do nothing but hand the same mail to the same server, which takes 50 ms for each.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.db import connection, transaction

from carportal.core import tasks
from carportal.core.actor import Role
from carportal.core.delivery import deliver_due
from carportal.core.models import Delivery
from carportal.core.notifications import notify
from carportal.local import processes
from carportal.local.supervisor import Supervisor
from findings.models import Finding
from stakeholders.models import Membership, Organisation, User
from tests.actionplans.making import make_finding
from tests.core.smtp import Sink
from tests.factories import make_site, make_supplier
from tests.mail_server import MailServer, bare_senders, mail_server

CARS = 10
PEOPLE = 1000  # of one supplier, each told of each of its CARs
PER_MAIL = 0.05  # seconds that the server takes
WINDOW = 10.0  # seconds that are counted
UNDER_WAY = 3.0  # seconds before, for all to come up
LONGEST_WAIT = 60.0


@pytest.mark.usefixtures("no_worker")
def bench_delivery(environ: dict[str, str], sink: Sink, tmp_path: Path) -> None:
    owe_ten_thousand()
    mail = one_mail(sink, tmp_path)
    for number in (1, 2, 4):
        folder = tmp_path / str(number)
        with mail_server(folder, seconds=PER_MAIL) as server:
            with bare_senders(server, mail, number=number):
                bare = pace(server)
            with worker(environ, server, folder, number=number):
                tasks.deliver_due.delay()  # one wake, for all of them
                ours = pace(server)
        print(
            f"\n{number} process{'es' if number > 1 else ''}: {ours:.1f} mails a second; bare {bare:.1f}, "
            f"so {ours / bare:.2f} of the server's own pace, "
            f"{(number / ours - number / bare) * 1000:.1f} ms of our own for each mail"
        )
    assert Delivery.objects.filter(state="pending").count() > PEOPLE, "the backlog was to last"


def owe_ten_thousand() -> None:
    """As an audit owes it that finds ten CARs at a site of many people."""
    supplier = make_supplier()
    site = make_site(supplier)
    people(supplier)
    with transaction.atomic():
        for finding in [make_finding(site) for _ in range(CARS)]:
            notify(kind="car_raised_site", object_id=finding.pk)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as a server does by itself
    assert Delivery.objects.count() == CARS * PEOPLE
    assert Finding.objects.count() == CARS


def people(organisation: Organisation) -> None:
    users = User.objects.bulk_create(
        User(email=f"person{number}@example.org", name=f"Person {number}") for number in range(PEOPLE)
    )
    Membership.objects.bulk_create(
        Membership(user=user, organisation=organisation, role=Role.EDITOR) for user in users
    )


def one_mail(sink: Sink, folder: Path) -> Path:
    """The first of them as it is sent."""
    deliver_due(for_seconds=1)
    first: EmailMessage = sink.mails[0]
    path = folder / "mail"
    path.write_bytes(first.as_bytes())
    return path


@contextmanager
def worker(environ: Mapping[str, str], server: MailServer, folder: Path, *, number: int) -> Iterator[None]:
    mail = {"EMAIL_URL": f"smtp://127.0.0.1:{server.port}"}
    usual = processes.worker({**environ, **mail}, folder / "worker.log")
    supervisor = Supervisor()
    supervisor.start(replace(usual, command=[*usual.command, f"--concurrency={number}"]))
    try:
        yield
    finally:
        supervisor.stop()


def pace(server: MailServer) -> float:
    """Mails a second, once all is under way."""
    there = len(server.taken())
    deadline = time.monotonic() + LONGEST_WAIT
    while len(server.taken()) == there:
        assert time.monotonic() < deadline, "no mail comes"
        time.sleep(0.05)
    time.sleep(UNDER_WAY)
    first, began = len(server.taken()), time.monotonic()
    time.sleep(WINDOW)
    return (len(server.taken()) - first) / (time.monotonic() - began)
