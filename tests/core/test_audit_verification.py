"""Whoever gets past the triggers is found out: `verify` names each place that was tampered with."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.utils import timezone

from carportal.core.actor import Actor
from carportal.core.audit import Aggregate, checkpoint, redact, verification, verify
from carportal.core.models import AuditCheckpoint, AuditEvent, AuditHead
from tests.core.conftest import record_names

pytestmark = pytest.mark.django_db

ANOTHER = uuid.UUID(int=1)


@contextmanager
def past_the_triggers() -> Iterator[None]:
    """Write as somebody can who owns the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


def tamper(sql: str, *parameters: uuid.UUID | int | datetime | list[int]) -> None:
    with past_the_triggers(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        assert cursor.rowcount, "nothing was tampered with"


def remove(chain: uuid.UUID, *sequences: int) -> None:
    """Take events and their contents out of a chain."""
    tamper(
        """DELETE FROM core_auditcontent USING core_auditevent e
           WHERE event_id = e.id AND aggregate_id = %s AND sequence = ANY(%s)""",
        chain,
        list(sequences),
    )
    tamper(
        "DELETE FROM core_auditevent WHERE aggregate_id = %s AND sequence = ANY(%s)", chain, list(sequences)
    )


def problems() -> list[str]:
    return [f"{broken.place.rpartition(' ')[2]} {broken.problem}" for broken in verify().broken]


@pytest.fixture
def chain(actor: Actor, plan_id: uuid.UUID) -> uuid.UUID:
    record_names(uuid.uuid4(), actor, "Untouched", "Neither")
    record_names(plan_id, actor, "One", "Two", "Three", "Four")
    record_names(uuid.uuid4(), actor, "Untouched")
    return plan_id


@pytest.mark.usefixtures("chain")
def test_an_untouched_trail_is_whole():
    checkpoint()
    report = verify()
    assert report.whole
    assert (report.events, report.chains, report.checkpoints) == (7, 3, 1)


def test_an_empty_trail_is_whole():
    assert checkpoint() is None
    assert verify().whole


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "test_triaged"},
        {"at": F("at") + timedelta(microseconds=1)},
        {"actor_user_id": ANOTHER},
        {"actor_user_id": None},
        {"actor_organisation_id": ANOTHER},
        {"actor_kind": "system"},
        {"actor_role": "manager"},
        {"party_id": ANOTHER},
        {"data": {"a": 1}},
        {"content_digest": bytes(32)},
    ],
    ids=str,
)
def test_a_changed_event_is_found(change: dict[str, object], chain: uuid.UUID):
    with past_the_triggers():
        AuditEvent.objects.filter(aggregate_id=chain, sequence=2).update(**change)
    assert "2 was changed, or what precedes it was" in problems()
    assert all(problem.startswith("2 ") for problem in problems())


def test_a_changed_event_whose_hash_was_made_to_fit_shows_at_the_next(chain: uuid.UUID):
    tamper("UPDATE core_auditevent SET hash = sha256('x') WHERE aggregate_id = %s AND sequence = 2", chain)
    assert problems() == [
        "2 was changed, or what precedes it was",
        "3 was changed, or what precedes it was",
    ]


def test_changed_content_is_found(chain: uuid.UUID):
    tamper(
        """UPDATE core_auditcontent SET content = jsonb_set(content, '{data,name}', '"Other"')
           WHERE event_id = (SELECT id FROM core_auditevent WHERE aggregate_id = %s AND sequence = 3)""",
        chain,
    )
    assert problems() == ["3 had its content changed"]


def test_removed_content_is_found(chain: uuid.UUID):
    tamper(
        """DELETE FROM core_auditcontent
           WHERE event_id = (SELECT id FROM core_auditevent WHERE aggregate_id = %s AND sequence = 3)""",
        chain,
    )
    assert problems() == ["3 lost its content"]


def test_a_tombstone_without_a_redaction_is_found(chain: uuid.UUID):
    tamper(
        """UPDATE core_auditcontent SET content = NULL, salt = NULL, redacted_at = now()
           WHERE event_id = (SELECT id FROM core_auditevent WHERE aggregate_id = %s AND sequence = 3)""",
        chain,
    )
    assert problems() == ["3 lost its content without a redaction"]


def test_a_removed_middle_event_is_found(chain: uuid.UUID):
    remove(chain, 2)
    assert problems() == ["2 is missing"]


def test_a_removed_middle_event_is_found_though_the_rest_was_renumbered(chain: uuid.UUID):
    remove(chain, 2)
    for sequence in (3, 4):
        tamper(
            "UPDATE core_auditevent SET sequence = sequence - 1 WHERE aggregate_id = %s AND sequence = %s",
            chain,
            sequence,
        )
    assert problems()[0] == "2 was changed, or what precedes it was"


