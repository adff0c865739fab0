"""Recording an audit, changing and discarding it before it is published, and beginning a new edition after."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carportal.core.actor import Actor, OrganisationKind
from carportal.core.errors import Conflict, InvalidInput
from findings import policy, requirements
from findings.models import Audit, AuditEntry, AuditStatus, AuditType
from findings.services.steps import lock_audit, organisation_of, record_audit_event
from stakeholders.models import Organisation, Site
from stakeholders.policy import require
from stakeholders.services.organisations import clean_reference


@dataclass(frozen=True, slots=True)
class AuditDetails:
    """What is recorded of an audit; site and audit company by the references that are printed on it.

    Only the operator names the company. A new edition keeps its site, reference and company.
    """

    type: AuditType
    date: datetime.date
    scope: Sequence[str]
    reference: str = ""
    site_reference: str = ""
    audit_company_reference: str = ""


NOT_YOURS_TO_CHANGE = gettext_lazy(
    "Only those who recorded the audit and the operator change it, until it is published."
)


@transaction.atomic
def record_audit(*, actor: Actor, details: AuditDetails) -> Audit:
    """Record an audit that was held; nothing happens to any CAR before it is published.

    InvalidInput with the field for a reference that nobody has.
    """
    require(policy.may_record_audit(actor), _("Only auditors and the operator record audits."))
    audit = Audit(recorded_by_id=organisation_of(actor), **_identity(details, actor), **_content(details))
    _save_anew(audit)
    record_audit_event(audit, "audit_recorded", actor, _summary(audit))
    return audit


@transaction.atomic
def update_audit(*, audit_id: UUID, actor: Actor, details: AuditDetails, reason: str = "") -> Audit:
    """Change an audit that is not published yet; `reason` is that of a new edition."""
    audit = lock_audit(audit_id)
    require_draft(audit, actor)
    values: dict[str, Any] = _content(details)
    if audit.corrects_id is None:
        values |= _identity(details, actor)
    else:
        values["correction_reason"] = _clean_reason(reason)
    _refuse_to_lose_entries(audit, values["scope"])
    for name, value in values.items():
        setattr(audit, name, value)
    _save_anew(audit, update_fields=list(values))
    record_audit_event(audit, "audit_changed", actor, _summary(audit))
    return audit


@transaction.atomic
def discard_audit(*, audit_id: UUID, actor: Actor) -> None:
    """Throw an audit away that is not published yet; its record stays."""
    audit = lock_audit(audit_id)
    require_draft(audit, actor)
    record_audit_event(audit, "audit_discarded", actor)
    audit.delete()


@transaction.atomic
def start_new_edition(*, audit_id: UUID, actor: Actor, reason: str) -> Audit:
    """Begin the correction of a published audit: a copy of its newest edition, to be changed and published.

    Conflict when a newer edition is there or being prepared.
    """
    audit = lock_audit(audit_id)
    require(policy.may_correct_audit(actor, audit), _("Only the operator corrects a published audit."))
    reason = _clean_reason(reason)
    newer = Audit.objects.filter(corrects=audit).first()
    if newer is not None:
        raise Conflict(
            _("Edition %(edition)s of this audit is being prepared already.") % {"edition": newer.edition}
            if newer.status == AuditStatus.DRAFT
            else _("This audit has been corrected since. Correct its newest edition.")
        )
    kept = ["reference", "site", "audit_company", "type", "date", "scheme", "scope"]
    edition = Audit.objects.create(
        **{name: getattr(audit, name) for name in kept},
        edition=audit.edition + 1,
        corrects=audit,
        correction_reason=reason,
        recorded_by_id=organisation_of(actor),
    )
    copied = ["type", "area", "letter", "raw_code", "issue_title", "details"]
    for entry in audit.entries.all():
        AuditEntry.objects.create(
            audit=edition, carried_from=entry, **{name: getattr(entry, name) for name in copied}
        )
    record_audit_event(
        edition, "audit_correction_begun", actor, {"edition": edition.edition}, {"reason": reason}
    )
    return edition


def require_draft(audit: Audit, actor: Actor) -> None:
    """Conflict once the audit is published, NotAllowed for who may not change it."""
    if not audit.is_draft:
        raise Conflict(_("This audit has been published, so it does not change any more."))
    require(policy.may_change_audit(actor, audit), NOT_YOURS_TO_CHANGE)


def _identity(details: AuditDetails, actor: Actor) -> dict[str, Any]:
    """Site, reference and company; every sentence beside the field that it concerns."""
    wrong: dict[str, list[str | Promise]] = {}
    site = Site.objects.filter(reference=clean_reference(details.site_reference)).first()
    if site is None:
        wrong["site_reference"] = [
            _("No site has this reference. Check it with the site: it is ZS and digits, such as ZS1000123.")
        ]
    reference = " ".join(details.reference.split())
    if not reference:
        wrong["reference"] = [_("Enter the reference that is printed on the audit report.")]
    company_id: UUID | None = organisation_of(actor)
    if policy.may_name_audit_company(actor):
        company_id = (
            Organisation.objects.filter(
                kind=OrganisationKind.AUDIT_COMPANY,
                reference=clean_reference(details.audit_company_reference),
            )
            .values_list("pk", flat=True)
            .first()
        )
        if company_id is None:
            wrong["audit_company_reference"] = [
                _("No audit company has this reference: it is ZC and digits, such as ZC1000123.")
            ]
    if wrong:
        raise InvalidInput(_("Check what you entered."), wrong)
    return {"site": site, "reference": reference, "audit_company_id": company_id}


def _content(details: AuditDetails) -> dict[str, Any]:
    """Type, date and scope, the areas in the order of the audit report."""
    wrong: dict[str, list[str | Promise]] = {}
    if details.type not in AuditType.values:
        wrong["type"] = [_("Choose the type of audit.")]
    if details.date > timezone.localdate():
        wrong["date"] = [_("The date of the audit is in the future. An audit is recorded once it was held.")]
    scope = [code for code in requirements.AREA_CODES if code in set(details.scope)]
    if not scope:
        wrong["scope"] = [_("Choose at least one area that the audit assessed.")]
    if wrong:
        raise InvalidInput(_("Check what you entered."), wrong)
    return {"type": details.type, "date": details.date, "scope": scope}


def _refuse_to_lose_entries(audit: Audit, scope: Sequence[str]) -> None:
    outside = sorted({entry.area for entry in audit.entries.all() if entry.area not in scope})
    if outside:
        sentence = _(
            "The audit has findings on %(areas)s. Remove them first, or leave these areas in the scope."
        )
        sentence %= {"areas": ", ".join(outside)}
        raise InvalidInput(sentence, {"scope": [sentence]})


def _clean_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        sentence = _("Say why the published audit has to be corrected.")
        raise InvalidInput(sentence, {"reason": [sentence]})
    return reason


def _save_anew(audit: Audit, update_fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            audit.save(update_fields=update_fields)
    except IntegrityError as error:
        if "audit_edition_once" not in str(error):
            raise
        sentence = _("An audit with this reference is recorded already.")
        raise InvalidInput(sentence, {"reference": [sentence]}) from error


def _summary(audit: Audit) -> dict[str, str]:
    return {"type": audit.type, "date": audit.date.isoformat(), "site": audit.site.name}
