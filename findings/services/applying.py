"""Carrying a plan out on locked rows, each step with its event in the records; the mails come last."""

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from carportal.core.actor import Actor
from carportal.core.notifications import notify
from carportal.core.references import next_reference
from findings import hooks
from findings.chains import times_raised
from findings.models import Audit, AuditEntry, Finding, LeftFinding
from findings.publishing import Left, Plan
from findings.services.access import grant_by_relationships
from findings.services.situations import Loaded
from findings.services.steps import record_audit_event, record_finding_event

COPIED = ["site_id", "scheme", "area", "letter", "raw_code", "issue_title", "details", "raised_on"]


def new_car_reference() -> str:
    return next_reference("CAR", timezone.now().year)


class Applying:
    """One publication; the caller holds the locks on the site, the audit and all CARs of the site.

    `decided_now` are the (CAR, edition) pairs that the operator decides with it, right after.
    """

    def __init__(
        self,
        audit: Audit,
        loaded: Loaded,
        plan: Plan,
        actor: Actor,
        at: datetime,
        decided_now: Collection[tuple[UUID, UUID]],
        new_reference: Callable[[], str],
    ) -> None:
        self.audit = audit
        self.loaded = loaded
        self.plan = plan
        self.actor = actor
        self.at = at
        self.decided_now = decided_now
        self.new_reference = new_reference
        self.findings = dict(loaded.findings)
        self.new: list[Finding] = []

    def apply(self) -> None:
        self._raise()
        self._keep()
        self._copy()
        self._publish()
        grant_by_relationships(site_id=self.audit.site_id, finding_ids=[each.pk for each in self.new])
        self._raise_anew()
        self._end()
        self._count()
        for left in self.plan.left:
            self._leave(left)
        for car_id, edition_id in self.plan.no_longer_left:
            self._take_back(car_id, edition_id)
        self._notify()

    def _reference_of(self, edition_id: UUID) -> str:
        return self.loaded.audits[edition_id].reference

    def _event(self, finding_id: UUID, kind: str, **data: str) -> None:
        record_finding_event(finding_id, kind, self.actor, data)

    def _add(self, finding: Finding) -> None:
        finding.save(force_insert=True)
        self.findings[finding.pk] = finding
        self.new.append(finding)

    def _raise(self) -> None:
        for entry_id in self.plan.raised:
            entry = self.loaded.entries[entry_id]
            finding = Finding(
                pk=entry.pk,
                reference=self.new_reference(),
                site_id=self.audit.site_id,
                audit=self.audit,
                scheme=self.audit.scheme,
                area=entry.area,
                letter=entry.letter,
                raw_code=entry.raw_code,
                issue_title=entry.issue_title,
                details=entry.details,
                raised_on=self.audit.date,
            )
            self._add(finding)
            self._link(entry, finding)
            self._event(finding.pk, "car_raised", audit=self.audit.reference)

    @staticmethod
    def _link(entry: AuditEntry, finding: Finding) -> None:
        entry.finding = finding
        entry.save(update_fields=["finding"])

    def _keep(self) -> None:
        """The CARs that a new edition still has; what it says of them goes for those that have not ended."""
        for finding_id, entry_id in self.plan.kept:
            finding, entry = self.findings[finding_id], self.loaded.entries[entry_id]
            self._link(entry, finding)
            if not finding.is_under_way:
                continue
            corrected = {
                "raw_code": entry.raw_code,
                "issue_title": entry.issue_title,
                "details": entry.details,
                "raised_on": self.audit.date,
            }
            changed = [name for name, value in corrected.items() if getattr(finding, name) != value]
            for name in changed:
                setattr(finding, name, corrected[name])
            if changed:
                finding.save(update_fields=changed)
                self._event(finding.pk, "car_text_corrected", audit=self.audit.reference)

    def _publish(self) -> None:
        """From here on the database refuses every change of the audit and its entries."""
        self.audit.publish()
        self.audit.published_at = self.at
        self.audit.published_by_id = self.actor.user_id
        self.audit.save(update_fields=["status", "published_at", "published_by"])
        record_audit_event(
            self.audit,
            "audit_published",
            self.actor,
            {
                "raised": len(self.new),
                "superseded": len(self.plan.superseded),
                "closed": len(self.plan.closed),
                "left": len(self.plan.left),
            },
        )
        if self.audit.corrects_id is not None:
            record_audit_event(
                Audit.objects.select_for_update(no_key=True).get(pk=self.audit.corrects_id),
                "audit_corrected",
                self.actor,
                {"edition": self.audit.edition},
                {"reason": self.audit.correction_reason},
            )

    def _copy(self) -> None:
        """Raise anew what the corrected audit wrongly ended and has no CAR of its own for."""
        for old_id, new_id, is_copy in self.plan.raised_anew:
            if is_copy and new_id is not None:
                copy = Finding(
                    pk=new_id,
                    reference=self.new_reference(),
                    audit=self.audit,
                    **{name: getattr(self.findings[old_id], name) for name in COPIED},
                )
                self._add(copy)
                self._event(copy.pk, "car_raised_anew", audit=self.audit.reference)

    def _raise_anew(self) -> None:
        for old_id, new_id, _is_copy in self.plan.raised_anew:
            if new_id is None:
                raise ValueError("a choice is missing")
            old, new = self.findings[old_id], self.findings[new_id]
            old.raised_anew_as = new
            old.save(update_fields=["raised_anew_as"])
            self._event(old.pk, "car_taken_up", audit=self.audit.reference)
            hooks.carry_over(old, new, self.actor)

    def _end(self) -> None:
        for superseded in self.plan.superseded:
            if superseded.by is None:
                raise ValueError("a choice is missing")
            finding = self._fresh(superseded.car)
            finding.supersede(successor=self.findings[superseded.by], at=self.at)
            finding.save(update_fields=["status", "superseded_by", "ended_at", "ended_on"])
            self._event(finding.pk, "car_superseded", audit=self._reference_of(superseded.edition))
        for closed in self.plan.closed:
            finding = self._fresh(closed.car)
            finding.close(audit=self.loaded.audits[closed.edition], at=self.at)
            finding.save(update_fields=["status", "closed_by", "ended_at", "ended_on"])
            self._event(finding.pk, "car_closed", audit=self._reference_of(closed.edition))

    def _count(self) -> None:
        """How often each CAR was raised: a late audit or a correction changes it far along a chain."""
        findings = list(Finding.objects.filter(site=self.audit.site_id).order_by("pk"))
        times = times_raised(findings)
        for finding in findings:
            if finding.times_raised != times[finding.pk]:
                finding.times_raised = times[finding.pk]
                finding.save(update_fields=["times_raised"])

    @staticmethod
    def _fresh(finding_id: UUID) -> Finding:
        """Read again: a plan that was carried over may have moved the CAR on."""
        return Finding.objects.get(pk=finding_id)

    def _leave(self, left: Left) -> None:
        row = LeftFinding(finding_id=left.car, audit_id=left.edition, reason=left.reason)
        # Of the same question, decided on an earlier edition, the answer goes on; what is decided now, decides.
        before = None if (left.car, left.edition) in self.decided_now else self.loaded.decided_before(left)
        if before is not None:
            row.decision, row.note = before.decision, before.note
            row.decided_by, row.decided_at = before.decided_by, before.decided_at
        row.save()
        self._event(left.car, "car_left", audit=self._reference_of(left.edition), reason=left.reason)

    def _take_back(self, car_id: UUID, edition_id: UUID) -> None:
        LeftFinding.objects.filter(finding=car_id, audit=edition_id).delete()
        self._event(car_id, "car_no_longer_left", audit=self._reference_of(edition_id))

    def _notify(self) -> None:
        """Only of CARs that are still under way: a late audit's may have ended at once."""
        for finding in self.new:
            if finding.pk not in self.plan.ended:
                notify(kind="car_raised_site", object_id=finding.pk)
                notify(kind="car_raised_customer", object_id=finding.pk)
