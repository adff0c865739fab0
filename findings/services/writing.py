"""Writing what an import was planned to do, in as few statements as it takes, each thing with its event."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar
from uuid import UUID

from carportal.core import audit as trail
from carportal.core.actor import Actor
from findings.importing.known import EntryKey, EntryText
from findings.importing.plans import AuditFacts, ChangedAudit, ImportPlan, NewAudit
from findings.models import Audit, AuditEntry, EntryType
from findings.services.known import key_of
from findings.services.steps import organisation_of
from stakeholders import services as stakeholders
from stakeholders.models import Site

T = TypeVar("T")

BATCH = 500  # audits with all that belongs to them; as often is progress told
ENTRY_FIELDS = ["raw_code", "issue_title", "details"]


class Writing:
    """One import; the caller holds the locks on all that is here already."""

    def __init__(self, plan: ImportPlan, actor: Actor, progress: Callable[[int, int], None]) -> None:
        self.plan = plan
        self.actor = actor
        self._progress = progress
        self._done = 0
        self._sites: dict[str, Site] = {}

    def write(self) -> None:
        plan = self.plan
        suppliers = [stakeholders.SupplierToAdd(each.reference, each.name) for each in plan.suppliers]
        # In the order of their references, so that two writers never wait for each other.
        stakeholders.add_suppliers(actor=self.actor, suppliers=sorted(suppliers))
        self._tell(len(suppliers))
        sites = [
            stakeholders.SiteToAdd(each.reference, each.name, each.country, each.supplier_reference)
            for each in plan.sites
        ]
        stakeholders.add_sites(actor=self.actor, sites=sorted(sites))
        self._tell(len(sites))
        self._load_sites()
        for news in _batches(sorted(plan.audits, key=lambda each: each.facts.reference)):
            self._record(news)
            self._tell(len(news) + sum(len(each.entries) for each in news))
        for changes in _batches(plan.changed):
            self._change(changes)
            self._tell(len(changes))
        invitations = [stakeholders.ToInvite(each.supplier_reference, each.address) for each in plan.contacts]
        stakeholders.prepare_invitations(actor=self.actor, invitations=invitations)
        self._tell(len(invitations))

    def _tell(self, more: int) -> None:
        self._done += more
        self._progress(self._done, self.plan.steps)

    def _load_sites(self) -> None:
        new = {each.facts.site_reference for each in self.plan.audits}
        changed = {each.facts.site_reference for each in self.plan.changed}
        sites = Site.objects.filter(reference__in=new | changed)
        self._sites = {each.reference: each for each in sites}

    # --- Audits that are new ----------------------------------------------------------------------

    def _record(self, news: list[NewAudit]) -> None:
        operator = organisation_of(self.actor)
        audits = [Audit(recorded_by_id=operator, **self._values(each.facts)) for each in news]
        Audit.objects.bulk_create(audits)
        pairs = list(zip(audits, news, strict=True))
        AuditEntry.objects.bulk_create(
            [_entry(audit.pk, key, text) for audit, new in pairs for key, text in new.entries.items()]
        )
        trail.record_many(
            [
                self._told(audit.pk, "audit_imported", audit, findings=len(new.entries))
                for audit, new in pairs
            ],
            actor=self.actor,
        )

    def _values(self, facts: AuditFacts) -> dict[str, object]:
        return {
            "reference": facts.reference,
            "site": self._sites[facts.site_reference],
            "audit_company_id": facts.company_id,
            "type": facts.type,
            "date": facts.date,
            "scope": list(facts.scope),
        }

    def _told(self, audit_id: UUID, kind: str, audit: Audit, **more: trail.Value) -> trail.Told:
        data = {"type": str(audit.type), "date": audit.date.isoformat(), "site": audit.site.name, **more}
        return trail.Told(trail.Aggregate.AUDIT, audit_id, kind, data)

    # --- Drafts that become what the file says ----------------------------------------------------

    def _change(self, changes: list[ChangedAudit]) -> None:
        audits = Audit.objects.prefetch_related("entries").in_bulk([each.id for each in changes])
        events, new, changed, removed = [], [], [], []
        for change in changes:
            audit = audits[change.id]
            for name, value in self._values(change.facts).items():
                setattr(audit, name, value)
            entries = {key_of(entry): entry for entry in audit.entries.all()}
            removed += [entries[key].pk for key in change.removed]
            changed += [_said(entries[key], text) for key, text in change.changed.items()]
            new += [_entry(audit.pk, key, text) for key, text in change.added.items()]
            events.append(self._told_change(audit, change))
        Audit.objects.bulk_update(
            audits.values(), ["site", "audit_company", "type", "date", "scope"], batch_size=BATCH
        )
        AuditEntry.objects.filter(pk__in=removed).delete()
        AuditEntry.objects.bulk_update(changed, ENTRY_FIELDS, batch_size=BATCH)
        AuditEntry.objects.bulk_create(new)
        trail.record_many(events, actor=self.actor)

    def _told_change(self, audit: Audit, change: ChangedAudit) -> trail.Told:
        return self._told(
            audit.pk,
            "audit_changed_by_import",
            audit,
            added=_codes(change.added),
            changed=_codes(change.changed),
            removed=_codes(change.removed),
        )


def _entry(audit_id: UUID, key: EntryKey, text: EntryText) -> AuditEntry:
    entry = AuditEntry(
        audit_id=audit_id,
        type=EntryType(key.type),
        area=key.requirement.area,
        letter=key.requirement.letter,
    )
    return _said(entry, text)


def _said(entry: AuditEntry, text: EntryText) -> AuditEntry:
    entry.raw_code, entry.issue_title, entry.details = text
    return entry


def _codes(entries: dict[EntryKey, EntryText]) -> list[str]:
    return sorted(text.code for text in entries.values())


def _batches(items: Sequence[T]) -> Iterator[list[T]]:
    return (list(items[start : start + BATCH]) for start in range(0, len(items), BATCH))
