"""What an import will do; values only, so that the same file over the same rows gives the same digest."""

import datetime
import hashlib
import json
from collections.abc import Sized
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from findings.importing.known import EntryKey, EntryText
from findings.importing.lines import Problem
from findings.models import AuditType


class NewSupplier(NamedTuple):
    row: int
    reference: str
    name: str


class NewSite(NamedTuple):
    row: int
    reference: str
    name: str
    country: str
    supplier_reference: str


class Contact(NamedTuple):
    """An invitation to prepare."""

    row: int
    supplier_reference: str
    address: str


@dataclass(frozen=True, slots=True)
class AuditFacts:
    """An audit as the file has it, but for its findings."""

    reference: str
    site_reference: str
    company_id: UUID
    type: AuditType
    date: datetime.date
    scope: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewAudit:
    row: int
    facts: AuditFacts
    entries: dict[EntryKey, EntryText]
    site_name: str = ""


@dataclass(frozen=True, slots=True)
class ChangedAudit:
    """A draft that becomes what the file says; `fields` are those of the facts that change."""

    row: int
    id: UUID
    facts: AuditFacts
    fields: tuple[str, ...]
    added: dict[EntryKey, EntryText] = field(default_factory=dict)
    changed: dict[EntryKey, EntryText] = field(default_factory=dict)
    removed: dict[EntryKey, EntryText] = field(default_factory=dict)
    site_name: str = ""


class Reason(StrEnum):
    """Why an audit is passed over."""

    SAME = "same"
    PUBLISHED = "published"


class SkippedAudit(NamedTuple):
    row: int
    reference: str
    reason: Reason


@dataclass(slots=True)
class ImportPlan:
    """All that is written, and what a person is to know before; nothing is written while there are problems."""

    suppliers: list[NewSupplier] = field(default_factory=list)
    sites: list[NewSite] = field(default_factory=list)
    audits: list[NewAudit] = field(default_factory=list)
    changed: list[ChangedAudit] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    skipped: list[SkippedAudit] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def writes_something(self) -> bool:
        return any((self.suppliers, self.sites, self.audits, self.changed, self.contacts))

    @property
    def steps(self) -> int:
        """How many things writing it writes."""
        things: list[Sized] = [self.suppliers, self.sites, self.audits, self.changed, self.contacts]
        return sum(len(kind) for kind in things) + sum(len(each.entries) for each in self.audits)

    def digest(self) -> str:
        """SHA-256 of everything that is written."""
        written = (self.suppliers, self.sites, self.audits, self.changed, self.contacts)
        content = [[_plain(each) for each in kind] for kind in written]
        return hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()


def _plain(each: Any) -> Any:
    """As JSON can hold it; findings as pairs in one order."""
    if isinstance(each, tuple):
        return list(each)
    values = {field.name: getattr(each, field.name) for field in fields(each)}
    return {
        name: sorted([*map(str, key), *text] for key, text in value.items())
        if isinstance(value, dict)
        else str(value)
        for name, value in values.items()
    }
