"""The record of an audit or a CAR, as the reader of a page may see it."""

from typing import Any
from uuid import UUID

from carportal.core import audit
from carportal.core.decorators import ActorRequest
from carportal.core.together import Reads
from findings.records import reader_of

# Entries that are shown unless all are asked for.
RECENT = 10


def record_context(
    request: ActorRequest, aggregate: audit.Aggregate, pk: UUID, *, may_redact: bool
) -> Reads[dict[str, Any]]:
    """`record`, the latest entry first, how many `older` ones are not shown, and whether names can be taken out."""
    told = yield from audit.timeline_of(
        aggregate=aggregate,
        aggregate_id=pk,
        reader=reader_of(request.actor),
        party_id=request.actor.organisation_id,
    )
    entries = told[::-1]
    shown = entries if request.GET.get("record") == "all" else entries[:RECENT]
    return {
        "record": shown,
        "older": len(entries) - len(shown),
        "record_of": {"aggregate": aggregate, "pk": pk},
        "may_redact_record": may_redact,
    }
