"""What is here already of what a file is about, in a handful of queries, and the locks on it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Prefetch
from django.db.models.functions import Upper

from carportal.core.actor import OrganisationKind
from findings.importing.known import (
    Companies,
    EntryKey,
    EntryText,
    Known,
    KnownAudit,
    KnownOrganisation,
    KnownSite,
    entry_key,
)
from findings.importing.lines import Line
from findings.models import Audit, AuditEntry, AuditType, EntryType
from findings.publishing.situation import normalised
from findings.querysets import AuditQuerySet
from stakeholders.models import Invitation, Membership, Organisation, Site


def load_known(lines: Sequence[Line]) -> Known:
    """Everything that planning the lines depends on."""
    organisations = list(
        Organisation.objects.known().filter(reference__in={line.supplier_reference for line in lines})
    )
    addresses = _addresses_of({each.pk for each in organisations}) if any(x.contacts for x in lines) else {}
    sites = Site.objects.filter(reference__in={line.site_reference for line in lines})
    return Known(
        organisations={
            each.reference: KnownOrganisation(
                each.pk,
                each.reference,
                each.name,
                each.kind == OrganisationKind.SUPPLIER,
                frozenset(addresses.get(each.pk, ())),
            )
            for each in organisations
        },
        sites={
            each.reference: KnownSite(
                each.pk, each.reference, each.name, each.country, each.supplier.reference
            )
            for each in sites.select_related("supplier")
        },
        audits=_known_audits(lines),
    )


def lock_known(lines: Sequence[Line]) -> None:
    """Organisations, then sites, then audits, each kind in one order, as all other writes lock them."""
    organisations = Organisation.objects.known().filter(
        reference__in={line.supplier_reference for line in lines}
    )
    sites = Site.objects.filter(reference__in={line.site_reference for line in lines})
    for rows in (organisations, sites, audits_named(lines)):
        list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def audits_named(lines: Iterable[Line]) -> AuditQuerySet:
    references = {line.audit_reference.upper() for line in lines}
    return Audit.objects.annotate(key=Upper("reference")).filter(key__in=references)


def key_of(entry: AuditEntry) -> EntryKey:
    return entry_key(EntryType(entry.type), entry.requirement, entry.issue_title)


def text_of(entry: AuditEntry) -> EntryText:
    """Browsers end lines in their own way."""
    return EntryText(entry.raw_code, entry.issue_title, entry.details.replace("\r\n", "\n").strip())


def _known_audits(lines: Sequence[Line]) -> dict[str, KnownAudit]:
    """The newest published edition of each, or the draft where none is published."""
    audits: dict[str, Audit] = {}
    entries = Prefetch("entries", AuditEntry.objects.order_by())
    for audit in audits_named(lines).select_related("site").prefetch_related(entries).order_by("edition"):
        if not audit.is_draft or audit.corrects_id is None:
            audits[audit.reference.upper()] = audit
    return {key: _known_audit(audit) for key, audit in audits.items()}


def _known_audit(audit: Audit) -> KnownAudit:
    return KnownAudit(
        id=audit.pk,
        reference=audit.reference,
        site_reference=audit.site.reference,
        company_id=audit.audit_company_id,
        type=AuditType(audit.type),
        date=audit.date,
        scope=tuple(audit.scope),
        is_published=not audit.is_draft,
        entries={key_of(entry): text_of(entry) for entry in audit.entries.all()},
    )


def load_companies() -> Companies:
    """All of them: they are few, and each row names one."""
    found: dict[str, list[KnownOrganisation]] = defaultdict(list)
    for each in Organisation.objects.filter(kind=OrganisationKind.AUDIT_COMPANY).order_by("reference"):
        company = KnownOrganisation(each.pk, each.reference, each.name, is_supplier=False)
        for name in {each.reference, normalised(each.name)}:
            found[name].append(company)
    return {name: tuple(companies) for name, companies in found.items()}


def _addresses_of(organisation_ids: set[UUID]) -> dict[UUID, set[str]]:
    """Of the people of each, and of all who were ever invited: whom somebody withdrew is not invited again."""
    addresses: dict[UUID, set[str]] = defaultdict(set)
    members = Membership.objects.filter(organisation__in=organisation_ids)
    invited = Invitation.objects.filter(organisation__in=organisation_ids)
    for pairs in (
        members.values_list("organisation_id", "user__email"),
        invited.values_list("organisation_id", "email"),
    ):
        for organisation_id, address in pairs:
            addresses[organisation_id].add(address)
    return addresses
