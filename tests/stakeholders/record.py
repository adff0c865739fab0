"""Reading an organisation's record in tests."""

from carportal.core.audit import Aggregate, Reader, timeline
from stakeholders.models import Organisation


def sentences(organisation: Organisation) -> list[str]:
    """What the operator reads, the oldest first."""
    entries = timeline(aggregate=Aggregate.ORGANISATION, aggregate_id=organisation.pk, reader=Reader.OPERATOR)
    return [entry.sentence for entry in entries]
