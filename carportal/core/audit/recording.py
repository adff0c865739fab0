"""Writing events, and taking personal content back out of them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carportal.core.actor import Actor
from carportal.core.audit.chain import GENESIS, Scalar, Value, content_digest, event_hash, moment
from carportal.core.audit.kinds import (
    ActorNames,
    EventKind,
    Reader,
    actor_names,
    event_kind,
    register_event_kinds,
)
from carportal.core.errors import Conflict, InvalidInput
from carportal.core.models import Aggregate, AuditContent, AuditEvent

REDACTED = EventKind(
    name="content_redacted",
    sentence=gettext_lazy(
        "Took personal details out of entry %(sequence)s of this record. Reason: %(reason)s"
    ),
    readers=frozenset({Reader.SITE, Reader.OPERATOR}),
    redacts=True,
)
register_event_kinds(REDACTED)


class Link(NamedTuple):
    """The last event of a chain, which the next one is hashed over."""

    sequence: int
    hash: bytes


BEGINNING = Link(0, GENESIS)


@dataclass(frozen=True, slots=True)
class Told:
    """What an event is to say; see `record`."""

    aggregate: Aggregate
    aggregate_id: UUID
    kind: str
    data: Mapping[str, Value] = field(default_factory=dict)
    redactable: Mapping[str, Value] = field(default_factory=dict)
    party_id: UUID | None = None


def event_meta(event: AuditEvent) -> dict[str, Any]:
    """What of an event is hashed beside its content's digest: every column but the two hashes."""
    return {
        "actor_kind": str(event.actor_kind),
        "actor_organisation_id": _text(event.actor_organisation_id),
        "actor_role": str(event.actor_role),
        "actor_user_id": _text(event.actor_user_id),
        "aggregate": str(event.aggregate),
        "aggregate_id": _text(event.aggregate_id),
        "at": moment(event.at),
        "data": event.data,
        "kind": event.kind,
        "party_id": _text(event.party_id),
        "sequence": event.sequence,
    }


def record(
    *,
    aggregate: Aggregate,
    aggregate_id: UUID,
    kind: str,
    actor: Actor,
    data: Mapping[str, Value] | None = None,
    redactable: Mapping[str, Value] | None = None,
    party_id: UUID | None = None,
) -> AuditEvent:
    """Append one event to the aggregate's chain, inside the transaction of the write it tells of.

    The caller holds the lock on the aggregate's row, so nobody else appends meanwhile. `data` is kept
    for good; `redactable` (what may name people) can be taken out again. Both fill the kind's sentence.
    With `party_id` only that organisation, of all parties, reads the event. RuntimeError outside of a
    transaction, LookupError for an unknown kind, KeyError for data that its sentence lacks.
    """
    require_transaction()
    last = (
        AuditEvent.objects.filter(aggregate=aggregate, aggregate_id=aggregate_id)
        .order_by("-sequence")
        .values_list("sequence", "hash")
        .first()
    )
    link = Link(last[0], bytes(last[1])) if last else BEGINNING
    told = Told(aggregate, aggregate_id, kind, data or {}, redactable or {}, party_id)
    event, content = append(link, told, actor, actor_names(actor), timezone.now())
    event.save(force_insert=True)
    content.event = event
    content.save(force_insert=True)
    return event


def append(
    link: Link, told: Told, actor: Actor, names: ActorNames, at: datetime
) -> tuple[AuditEvent, AuditContent]:
    """The event that comes after `link`, and its content; neither is saved."""
    known = event_kind(told.kind)
    facts, personal = _plain(told.data), _plain(told.redactable)
    # A sentence that lacks a value fails at the write, not for its readers.
    str(known.sentence) % {**facts, **personal}
    content = {"actor_name": names.person, "organisation_name": names.organisation, "data": personal}
    salt = secrets.token_bytes(32)
    digest = content_digest(salt, content)
    event = AuditEvent(
        aggregate=told.aggregate,
        aggregate_id=told.aggregate_id,
        sequence=link.sequence + 1,
        kind=known.name,
        at=at,
        actor_kind=actor.kind,
        actor_user_id=actor.user_id,
        actor_organisation_id=actor.speaks_for,
        actor_role=actor.role or "",
        party_id=told.party_id,
        data=facts,
        content_digest=digest,
    )
    event.hash = event_hash(link.hash, event_meta(event), digest)
    return event, AuditContent(salt=salt, content=content)


def require_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("an event is recorded inside the transaction of its write")


def redact(
    *,
    aggregate: Aggregate,
    aggregate_id: UUID,
    sequence: int,
    actor: Actor,
    reason: str = "",
    kind: EventKind = REDACTED,
) -> AuditEvent:
    """Take the personal content of one event out, leaving a tombstone and an event that says so and why.

    The caller has checked that the actor may, and holds the lock on the aggregate's row. `kind` is for a
    record that others read. InvalidInput when there is no such event, Conflict when it was redacted before.
    """
    row = AuditContent.objects.filter(
        event__aggregate=aggregate, event__aggregate_id=aggregate_id, event__sequence=sequence
    ).first()
    if row is None:
        raise InvalidInput(_("There is no such entry."))
    if row.redacted_at is not None:
        raise Conflict(_("The personal details of this entry have been taken out already."))
    event = record(
        aggregate=aggregate,
        aggregate_id=aggregate_id,
        kind=kind.name,
        actor=actor,
        data={"sequence": sequence},
        redactable={"reason": reason},
    )
    AuditContent.objects.filter(pk=row.pk).update(salt=None, content=None, redacted_at=event.at)
    return event


def _plain(values: Mapping[str, Value] | None) -> dict[str, Any]:
    """The values as JSON keeps them; TypeError for what has no one spelling (floats, dates, objects)."""
    plain: dict[str, Any] = {}
    for name, value in (values or {}).items():
        if value is None or isinstance(value, str | int):
            plain[name] = _scalar(value)
        elif isinstance(value, list | tuple) and all(
            item is None or isinstance(item, str | int) for item in value
        ):
            plain[name] = [_scalar(item) for item in value]
        else:
            raise TypeError(
                f"{name}={value!r}: an event keeps texts, whole numbers, yes or no, and lists of them"
            )
    return plain


def _scalar(value: Scalar) -> Scalar:
    # A choice is a str too; JSON keeps its value, as the database does. PostgreSQL holds no NUL.
    return str(value).replace("\0", "") if isinstance(value, str) else value


def _text(value: UUID | None) -> str | None:
    return str(value) if value else None
