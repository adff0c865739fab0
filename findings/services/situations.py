"""From rows to the planner's values: one site's audits and CARs around the audit to publish."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Prefetch, prefetch_related_objects

from findings.models import Audit, AuditEntry, Finding, LeftDecision, LeftFinding
from findings.publishing import Car, Edition, Entry, Left, Situation
from findings.publishing.situation import Place

# An audit that is not published yet comes after all others of the same day.
NOT_YET = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The situation beside the rows that it was read from."""

    situation: Situation
    audits: dict[UUID, Audit]  # every published edition of the site, and the audit itself
    findings: dict[UUID, Finding]
    entries: dict[UUID, AuditEntry]  # of the audit itself
    left: list[LeftFinding]  # by whichever edition

    def decided_before(self, left: Left) -> LeftFinding | None:
        """That the CAR stays, if the operator has decided so on the same question of an earlier edition."""
        reference = self.audits[left.edition].reference
        same = [
            row
            for row in self.left
            if (row.finding_id, row.reason, row.decision) == (left.car, left.reason, LeftDecision.STAYS)
            and self.audits[row.audit_id].reference == reference
        ]
        return max(same, key=lambda row: self.audits[row.audit_id].edition, default=None)


def load_situation(audit: Audit) -> Loaded:
    """Read everything that publishing `audit` depends on; the caller holds the site's lock, or only looks.

    Five queries, however much there is; all the audits come with their entries.
    """
    published = list(
        Audit.objects.published()
        .filter(site=audit.site_id)
        .prefetch_related("entries")
        .order_by("reference", "edition")
    )
    findings = {
        finding.pk: finding
        for finding in Finding.objects.filter(site=audit.site_id).select_related("audit", "closed_by")
    }
    # The last edition of each reference stands for the audit, the first tells when it was published.
    current = {each.reference: each for each in published}
    first_published = {each.reference: each.published_at or NOT_YET for each in reversed(published)}
    former = current.pop(audit.reference, None)
    prefetch_related_objects([audit], Prefetch("entries", AuditEntry.objects.select_related("carried_from")))
    entries = list(audit.entries.all())
    others = [
        _edition(each, first_published[each.reference], each.entries.all()) for each in current.values()
    ]
    this = _edition(audit, first_published.get(audit.reference, NOT_YET), entries)
    places = {each.reference: each.place for each in [*others, this]}
    left = list(LeftFinding.objects.filter(finding__site=audit.site_id))
    decided = {row.finding_id for row in left if row.decision == LeftDecision.CLOSED}
    situation = Situation(
        audit=this,
        others=tuple(others),
        cars=tuple(_cars(findings, published, places, decided)),
        former_place=_place(former, first_published[former.reference]) if former else None,
        left=frozenset((row.finding_id, row.audit_id) for row in left),
        undecided=frozenset(
            (row.finding_id, row.audit_id) for row in left if row.decision == LeftDecision.UNDECIDED
        ),
    )
    return Loaded(
        situation=situation,
        audits={each.pk: each for each in [*published, audit]},
        findings=findings,
        entries={entry.pk: entry for entry in entries},
        left=left,
    )


def _place(audit: Audit, first_published_at: datetime) -> Place:
    return Place(audit.date, first_published_at, audit.reference)


def _edition(audit: Audit, first_published_at: datetime, entries: Iterable[AuditEntry]) -> Edition:
    return Edition(
        id=audit.pk,
        reference=audit.reference,
        place=_place(audit, first_published_at),
        is_periodic=audit.is_periodic,
        scope=frozenset(audit.scope),
        entries=tuple(
            Entry(
                id=entry.pk,
                requirement=entry.requirement,
                is_car=entry.is_car,
                title=entry.issue_title,
                car=_kept(entry) if audit.is_draft else entry.finding_id,
            )
            for entry in entries
        ),
    )


def _kept(entry: AuditEntry) -> UUID | None:
    """The CAR of the entry that this one was carried from, if both are CARs on the same requirement."""
    before = entry.carried_from
    if before is None or not (before.is_car and entry.is_car) or before.requirement != entry.requirement:
        return None
    return before.finding_id


def _cars(
    findings: dict[UUID, Finding], published: list[Audit], places: dict[str, Place], decided: set[UUID]
) -> Iterable[Car]:
    recorded = {
        entry.finding_id
        for audit in published
        for entry in audit.entries.all()
        if entry.finding_id and findings[entry.finding_id].audit_id == audit.pk
    }
    # What no audit recorded when it was raised is a copy of the CAR that was raised anew as it.
    copy_of = {
        finding.raised_anew_as_id: finding.pk
        for finding in findings.values()
        if finding.raised_anew_as_id and finding.raised_anew_as_id not in recorded
    }
    roots = {finding_id: _first_of(finding_id, copy_of) for finding_id in findings}
    references = {finding_id: findings[root].audit.reference for finding_id, root in roots.items()}
    for finding in findings.values():
        reference = references[finding.pk]
        ended_by = finding.closed_by.reference if finding.closed_by else None
        if finding.superseded_by_id:
            ended_by = references[finding.superseded_by_id]
        yield Car(
            id=finding.pk,
            reference=reference,
            place=places[reference],
            requirement=finding.requirement,
            title=finding.issue_title,
            root=roots[finding.pk],
            ended_by=ended_by,
            successor=finding.superseded_by_id,
            decided=finding.pk in decided,
            taken_up_by=finding.raised_anew_as_id,
        )


def _first_of(finding_id: UUID, copy_of: dict[UUID, UUID]) -> UUID:
    while finding_id in copy_of:
        finding_id = copy_of[finding_id]
    return finding_id
