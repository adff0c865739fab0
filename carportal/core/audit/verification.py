"""Walking every chain to see that nothing was changed, removed or cut, and the notes that show a cut."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from carportal.core.audit.chain import GENESIS, canonical, content_digest, event_hash, moment
from carportal.core.audit.kinds import redacting_kinds
from carportal.core.audit.recording import event_meta
from carportal.core.models import AuditCheckpoint, AuditEvent

logger = logging.getLogger(__name__)

BATCH = 2000  # rows in memory at a time
BROKEN_KEPT = 1000  # places a report names; it counts the rest
# An event is looked at by every checkpoint of this long after it, so that a transaction that
# commits late is covered by the next one; none runs that long.
OVERLAP = timedelta(hours=2)
# Any number that nothing else in the portal locks: one checkpoint at a time.
CHECKPOINT_LOCK = 72_310_001


@dataclass(frozen=True, slots=True)
class Broken:
    """One place where the trail is not what was written."""

    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}"


@dataclass(slots=True)
class Report:
    """What `verify` walked and what it found; `broken` names the first thousand of `broken_count`."""

    events: int = 0
    chains: int = 0
    redacted: int = 0
    checkpoints: int = 0
    texts: int = 0  # kept beside the chains, by the rooms above
    broken_count: int = 0
    broken: list[Broken] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return self.broken_count == 0

    def add(self, place: str, problem: str) -> None:
        self.broken_count += 1
        if len(self.broken) < BROKEN_KEPT:
            self.broken.append(Broken(place, problem))


def checkpoint() -> AuditCheckpoint | None:
    """Note the heads of the chains that moved since the last checkpoint; None when none did.

    Its digest goes to the log as well: kept off this machine, it shows a trail that was rewritten whole.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHECKPOINT_LOCK])
        last = AuditCheckpoint.objects.order_by("-number").first()
        now = timezone.now()
        covered = AuditCheckpoint.objects.filter(at__lt=now - OVERLAP).order_by("-number").first()
        number = last.number + 1 if last else 1
        # The heads refer to a row that comes after them: its digest is over all of them.
        cursor.execute(_NOTE_HEADS, [number, covered.last_event_id if covered else 0])
        heads = cursor.rowcount
        if not heads:
            return None
        newest = AuditEvent.objects.order_by("-id").values_list("id", flat=True)[0]
        digest = event_hash(
            bytes(last.digest) if last else GENESIS,
            _checkpoint_meta(number, now, newest),
            _heads_digest(
                row[1:] for row in _rows(_HEADS + " WHERE h.checkpoint_id = %s" + _IN_ORDER, number)
            ),
        )
        row = AuditCheckpoint.objects.create(number=number, at=now, last_event_id=newest, digest=digest)
    logger.info("audit trail checkpoint %s: %s heads, digest %s", number, heads, digest.hex())
    return row


# The last events of chains among those above an id, but for those that a checkpoint has noted.
_NOTE_HEADS = """
    INSERT INTO core_audithead (checkpoint_id, aggregate, aggregate_id, sequence, hash)
    SELECT %s, e.aggregate, e.aggregate_id, e.sequence, e.hash
    FROM (
        SELECT DISTINCT ON (aggregate, aggregate_id) aggregate, aggregate_id, sequence, hash
        FROM core_auditevent WHERE id > %s
        ORDER BY aggregate, aggregate_id, sequence DESC
    ) e
    LEFT JOIN core_audithead h USING (aggregate, aggregate_id, sequence)
    WHERE h.id IS NULL
"""
_HEADS = "SELECT h.checkpoint_id, h.aggregate, h.aggregate_id, h.sequence, h.hash FROM core_audithead h"
_IN_ORDER = ' ORDER BY h.checkpoint_id, h.aggregate COLLATE "C", h.aggregate_id'


Check = Callable[[Report], None]
_checks: list[Check] = []


def register_check(check: Check) -> None:
    """Have `verify` look at texts, too, whose digests a room keeps; called from its `AppConfig.ready()`.

    The check counts them as `report.texts` and adds each that is not what was written.
    """
    if check not in _checks:
        _checks.append(check)


def verify(progress: Callable[[int], None] | None = None) -> Report:
    """Walk all checkpoints and chains in constant memory; `progress` hears the count of events so far."""
    report = Report()
    with transaction.atomic():  # a server-side cursor lives in a transaction
        _verify_checkpoints(report)
        _verify_chains(report, progress)
        for check in _checks:
            check(report)
    return report


def _checkpoint_meta(number: int, at: datetime, last_event_id: int) -> dict[str, Any]:
    return {"number": number, "at": moment(at), "last_event_id": last_event_id}


def _heads_digest(heads: Iterable[tuple[str, UUID, int, memoryview]]) -> bytes:
    digest = hashlib.sha256()
    for aggregate, aggregate_id, sequence, head in heads:
        digest.update(canonical([aggregate, str(aggregate_id), sequence, bytes(head).hex()]))
    return digest.digest()


