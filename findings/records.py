"""The records of audits and CARs: through whose eyes they are read, and who takes people's names out of them."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from carportal.core import audit as trail
from carportal.core.actor import Actor
from findings import events, policy
from findings.models import Audit, Finding
from findings.services.steps import lock_audit, lock_finding
from stakeholders.policy import require


def reader_of(actor: Actor) -> trail.Reader:
    """Through whose eyes the actor reads; the object itself it sees already."""
    if actor.is_operator:
        return trail.Reader.OPERATOR
    if actor.is_supplier:
        return trail.Reader.SITE
    return trail.Reader.AUDITOR if actor.is_auditor else trail.Reader.PARTY


# --- Audits ---------------------------------------------------------------------------------------


def _audit(actor: Actor, audit_id: UUID) -> Audit | None:
    return Audit.objects.visible_to(actor).filter(pk=audit_id).first()


def _check_audit(actor: Actor, audit: Audit) -> None:
    require(
        policy.may_redact_record_of_audit(actor, audit),
        _("Only those who record the audit and the operator of this portal take names out of its record."),
    )


def _page_of_audit(_actor: Actor, audit: Audit) -> trail.RecordPage:
    way = [
        trail.Place(_("Audits"), reverse("audit_list")),
        trail.Place(audit.reference, reverse("audit", args=[audit.pk])),
    ]
    return trail.RecordPage(_("Audit %(reference)s") % {"reference": audit.reference}, way)


OF_AUDIT = trail.Record(
    aggregate=trail.Aggregate.AUDIT,
    load=_audit,
    lock=lock_audit,
    check_redacts=_check_audit,
    reader_of=reader_of,
    page=_page_of_audit,
    redacted=events.AUDIT_REDACTED,
)

# --- CARs -----------------------------------------------------------------------------------------


def _finding(actor: Actor, finding_id: UUID) -> Finding | None:
    return Finding.objects.visible_to(actor).select_related("site").filter(pk=finding_id).first()


def _check_finding(actor: Actor, finding: Finding) -> None:
    require(
        policy.may_redact_record_of_car(actor, finding),
        _(
            "Only the site’s editors and managers and the compliance staff of this portal take names out of the record of a CAR."
        ),
    )


def _page_of_finding(_actor: Actor, finding: Finding) -> trail.RecordPage:
    way = [
        trail.Place(_("CARs"), reverse("finding_list")),
        trail.Place(finding.reference, reverse("finding", args=[finding.pk])),
    ]
    return trail.RecordPage(finding.reference, way)


OF_CAR = trail.Record(
    aggregate=trail.Aggregate.FINDING,
    load=_finding,
    lock=lock_finding,
    check_redacts=_check_finding,
    reader_of=reader_of,
    page=_page_of_finding,
)
