"""Events are recorded, read by those they are for, and never rewritten."""

import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from carportal.core.actor import SYSTEM, Actor
from carportal.core.audit import (
    ActorNames,
    Aggregate,
    EventKind,
    Reader,
    kinds,
    record,
    redact,
    register_actor_names,
    register_event_kinds,
    timeline,
    verify,
)
from carportal.core.audit.chain import canonical
from carportal.core.errors import Conflict, InvalidInput
from carportal.core.models import AuditContent, AuditEvent
from tests.core.conftest import EVERYONE, record_names


def sentences(plan_id: uuid.UUID, reader: Reader, party_id: uuid.UUID | None = None) -> list[str]:
    entries = timeline(aggregate=Aggregate.PLAN, aggregate_id=plan_id, reader=reader, party_id=party_id)
    return [entry.sentence for entry in entries]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_name_resolvers", [])
    register_actor_names(lambda _: ActorNames("Ana Lopez", "Green Valley Foods"))


@pytest.mark.usefixtures("db", "names")
class TestRecording:
    def test_events_are_numbered_from_one_within_their_aggregate(self, actor: Actor, plan_id: uuid.UUID):
        first = record_names(plan_id, actor, "One", "Two")
        other = record_names(uuid.uuid4(), actor, "One")
        assert [event.sequence for event in (*first, *other)] == [1, 2, 1]

    def test_an_unknown_kind_is_refused(self, actor: Actor, plan_id: uuid.UUID):
        with pytest.raises(LookupError, match="test_unknown"):
            record(aggregate=Aggregate.PLAN, aggregate_id=plan_id, kind="test_unknown", actor=actor)

    def test_an_event_without_the_data_of_its_sentence_is_refused(self, actor: Actor, plan_id: uuid.UUID):
        with pytest.raises(KeyError, match="name"):
            record(aggregate=Aggregate.PLAN, aggregate_id=plan_id, kind="test_renamed", actor=actor)
        assert not AuditEvent.objects.exists()

    @pytest.mark.parametrize("value", [1.5, timezone.now(), {"a": 1}, [1.5], object()])
    def test_a_value_without_one_spelling_is_refused(self, value: object, actor: Actor, plan_id: uuid.UUID):
        with pytest.raises(TypeError, match="name"):
            record(
                aggregate=Aggregate.PLAN,
                aggregate_id=plan_id,
                kind="test_renamed",
                actor=actor,
                data={"name": value},  # type: ignore[dict-item]  # what a caller must not pass
            )

    def test_a_kind_cannot_be_registered_twice_differently(self):
        register_event_kinds(kinds.event_kind("test_triaged"))
        with pytest.raises(ValueError, match="test_triaged"):
            register_event_kinds(EventKind(name="test_triaged", sentence="Other", readers=EVERYONE))


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_of_a_transaction_is_refused(actor: Actor, plan_id: uuid.UUID):
    with pytest.raises(RuntimeError):
        record(aggregate=Aggregate.PLAN, aggregate_id=plan_id, kind="test_triaged", actor=actor)


@pytest.mark.usefixtures("db", "names")
class TestTimeline:
    def test_each_reader_sees_the_kinds_that_are_for_it(self, actor: Actor, plan_id: uuid.UUID):
        record_names(plan_id, actor, "Plan A")
        record(aggregate=Aggregate.PLAN, aggregate_id=plan_id, kind="test_triaged", actor=actor)
        assert sentences(plan_id, Reader.SITE) == ["Changed the name to Plan A", "Answered the questions"]
        assert sentences(plan_id, Reader.OPERATOR) == sentences(plan_id, Reader.SITE)
        assert sentences(plan_id, Reader.AUDITOR) == ["Changed the name to Plan A"]
        assert sentences(plan_id, Reader.PARTY) == ["Changed the name to Plan A"]

    def test_a_party_does_not_see_what_is_for_another_party(self, actor: Actor, plan_id: uuid.UUID):
        one, other = uuid.uuid4(), uuid.uuid4()
        for party, answer in ((one, "confirmed"), (other, "changes_requested")):
            record(
                aggregate=Aggregate.PLAN,
                aggregate_id=plan_id,
                kind="test_replied",
                actor=actor,
                data={"answer": answer},
                party_id=party,
            )
        assert sentences(plan_id, Reader.PARTY, one) == ["Replied: Plan confirmed"]
        assert sentences(plan_id, Reader.PARTY, other) == ["Replied: Changes wanted"]
        assert sentences(plan_id, Reader.PARTY) == []
        assert len(sentences(plan_id, Reader.SITE)) == 2

    def test_who_is_called_as_at_that_time(self, actor: Actor, plan_id: uuid.UUID):
        record_names(plan_id, actor, "Plan A")
        register_actor_names(lambda _: ActorNames("Ana Smith", "Blue Valley Foods"))
        (entry,) = timeline(aggregate=Aggregate.PLAN, aggregate_id=plan_id, reader=Reader.SITE)
        assert entry.who == "Ana Lopez, Green Valley Foods"

    def test_the_portal_itself_is_called_so(self, plan_id: uuid.UUID):
        record(aggregate=Aggregate.PLAN, aggregate_id=plan_id, kind="test_triaged", actor=SYSTEM)
        (entry,) = timeline(aggregate=Aggregate.PLAN, aggregate_id=plan_id, reader=Reader.SITE)
        assert entry.who == "The portal"

    def test_a_list_is_read_as_words(self, actor: Actor, plan_id: uuid.UUID):
        record(
            aggregate=Aggregate.PLAN,
            aggregate_id=plan_id,
            kind="test_renamed",
            actor=actor,
            data={"name": ["5A.B", "3.A"]},
        )
        assert sentences(plan_id, Reader.SITE) == ["Changed the name to 5A.B, 3.A"]

    @pytest.mark.parametrize(
        ("stored", "read"),
        [("2026-10-13", "13 October 2026"), ("20261013", "20261013"), ("2026-99-99", "2026-99-99")],
    )
    def test_a_day_is_read_as_people_write_it(
        self, stored: str, read: str, actor: Actor, plan_id: uuid.UUID
    ) -> None:
        record_names(plan_id, actor, stored)
        assert read in sentences(plan_id, Reader.SITE)[0]

    def test_reading_costs_one_query(self, actor: Actor, plan_id: uuid.UUID, django_assert_num_queries):
        record_names(plan_id, actor, *"abcdef")
        with django_assert_num_queries(1):
            assert len(sentences(plan_id, Reader.SITE)) == 6