def _rows(sql: str, *parameters: int) -> Iterator[tuple[Any, ...]]:
    """Rows through a server-side cursor, a batch at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        while batch := cursor.fetchmany(BATCH):
            yield from batch


def _verify_checkpoints(report: Report) -> None:
    previous, expected = GENESIS, 1
    heads = groupby(_rows(_HEADS + _IN_ORDER), key=itemgetter(0))
    group = next(heads, None)
    for row in AuditCheckpoint.objects.order_by("number").iterator(chunk_size=BATCH):
        report.checkpoints += 1
        if row.number != expected:
            report.add(f"checkpoint {expected}", "is missing")
        while group is not None and group[0] < row.number:
            group = next(heads, None)
        mine = group[1] if group is not None and group[0] == row.number else ()
        meta = _checkpoint_meta(row.number, row.at, row.last_event_id)
        digest = event_hash(previous, meta, _heads_digest(head[1:] for head in mine))
        if row.number == expected and digest != bytes(row.digest):
            report.add(f"checkpoint {row.number}", "was changed")
        previous, expected = bytes(row.digest), row.number + 1


def _verify_chains(report: Report, progress: Callable[[int], None] | None) -> None:
    chain: _Chain | None = None
    for row in _rows(_WALK):
        place = _Place(*row)
        if chain is None or not chain.holds(place):
            if chain is not None:
                chain.close()
            chain = _Chain(report, place)
            report.chains += 1
        chain.walk(place)
        if place.event_id is not None:
            report.events += 1
            if progress is not None and report.events % BATCH == 0:
                progress(report.events)
    if chain is not None:
        chain.close()


# Events beside their content, and every head that a checkpoint noted, whether its event is there or not.
_WALK = """
    SELECT COALESCE(e.aggregate, h.aggregate) COLLATE "C", COALESCE(e.aggregate_id, h.aggregate_id),
           COALESCE(e.sequence, h.sequence), e.id, e.kind, e.at, e.actor_kind, e.actor_user_id,
           e.actor_organisation_id, e.actor_role, e.party_id, e.data::text, e.content_digest, e.hash,
           c.event_id, c.salt, c.content::text, h.hash, h.checkpoint_id
    FROM core_auditevent e
    LEFT JOIN core_auditcontent c ON c.event_id = e.id
    FULL JOIN core_audithead h
        ON (h.aggregate, h.aggregate_id, h.sequence) = (e.aggregate, e.aggregate_id, e.sequence)
    ORDER BY 1, 2, 3
"""


class _Place(NamedTuple):
    """One row of the walk; without an event it is a head whose event is gone."""

    aggregate: str
    aggregate_id: UUID
    sequence: int
    event_id: int | None
    kind: str
    at: datetime
    actor_kind: str
    actor_user_id: UUID | None
    actor_organisation_id: UUID | None
    actor_role: str
    party_id: UUID | None
    data: str
    content_digest: memoryview
    hash: memoryview
    content_event_id: int | None
    salt: memoryview | None
    content: str | None
    head_hash: memoryview | None
    checkpoint: int | None

    def event(self) -> AuditEvent:
        return AuditEvent(
            aggregate=self.aggregate,
            aggregate_id=self.aggregate_id,
            sequence=self.sequence,
            kind=self.kind,
            at=self.at,
            actor_kind=self.actor_kind,
            actor_user_id=self.actor_user_id,
            actor_organisation_id=self.actor_organisation_id,
            actor_role=self.actor_role,
            party_id=self.party_id,
            data=json.loads(self.data),
        )


class _Chain:
    """One aggregate's chain while it is walked."""

    def __init__(self, report: Report, first: _Place) -> None:
        self.report = report
        self.key = (first.aggregate, first.aggregate_id)
        self.expected = 1
        # The stored hash of the event before, so that one change is said once; None where that is gone.
        self.previous: bytes | None = GENESIS
        self.tombstones: set[int] = set()
        self.redacted: set[int] = set()
        self.redacting = redacting_kinds()

    def holds(self, place: _Place) -> bool:
        return self.key == (place.aggregate, place.aggregate_id)

    def walk(self, place: _Place) -> None:
        if place.sequence != self.expected:
            last = place.sequence - 1
            self._add(self.expected, "is missing" + (f", up to entry {last}" if last > self.expected else ""))
            self.previous = None
        if place.event_id is None:
            self._add(place.sequence, f"is missing, though checkpoint {place.checkpoint} saw it")
            self.previous = bytes(place.head_hash or b"")
        else:
            self._check_event(place)
            self._check_content(place)
            self.previous = bytes(place.hash)
        self.expected = place.sequence + 1

    def close(self) -> None:
        for sequence in sorted(self.tombstones - self.redacted):
            self._add(sequence, "lost its content without a redaction")
        self.report.redacted += len(self.tombstones)

    def _check_event(self, place: _Place) -> None:
        event = place.event()
        if self.previous is not None:
            expected = event_hash(self.previous, event_meta(event), bytes(place.content_digest))
            if expected != bytes(place.hash):
                self._add(place.sequence, "was changed, or what precedes it was")
        if place.head_hash is not None and bytes(place.head_hash) != bytes(place.hash):
            self._add(place.sequence, f"is not what checkpoint {place.checkpoint} saw")
        if event.kind in self.redacting:
            self.redacted.add(event.data["sequence"])

    def _check_content(self, place: _Place) -> None:
        if place.content_event_id is None:
            self._add(place.sequence, "lost its content")
        elif place.content is None or place.salt is None:
            self.tombstones.add(place.sequence)
        elif content_digest(bytes(place.salt), json.loads(place.content)) != bytes(place.content_digest):
            self._add(place.sequence, "had its content changed")

    def _add(self, sequence: int, problem: str) -> None:
        aggregate, aggregate_id = self.key
        self.report.add(f"{aggregate} {aggregate_id}, entry {sequence}", problem)
