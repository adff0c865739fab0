"""What the portal has already of what a file is about; services load it."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from findings.models import AuditType, EntryType
from findings.publishing.situation import normalised
from findings.requirements import Requirement


class EntryKey(NamedTuple):
    """What tells one finding of an audit from another: of CARs on one requirement, the title."""

    type: EntryType
    requirement: Requirement
    title: str  # without the differences that spelling it again makes; empty for all but CARs


def entry_key(kind: EntryType, requirement: Requirement, title: str) -> EntryKey:
    return EntryKey(kind, requirement, normalised(title) if kind == EntryType.CAR else "")


class EntryText(NamedTuple):
    code: str
    title: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True)
class KnownOrganisation:
    id: UUID
    reference: str
    name: str
    is_supplier: bool
    addresses: frozenset[str] = frozenset()  # of its people and of all who were ever invited


# Audit companies by reference and by name; several may be called the same.
Companies = Mapping[str, tuple[KnownOrganisation, ...]]


@dataclass(frozen=True, slots=True)
class KnownSite:
    id: UUID
    reference: str
    name: str
    country: str
    supplier_reference: str


@dataclass(frozen=True, slots=True)
class KnownAudit:
    """An audit in its newest published edition, or as the draft that it still is."""

    id: UUID
    reference: str
    site_reference: str
    company_id: UUID
    type: AuditType
    date: datetime.date
    scope: tuple[str, ...]
    is_published: bool
    entries: Mapping[EntryKey, EntryText]


@dataclass(frozen=True, slots=True)
class Known:
    """Organisations and sites by reference, audits by theirs in capitals."""

    organisations: Mapping[str, KnownOrganisation] = field(default_factory=dict)
    sites: Mapping[str, KnownSite] = field(default_factory=dict)
    audits: Mapping[str, KnownAudit] = field(default_factory=dict)
