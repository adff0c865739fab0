"""CARs with their plans, as far on as a test needs them; every step goes through the services."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from actionplans.annex import CURRENT, value_digest
from actionplans.evidence.services import FileDetails, add_evidence
from actionplans.evidence.storing import store
from actionplans.models import ActionPlan, EvidenceFile, PlanShare, Revision, ShownTo
from actionplans.plans.drafts import Draft, draft_of
from actionplans.plans.rows import RowPlace, SaveResult, Step, StepKind
from actionplans.plans.services import save_draft, start_plan
from actionplans.sharing.services import Party, share_plan
from carportal.core.actor import Actor, OrganisationKind
from carportal.core.audit import Aggregate, Reader, timeline
from carportal.core.errors import DomainError, InvalidInput
from carportal.core.models import AuditEvent, Notification
from findings.models import Access, Audit, AuditStatus, AuditType, Finding
from stakeholders.models import Organisation, Site, User
from tests.factories import make_audit_company, make_organisation, make_site

TEXTS = {
    "root_cause": "The agency charges workers. Why? Our contract covers part of its costs.",
    "stakeholders": "The labour provider, and those who buy the crop.",
    "investigation": "We read forty contracts; see https://example.org for what we found.",
    "actions": "Repay the fees over twelve months.\n\nA contract without fees by September.",
}
CONFIRM = {"confirm_requirements": True}
CALL = {"call_on_approach": True, "call_on_root_cause": False}
INFORM = {"information_only": True}

_numbers = count(1)


def make_audit(site: Site, company: Organisation | None = None, *, on: date = date(2026, 3, 2)) -> Audit:
    company = company or make_audit_company()
    return Audit.objects.create(
        reference=f"ZAA{700_000 + next(_numbers)}",
        site=site,
        audit_company=company,
        recorded_by=company,
        type=AuditType.PERIODIC,
        date=on,
        scope=["1", "1A", "5A"],
        status=AuditStatus.PUBLISHED,
        published_at=timezone.now(),
    )


def make_finding(
    site: Site | None = None, *, audit: Audit | None = None, reference: str = "", **values: object
) -> Finding:
    """An open CAR, as publishing its audit would have raised it."""
    audit = audit or make_audit(site or make_site())
    return Finding.objects.create(
        **{
            "reference": reference or f"CAR-2026-{700_000 + next(_numbers)}",
            "site": audit.site,
            "audit": audit,
            "area": "1A",
            "letter": "B",
            "raw_code": "1A.B",
            "issue_title": "Recruitment fees were paid by workers",
            "details": "Workers hired abroad paid the agency for their placement.",
            "raised_on": audit.date,
            **values,
        }
    )


@transaction.atomic
def end_by_next_audit(finding: Finding, *, successor: Finding | None = None) -> Finding:
    """What publishing the next periodic audit does to the CAR: superseded by `successor`, else closed."""
    finding = Finding.objects.select_for_update().get(pk=finding.pk)
    if successor is not None:
        finding.supersede(successor=successor, at=timezone.now())
    else:
        finding.close(audit=make_audit(finding.site, on=date(2027, 3, 2)), at=timezone.now())
    finding.save()
    return finding


def write(plan: ActionPlan, actor: Actor, **values: str) -> SaveResult:
    """Save these fields, based on what they are now."""
    now = draft_of(ActionPlan.objects.get(pk=plan.pk)).texts
    changes = {name: (value, value_digest(now[name])) for name, value in values.items()}
    return save_draft(finding_id=plan.finding_id, actor=actor, changes=changes)


def saved(*names: str) -> SaveResult:
    """What a save answers that wrote these and left nothing undone; results are compared without the draft."""
    return SaveResult(Draft(CURRENT, {}), frozenset(names))


def add_row(plan: ActionPlan, actor: Actor, group: str, below: UUID | None = None, /, **cells: str) -> UUID:
    """A row of the draft with these cells."""
    place = RowPlace(uuid4(), group, below)
    save_draft(finding_id=plan.finding_id, actor=actor, changes={}, steps=[Step(StepKind.ADD, place)])
    write(plan, actor, **{f"{place.id}.{name}": text for name, text in cells.items()})
    return place.id


def make_plan(finding: Finding, actor: Actor, texts: Mapping[str, str] = TEXTS) -> ActionPlan:
    """A plan with these texts, ready to be shared and published."""
    plan = start_plan(finding_id=finding.pk, actor=actor)
    write(plan, actor, **texts)
    return plan


def remove_row(plan: ActionPlan, actor: Actor, group: str, row_id: UUID) -> None:
    """As somebody who saw it as it is now."""
    now = draft_of(ActionPlan.objects.get(pk=plan.pk)).texts
    seen = {name: (text, value_digest(text)) for name, text in now.items() if name.startswith(str(row_id))}
    step = Step(StepKind.REMOVE, RowPlace(row_id, group))
    assert save_draft(finding_id=plan.finding_id, actor=actor, changes=seen, steps=[step]).is_whole


def add_party(plan: ActionPlan, actor: Actor, organisation: Organisation, **cells: str) -> UUID:
    """A row for an organisation that the site deals with; shown only to itself unless it is said otherwise."""
    return add_row(plan, actor, "stakeholders", organisation=str(organisation.pk), **cells)


def share_with(
    plan: ActionPlan,
    actor: Actor,
    *organisations: Organisation,
    asks: Mapping[str, bool] = CONFIRM,
    note: str = "",
) -> PlanShare:
    """Share with each; the share of the first one."""
    known: Iterable[Organisation] = organisations
    parties = [Party(each.pk, asks, note) for each in known]
    shares = share_plan(plan_id=plan.pk, actor=actor, parties=parties)
    return shares[0]


def refused_to_share(
    plan: ActionPlan, actor: Actor, *parties: Party, error: type[DomainError] = InvalidInput
) -> Any:
    """The error that refuses to share, seen to have written nothing at all."""
    with pytest.raises(error) as refusal:
        share_plan(plan_id=plan.pk, actor=actor, parties=parties)
    for model in (PlanShare, Revision, Access, Notification):
        assert not model.objects.exists()
    return refusal.value


def person_of(actor: Actor) -> User:
    assert actor.user_id is not None
    return User.objects.get(pk=actor.user_id)


def texts_of(plan: ActionPlan) -> dict[str, str]:
    """The draft as it is in the database."""
    return dict(draft_of(ActionPlan.objects.get(pk=plan.pk)).document.values)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back: one example of many."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def make_ngo(name: str = "Fair Work Alliance") -> Organisation:
    return make_organisation(OrganisationKind.NGO, name=name)


def add_file(
    plan: ActionPlan,
    actor: Actor,
    name: str = "receipts.txt",
    content: bytes = b"Forty receipts.",
    *,
    party: Organisation | None = None,
    **details: Any,
) -> EvidenceFile:
    """A file of the plan, for the site alone unless it is said otherwise; `party` is the one that sees it."""
    if party is not None:
        details |= {"shown_to": ShownTo.PARTY, "party_id": party.pk}
    return add_evidence(
        plan_id=plan.pk, actor=actor, content=io.BytesIO(content), name=name, details=FileDetails(**details)
    )


def kept_files() -> list[Path]:
    """All that is in the store."""
    return sorted(path for path in Path(store().path("")).rglob("*") if path.is_file())


def record_of(plan: ActionPlan, reader: Reader = Reader.SITE) -> list[str]:
    return [
        entry.sentence for entry in timeline(aggregate=Aggregate.PLAN, aggregate_id=plan.pk, reader=reader)
    ]


def refused_evidence(error: type[Exception], act: Callable[[], object]) -> Exception:
    """The error, seen to have left no row, no event and no file."""
    before = EvidenceFile.objects.count(), AuditEvent.objects.count(), kept_files()
    with pytest.raises(error) as refusal:
        act()
    assert (EvidenceFile.objects.count(), AuditEvent.objects.count(), kept_files()) == before
    return refusal.value