@pytest.mark.usefixtures("db", "names")
class TestRedaction:
    def test_redacted_content_is_gone_and_the_trail_still_whole(self, actor: Actor, plan_id: uuid.UUID):
        record_names(plan_id, actor, "Worker Jane Doe", "Plan B")
        redact(aggregate=Aggregate.PLAN, aggregate_id=plan_id, sequence=1, actor=actor, reason="By mistake.")
        first, second, third = timeline(aggregate=Aggregate.PLAN, aggregate_id=plan_id, reader=Reader.SITE)
        assert (first.who, first.sentence) == ("Name removed", "Changed the name to (removed)")
        assert second.sentence == "Changed the name to Plan B"
        assert third.sentence == "Took personal details out of entry 1 of this record. Reason: By mistake."
        assert "Jane" not in str(list(AuditContent.objects.values()))
        report = verify()
        assert report.whole
        assert report.redacted == 1

    def test_the_same_entry_is_redacted_once(self, actor: Actor, plan_id: uuid.UUID):
        record_names(plan_id, actor, "Plan A")
        redact(aggregate=Aggregate.PLAN, aggregate_id=plan_id, sequence=1, actor=actor)
        with pytest.raises(Conflict):
            redact(aggregate=Aggregate.PLAN, aggregate_id=plan_id, sequence=1, actor=actor)

    def test_an_entry_that_is_not_there_cannot_be_redacted(self, actor: Actor, plan_id: uuid.UUID):
        with pytest.raises(InvalidInput):
            redact(aggregate=Aggregate.PLAN, aggregate_id=plan_id, sequence=1, actor=actor)

    def test_equal_contents_have_unlike_digests(self, actor: Actor, plan_id: uuid.UUID):
        one, two = record_names(plan_id, actor, "Plan A", "Plan A")
        assert bytes(one.content_digest) != bytes(two.content_digest)


@pytest.mark.usefixtures("db", "names")
class TestAppendOnly:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE core_auditevent SET kind = 'x'",
            "DELETE FROM core_auditevent",
            "TRUNCATE core_auditevent CASCADE",
            "UPDATE core_auditcontent SET content = '{}'",
            "UPDATE core_auditcontent SET salt = NULL, content = NULL",
            "DELETE FROM core_auditcontent",
            "TRUNCATE core_auditcontent",
            "UPDATE core_auditcheckpoint SET at = now()",
            "DELETE FROM core_auditcheckpoint",
            "UPDATE core_audithead SET sequence = 1",
            "DELETE FROM core_audithead",
            "TRUNCATE core_audithead",
        ],
    )
    def test_the_database_refuses_to_rewrite(self, statement: str, actor: Actor, plan_id: uuid.UUID):
        record_names(plan_id, actor, "Plan A")
        with pytest.raises(DatabaseError, match=r"append-only|may only be redacted"), transaction.atomic():
            connection.cursor().execute(f"SET CONSTRAINTS ALL IMMEDIATE; {statement}")
        assert verify().whole

    def test_a_tombstone_cannot_be_filled_again(self, actor: Actor, plan_id: uuid.UUID):
        record_names(plan_id, actor, "Plan A")
        redact(aggregate=Aggregate.PLAN, aggregate_id=plan_id, sequence=1, actor=actor)
        with pytest.raises(DatabaseError, match="may only be redacted"), transaction.atomic():
            AuditContent.objects.filter(event__sequence=1).update(
                salt=b"1" * 32, content={"data": {}}, redacted_at=None
            )


_values = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text()


@given(data=st.dictionaries(st.text(), _values | st.lists(_values)))
def test_canonical_json_does_not_depend_on_order(data: dict[str, object]):
    try:
        spelt = canonical(data)
    except UnicodeEncodeError:  # a lone surrogate is no text, and no form lets it in
        return
    assert canonical(dict(reversed(data.items()))) == spelt
