"""The findings of an audit, as long as it is not published: CARs with their text, others as (WR, type)."""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from carportal.core.actor import Actor
from carportal.core.errors import Conflict, InvalidInput
from findings.models import Audit, AuditEntry, EntryType
from findings.publishing.situation import normalised
from findings.requirements import Requirement, parse_requirement
from findings.services.audits import require_draft
from findings.services.steps import lock_audit, record_audit_event


@dataclass(frozen=True, slots=True)
class EntryDetails:
    """One finding as it is printed; only a CAR has title and details."""

    type: EntryType
    code: str
    issue_title: str = ""
    details: str = ""


@transaction.atomic
def add_entry(*, audit_id: UUID, actor: Actor, details: EntryDetails) -> AuditEntry:
    """Record a finding of the audit; InvalidInput for a code or a title that cannot be taken."""
    audit = lock_audit(audit_id)
    require_draft(audit, actor)
    entry = AuditEntry(audit=audit)
    _fill(entry, audit, details)
    _save(entry)
    _record(audit, "audit_entry_added", actor, entry)
    return entry


@transaction.atomic
def edit_entry(*, audit_id: UUID, entry_id: UUID, actor: Actor, details: EntryDetails) -> AuditEntry:
    """Change a finding of the audit."""
    audit = lock_audit(audit_id)
    require_draft(audit, actor)
    entry = _entry_of(audit, entry_id)
    _fill(entry, audit, details)
    _save(entry)
    _record(audit, "audit_entry_changed", actor, entry)
    return entry


@transaction.atomic
def remove_entry(*, audit_id: UUID, entry_id: UUID, actor: Actor) -> None:
    """Take a finding out of the audit."""
    audit = lock_audit(audit_id)
    require_draft(audit, actor)
    entry = _entry_of(audit, entry_id)
    _record(audit, "audit_entry_removed", actor, entry)
    entry.delete()


def _entry_of(audit: Audit, entry_id: UUID) -> AuditEntry:
    entry = audit.entries.filter(pk=entry_id).first()
    if entry is None:
        raise Conflict(_("Somebody has removed this finding meanwhile."))
    return entry


def _fill(entry: AuditEntry, audit: Audit, details: EntryDetails) -> None:
    requirement = _requirement(audit, details.code)
    entry.type = EntryType(details.type)
    entry.area, entry.letter = requirement.area, requirement.letter
    entry.raw_code = " ".join(details.code.split())
    is_car = entry.type == EntryType.CAR
    entry.issue_title = " ".join(details.issue_title.split()) if is_car else ""
    entry.details = details.details.strip() if is_car else ""
    if is_car and not entry.issue_title:
        raise _wrong("issue_title", _("Enter the issue title as the audit report has it."))
    _refuse_twice(entry, audit)


def _requirement(audit: Audit, code: str) -> Requirement:
    requirement = parse_requirement(code)
    if requirement is None or len(code) > 20:
        raise _wrong(
            "code",
            _(
                "“%(code)s” is no code of a Workplace Requirement. Write the area and the letter, such as 5A.B."
            )
            % {"code": code[:20]},
        )
    if requirement.area not in audit.scope:
        raise _wrong(
            "code",
            _(
                "Area %(area)s is not in the scope of this audit. Check the code, or add the area to the scope."
            )
            % {"area": requirement.area},
        )
    return requirement


def _refuse_twice(entry: AuditEntry, audit: Audit) -> None:
    """The same line twice would be one finding; titles that differ only in spelling are the same."""
    same = audit.entries.filter(type=entry.type, area=entry.area, letter=entry.letter).exclude(pk=entry.pk)
    if any(normalised(each.issue_title) == normalised(entry.issue_title) for each in same):
        field = "issue_title" if entry.is_car else "code"
        raise _wrong(field, _("The audit has this finding already."))


def _save(entry: AuditEntry) -> None:
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        raise Conflict(_("The audit has this finding already.")) from error


def _wrong(field: str, sentence: str) -> InvalidInput:
    return InvalidInput(sentence, {field: [sentence]})


def _record(audit: Audit, kind: str, actor: Actor, entry: AuditEntry) -> None:
    record_audit_event(audit, kind, actor, {"type": entry.type, "code": entry.raw_code})
