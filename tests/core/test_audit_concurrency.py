"""Several transactions at once append to one chain, in turn, under the lock of its aggregate's row."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from carportal.core.actor import Actor
from carportal.core.audit import Aggregate, checkpoint, record, verify
from carportal.core.models import AuditCheckpoint, AuditEvent
from stakeholders.models import Organisation
from tests.factories import make_supplier

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 6
WRITES = 8


def append(organisation_id: uuid.UUID, actor: Actor, *, lock: bool = True) -> AuditEvent:
    with transaction.atomic():
        if lock:
            Organisation.objects.select_for_update().get(pk=organisation_id)
        return record(
            aggregate=Aggregate.ORGANISATION,
            aggregate_id=organisation_id,
            kind="test_renamed",
            actor=actor,
            redactable={"name": "Somebody"},
        )


def test_parallel_writers_leave_one_whole_chain_each(actor: Actor):
    suppliers = [make_supplier(), make_supplier()]

    def write(_: int) -> None:
        try:
            for number in range(WRITES):
                append(suppliers[number % 2].pk, actor)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))

    report = verify()
    assert report.whole
    assert (report.events, report.chains) == (WRITERS * WRITES, 2)


def test_a_caller_that_forgets_the_lock_cannot_fork_the_chain(actor: Actor):
    supplier = make_supplier()
    together = threading.Barrier(WRITERS)

    def write(_: int) -> bool:
        together.wait(timeout=30)
        try:
            append(supplier.pk, actor, lock=False)
        except IntegrityError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(WRITERS) as pool:
        written = sum(pool.map(write, range(WRITERS)))
    assert verify().whole
    assert AuditEvent.objects.count() == written


def test_parallel_checkpoints_are_chained_one_after_the_other(actor: Actor):
    supplier = make_supplier()

    def note(_: int) -> None:
        try:
            append(supplier.pk, actor)
            checkpoint()
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(note, range(WRITERS)))
    checkpoint()
    assert verify().whole
    assert AuditCheckpoint.objects.order_by("-number")[0].heads.get().sequence == WRITERS
