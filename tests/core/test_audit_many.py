"""Many events at once are chained as one after the other would be."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from carportal.core.actor import SYSTEM, Actor
from carportal.core.audit import Aggregate, Reader, Told, record_many, timeline, verify
from carportal.core.models import AuditEvent
from tests.core.conftest import record_names

PLANS = [UUID(int=number) for number in (1, 2, 3)]


def told(pk: UUID, name: str, aggregate: Aggregate = Aggregate.PLAN) -> Told:
    return Told(aggregate, pk, "test_renamed", redactable={"name": name})


def names(pk: UUID) -> list[str]:
    entries = timeline(aggregate=Aggregate.PLAN, aggregate_id=pk, reader=Reader.SITE)
    return [entry.sentence.removeprefix("Changed the name to ") for entry in entries]


numbers = st.lists(st.integers(0, 2), max_size=6)


@pytest.mark.django_db
@settings(max_examples=settings().max_examples // 4)
@given(before=numbers, at_once=numbers, after=numbers)
def test_chains_go_on_whoever_wrote_their_beginning(
    before: Sequence[int], at_once: Sequence[int], after: Sequence[int]
) -> None:
    steps = [
        (PLANS[number], f"{place} {step}")
        for place, each in enumerate((before, at_once, after))
        for step, number in enumerate(each)
    ]
    first, last = len(before), len(before) + len(at_once)
    with transaction.atomic():
        for pk, name in steps[:first]:
            record_names(pk, SYSTEM, name)
        record_many([told(*each) for each in steps[first:last]], actor=SYSTEM)
        for pk, name in steps[last:]:
            record_names(pk, SYSTEM, name)
        assert {pk: names(pk) for pk in PLANS} == {
            pk: [name for each, name in steps if each == pk] for pk in PLANS
        }
        assert verify().whole
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_takes_as_many_statements_for_hundreds_as_for_two(
    actor: Actor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for first, last in ((1, 3), (3, 303)):
        with django_assert_num_queries(5):  # the actor's two names, ends of the chains, events, contents
            record_many([told(UUID(int=number), "A") for number in range(first, last)], actor=actor)
    assert AuditEvent.objects.count() == 302
    assert verify().whole


@pytest.mark.django_db
def test_ids_of_different_kinds_have_chains_of_their_own(actor: Actor) -> None:
    record_many([told(PLANS[0], "A"), told(PLANS[0], "B", Aggregate.AUDIT)], actor=actor)
    assert set(AuditEvent.objects.values_list("aggregate", "sequence")) == {("plan", 1), ("audit", 1)}
    assert verify().whole


@pytest.mark.django_db(transaction=True)
def test_is_refused_outside_of_a_transaction(actor: Actor) -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        record_many([told(PLANS[0], "A")], actor=actor)
