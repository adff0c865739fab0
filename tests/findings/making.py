"""Audits of one site, recorded and published through the services, as far on as a test needs them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any, TypedDict, Unpack
from uuid import UUID, uuid4

from carportal.core.actor import Actor, Role
from findings.models import Audit, AuditType, EntryType, Finding
from findings.requirements import FOUR_PILLARS
from findings.services import (
    AuditDetails,
    Decision,
    EntryDetails,
    add_entry,
    preview_publication,
    publish_audit,
    record_audit,
    remove_entry,
    start_new_edition,
    update_audit,
)
from stakeholders.models import Site
from tests.factories import make_actor, make_audit_company, make_operator, make_site

_numbers = count(1)


class How(TypedDict, total=False):
    """How an audit was held, where that is not as usual."""

    others: Iterable[str]
    type: AuditType
    scope: Sequence[str]
    reference: str


class Auditing:
    """A site, an auditor and somebody of the operator's compliance staff, who between them hold audits.

    A finding is written as "5A.B" or "5A.B its title".
    """

    def __init__(self, site: Site | None = None) -> None:
        self.site = site or make_site()
        self.company = make_audit_company()
        self.auditor = make_actor(self.company)
        self.operator = make_actor(make_operator(), Role.COMPLIANCE)

    def record(
        self,
        on: date,
        *cars: str,
        others: Iterable[str] = (),
        type: AuditType = AuditType.PERIODIC,  # noqa: A002 - as the model calls it
        scope: Sequence[str] = FOUR_PILLARS,
        reference: str = "",
    ) -> Audit:
        details = AuditDetails(
            type=type,
            date=on,
            scope=scope,
            reference=reference or f"ZAA{800_000 + next(_numbers)}",
            site_reference=self.site.reference,
        )
        audit = record_audit(actor=self.auditor, details=details)
        for car in cars:
            self.add(audit, car)
        for code in others:
            add_entry(
                audit_id=audit.pk, actor=self.auditor, details=EntryDetails(EntryType.NON_COMPLIANCE, code)
            )
        return audit

    def add(self, audit: Audit, car: str, actor: Actor | None = None) -> None:
        code, _, title = car.partition(" ")
        entry = EntryDetails(EntryType.CAR, code, title or f"Issue on {code}", f"What was seen on {code}.")
        add_entry(audit_id=audit.pk, actor=actor or self.operator, details=entry)

    def publish(
        self,
        audit: Audit,
        by: Actor | None = None,
        choices: Mapping[UUID, UUID] | None = None,
        decisions: Sequence[Decision] = (),
    ) -> Audit:
        actor = by or self.operator
        digest = preview_publication(audit_id=audit.pk, actor=actor).digest
        return publish_audit(
            audit_id=audit.pk, actor=actor, digest=digest, choices=choices, decisions=decisions
        )

    def hold(self, on: date, *cars: str, **how: Unpack[How]) -> Audit:
        """Record and publish."""
        return self.publish(self.record(on, *cars, **how))

    def repeat(self, audit: Audit, days: Iterable[date]) -> None:
        """Rows like this audit's, one for each day, as many as a long list needs."""
        copies = []
        for day in days:
            copy = Audit.objects.get(pk=audit.pk)
            copy.pk, copy.reference, copy.date = uuid4(), f"ZAA{800_000 + next(_numbers)}", day
            copies.append(copy)
        Audit.objects.bulk_create(copies)

    def correct(self, audit: Audit, reason: str = "The report was read wrongly.") -> Audit:
        """A new edition, to be changed and published."""
        return start_new_edition(audit_id=audit.pk, actor=self.operator, reason=reason)

    def drop(self, edition: Audit, code: str) -> None:
        """Remove what it lists under that code."""
        for entry in edition.entries.filter(raw_code=code):
            remove_entry(audit_id=edition.pk, entry_id=entry.pk, actor=self.operator)

    def add_other(self, edition: Audit, code: str) -> None:
        """Add a non-compliance."""
        details = EntryDetails(EntryType.NON_COMPLIANCE, code)
        add_entry(audit_id=edition.pk, actor=self.operator, details=details)

    def change(self, edition: Audit, **values: Any) -> Audit:
        """Correct its type, date or scope."""
        details: dict[str, Any] = {"type": edition.type, "date": edition.date, "scope": edition.scope}
        return update_audit(
            audit_id=edition.pk,
            actor=self.operator,
            details=AuditDetails(**details | values),
            reason=edition.correction_reason,
        )

    def car(self, audit: Audit, code: str = "", title: str = "") -> Finding:
        """The CAR that an audit has, by its printed code or its title; the only one without either."""
        entries = audit.entries.filter(type=EntryType.CAR)
        if code:
            entries = entries.filter(raw_code=code)
        if title:
            entries = entries.filter(issue_title=title)
        entry = entries.get()
        assert entry.finding_id is not None, "the audit is not published"
        return Finding.objects.get(pk=entry.finding_id)


def now(finding: Finding) -> Finding:
    """The same, as it is now."""
    return Finding.objects.get(pk=finding.pk)


def states(*findings: Finding) -> list[str]:
    """The status of each, as it is now."""
    now = dict(Finding.objects.filter(pk__in=[each.pk for each in findings]).values_list("pk", "status"))
    return [now[each.pk] for each in findings]