def test_a_removed_beginning_is_found(chain: uuid.UUID):
    remove(chain, 1, 2)
    assert problems() == ["1 is missing, up to entry 2"]


def test_a_tail_cut_after_a_checkpoint_is_found(chain: uuid.UUID):
    checkpoint()
    remove(chain, 3, 4)
    assert problems() == ["3 is missing", "4 is missing, though checkpoint 1 saw it"]


def test_a_chain_removed_whole_after_a_checkpoint_is_found(chain: uuid.UUID):
    checkpoint()
    remove(chain, 1, 2, 3, 4)
    assert problems() == ["1 is missing, up to entry 3", "4 is missing, though checkpoint 1 saw it"]


def test_a_chain_that_was_written_anew_differs_from_its_checkpoint(actor: Actor, chain: uuid.UUID):
    checkpoint()
    remove(chain, 1, 2, 3, 4)
    record_names(chain, actor, "A", "B", "C", "D")
    assert problems() == ["4 is not what checkpoint 1 saw"]


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM core_audithead WHERE aggregate_id = %s",
        "UPDATE core_audithead SET sequence = 2 WHERE aggregate_id = %s",
        "UPDATE core_audithead SET hash = sha256('x') WHERE aggregate_id = %s",
    ],
)
def test_a_changed_head_is_found(change: str, chain: uuid.UUID):
    checkpoint()
    tamper(change, chain)
    assert "1 was changed" in problems()


def test_a_removed_checkpoint_is_found(actor: Actor, chain: uuid.UUID):
    checkpoint()
    record_names(chain, actor, "Five")
    checkpoint()
    tamper("DELETE FROM core_audithead WHERE checkpoint_id = 1")
    tamper("DELETE FROM core_auditcheckpoint WHERE number = 1")
    assert problems() == ["1 is missing"]


def test_a_redaction_breaks_nothing_even_after_a_checkpoint(actor: Actor, chain: uuid.UUID):
    checkpoint()
    redact(aggregate=Aggregate.PLAN, aggregate_id=chain, sequence=4, actor=actor)
    assert verify().whole


class TestCheckpoints:
    def test_only_chains_that_moved_are_noted_again(self, actor: Actor, chain: uuid.UUID):
        checkpoint()
        record_names(chain, actor, "Five")
        checkpoint()
        heads = AuditHead.objects.filter(checkpoint=2).values_list("aggregate_id", "sequence")
        assert list(heads) == [(chain, 5)]

    @pytest.mark.usefixtures("chain")
    def test_nothing_new_makes_no_checkpoint(self):
        assert checkpoint() is not None
        assert checkpoint() is None

    def test_an_event_that_was_committed_late_is_still_noted(self, actor: Actor, chain: uuid.UUID):
        """Its id lies below that of the checkpoint before, as after a long transaction."""
        (late,) = record_names(uuid.uuid4(), actor, "Late")
        record_names(chain, actor, "Five")
        checkpoint()
        tamper("DELETE FROM core_audithead WHERE aggregate_id = %s", late.aggregate_id)
        assert checkpoint() is not None
        assert AuditHead.objects.filter(checkpoint=2, aggregate_id=late.aggregate_id).exists()

    def test_old_events_are_not_looked_at_again(self, chain: uuid.UUID):
        checkpoint()
        tamper(
            "UPDATE core_auditcheckpoint SET at = %s", timezone.now() - verification.OVERLAP - timedelta(1)
        )
        tamper("DELETE FROM core_audithead WHERE aggregate_id = %s", chain)
        assert checkpoint() is None
        assert AuditCheckpoint.objects.count() == 1


class TestCommand:
    @pytest.mark.usefixtures("chain")
    def test_it_says_that_the_trail_is_whole(self):
        checkpoint()
        out = StringIO()
        call_command("verify_audit_trail", stdout=out)
        assert out.getvalue() == "The audit trail is whole: 7 events in 3 chains, 0 redacted, 1 checkpoint.\n"

    def test_it_fails_with_one_sentence(self, chain: uuid.UUID):
        remove(chain, 2)
        out = StringIO()
        with pytest.raises(
            CommandError, match=rf"broken in 1 place; the first: plan {chain}, entry 2: is missing\."
        ):
            call_command("verify_audit_trail", stdout=out)
        assert out.getvalue() == f"plan {chain}, entry 2: is missing\n"


def test_verifying_holds_no_more_than_a_batch_in_memory(actor: Actor, monkeypatch: pytest.MonkeyPatch):
    """Rows come through a server-side cursor, in as many rounds as there are batches."""
    monkeypatch.setattr(verification, "BATCH", 10)
    for _ in range(5):
        record_names(uuid.uuid4(), actor, *"abcdefg")
    seen: list[int] = []
    assert verify(seen.append).whole
    assert seen == [10, 20, 30]
