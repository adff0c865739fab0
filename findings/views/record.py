"""The record of an audit or a CAR, as the reader of a page may see it."""

from typing import Any
from uuid import UUID

from carportal.core import audit
from carportal.core.actor import Actor
from carportal.core.decorators import ActorRequest

# Entries that are shown unless all are asked for.
RECENT = 10


def reader_of(actor: Actor) -> audit.Reader:
    """Through whose eyes the actor reads; the object itself it sees already."""
    if actor.is_operator:
        return audit.Reader.OPERATOR
    if actor.is_supplier:
        return audit.Reader.SITE
    return audit.Reader.AUDITOR if actor.is_auditor else audit.Reader.PARTY


def record_context(request: ActorRequest, aggregate: audit.Aggregate, pk: UUID) -> dict[str, Any]:
    """`record`, the latest entry first, and how many `older` ones are not shown."""
    entries = audit.timeline(
        aggregate=aggregate,
        aggregate_id=pk,
        reader=reader_of(request.actor),
        party_id=request.actor.organisation_id,
    )[::-1]
    shown = entries if request.GET.get("record") == "all" else entries[:RECENT]
    return {"record": shown, "older": len(entries) - len(shown)}
