"""Taking people out of a record, whatever it is the record of: the rooms above say whose it is and who may."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from carportal.core.actor import Actor
from carportal.core.audit.kinds import EventKind, Reader
from carportal.core.audit.reading import TimelineEntry, timeline
from carportal.core.audit.recording import REDACTED, redact
from carportal.core.errors import InvalidInput
from carportal.core.models import Aggregate, AuditContent

REASON_LENGTH = 500


class Place(NamedTuple):
    """A page on the way to a record."""

    label: str
    url: str


class RecordPage(NamedTuple):
    """What the record is of, as people call it, and the way to the page on which it is read."""

    reference: str
    way: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Record:
    """The records of one kind of aggregate, for who takes names out of them.

    `load` gives what the record is of, or None where the actor does not see it; `lock` locks its row.
    `check_redacts` raises NotAllowed with the reason. `redacted` tells of it, to those who may read that.
    """

    aggregate: Aggregate
    load: Callable[[Actor, UUID], Any]
    lock: Callable[[UUID], Any]
    check_redacts: Callable[[Actor, Any], None]
    reader_of: Callable[[Actor], Reader]
    page: Callable[[Actor, Any], RecordPage]
    redacted: EventKind = REDACTED


_records: dict[Aggregate, Record] = {}


def register_records(*records: Record) -> None:
    """Make records known; called from an app's `AppConfig.ready()`."""
    for record in records:
        if _records.get(record.aggregate, record) != record:
            raise ValueError(f"the record of {record.aggregate!r} is registered twice, differently")
        _records[record.aggregate] = record


def record_of(aggregate: str) -> Record:
    """LookupError for a name that no room has registered."""
    for known, record in _records.items():
        if known == aggregate:
            return record
    raise LookupError(f"no record of {aggregate!r} is registered")


def redactable_entries(record: Record, aggregate_id: UUID, actor: Actor) -> list[TimelineEntry]:
    """The entries that this actor reads and that still name somebody, the latest first."""
    entries = timeline(
        aggregate=record.aggregate,
        aggregate_id=aggregate_id,
        reader=record.reader_of(actor),
        party_id=actor.organisation_id,
    )
    return [entry for entry in reversed(entries) if entry.names_somebody]


def personal_texts(aggregate: Aggregate, aggregate_id: UUID) -> dict[int, list[str]]:
    """What people wrote that the entries of a record quote, by the entry's place; not who did what it tells of."""
    contents = AuditContent.objects.filter(
        event__aggregate=aggregate, event__aggregate_id=aggregate_id, redacted_at=None
    ).exclude(content__data={})
    return {
        sequence: [value for value in data.values() if isinstance(value, str)]
        for sequence, data in contents.order_by("event__sequence").values_list(
            "event__sequence", "content__data"
        )
    }


@transaction.atomic
def redact_entry(
    *, aggregate: Aggregate, aggregate_id: UUID, actor: Actor, sequence: int, reason: str
) -> None:
    """Take what it says of people out of one entry, one that the actor reads.

    NotAllowed for who may not; InvalidInput by field for an entry that names nobody, or a reason that is missing.
    """
    reason = reason.strip()
    record = record_of(aggregate)
    record.check_redacts(actor, record.lock(aggregate_id))
    check_reason(reason)
    if sequence not in {entry.sequence for entry in redactable_entries(record, aggregate_id, actor)}:
        sentence = _("Choose an entry of the record that still names somebody.")
        raise InvalidInput(sentence, fields={"entry": [sentence]})
    redact(
        aggregate=aggregate,
        aggregate_id=aggregate_id,
        sequence=sequence,
        actor=actor,
        reason=reason,
        kind=record.redacted,
    )


def check_reason(reason: str) -> None:
    """InvalidInput where nobody would learn from the record why something was removed."""
    sentence = ""
    if not reason:
        sentence = _("Say why, without naming anybody.")
    elif len(reason) > REASON_LENGTH:
        sentence = _("The reason has %(count)s characters; the most is %(most)s.") % {
            "count": len(reason),
            "most": REASON_LENGTH,
        }
    if sentence:
        raise InvalidInput(sentence, fields={"reason": [sentence]})
