"""Appending to thousands of chains in a few statements, hashed exactly as one event after the other is."""

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.utils import timezone

from carportal.core.actor import Actor
from carportal.core.audit.kinds import actor_names
from carportal.core.audit.recording import BEGINNING, Link, Told, append, require_transaction
from carportal.core.models import Aggregate, AuditContent, AuditEvent

BATCH = 2000  # rows in one statement


def record_many(events: Iterable[Told], *, actor: Actor) -> list[AuditEvent]:
    """Append each event to its aggregate's chain, several of one aggregate in the order given.

    The caller holds the locks on all the aggregates' rows, or has just made them; see `record`.
    """
    require_transaction()
    by_aggregate = sorted(events, key=attrgetter("aggregate"))
    links: dict[tuple[Aggregate, UUID], Link] = {}
    for aggregate, group in groupby(by_aggregate, key=attrgetter("aggregate")):
        links |= _ends_of(aggregate, {each.aggregate_id for each in group})
    names, at = actor_names(actor), timezone.now()
    appended: list[tuple[AuditEvent, AuditContent]] = []
    for told in by_aggregate:
        key = (told.aggregate, told.aggregate_id)
        event, content = append(links.get(key, BEGINNING), told, actor, names, at)
        links[key] = Link(event.sequence, bytes(event.hash))
        appended.append((event, content))
    saved = AuditEvent.objects.bulk_create([event for event, _ in appended], batch_size=BATCH)
    for event, content in appended:
        content.event = event
    AuditContent.objects.bulk_create([content for _, content in appended], batch_size=BATCH)
    return saved


def _ends_of(aggregate: Aggregate, ids: set[UUID]) -> dict[tuple[Aggregate, UUID], Link]:
    """The last event of each chain that has one."""
    ends = (
        AuditEvent.objects.filter(aggregate=aggregate, aggregate_id__in=ids)
        .order_by("aggregate_id", "-sequence")
        .distinct("aggregate_id")
        .values_list("aggregate_id", "sequence", "hash")
    )
    return {(aggregate, pk): Link(sequence, bytes(last)) for pk, sequence, last in ends}
