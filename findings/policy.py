"""Who may do what to audits and CARs; what is not allowed here is denied.

Pure: every function reads the actor and rows that are loaded already, and of a CAR its site. Whether the
actor sees the object at all is the matter of `visible_to`.
"""

from carportal.core.actor import Actor, Role
from findings.models import UNDER_WAY, Audit, AuditStatus, Finding, LeftDecision, LeftFinding


def _looks_after_audits(actor: Actor) -> bool:
    """The operator's compliance staff and managers; its viewers and editors read."""
    return actor.is_operator and actor.role in {Role.COMPLIANCE, Role.MANAGER}


def _belongs_to_site(actor: Actor, finding: Finding) -> bool:
    return actor.is_supplier and finding.site.supplier_id == actor.organisation_id


# --- Audits ---------------------------------------------------------------------------------------


def may_list_audits(actor: Actor) -> bool:
    """Those who record audits, and the sites that were audited."""
    return actor.is_auditor or actor.is_operator or actor.is_supplier


def may_record_audit(actor: Actor) -> bool:
    return (actor.is_auditor and actor.writes) or _looks_after_audits(actor)


def may_name_audit_company(actor: Actor) -> bool:
    """The operator records on behalf of any audit company; an auditor for its own."""
    return _looks_after_audits(actor)


def may_change_audit(actor: Actor, audit: Audit) -> bool:
    """Its recorder and the operator, until it is published."""
    if audit.status != AuditStatus.DRAFT:
        return False
    return _looks_after_audits(actor) or (
        actor.is_auditor and actor.writes and audit.recorded_by_id == actor.organisation_id
    )


def may_publish_audit(actor: Actor, audit: Audit) -> bool:
    return may_change_audit(actor, audit)


def may_correct_audit(actor: Actor, audit: Audit) -> bool:
    """A published audit changes only by a new edition, and only the operator makes one."""
    return _looks_after_audits(actor) and audit.status == AuditStatus.PUBLISHED


def may_redact_record_of_audit(actor: Actor, audit: Audit) -> bool:
    """Those who wrote it, before and after it is published: its recorder, its audit company and the operator."""
    own = actor.organisation_id in {audit.recorded_by_id, audit.audit_company_id}
    return _looks_after_audits(actor) or (actor.is_auditor and actor.writes and own)


def may_import_audits(actor: Actor) -> bool:
    """A file names suppliers and audits of any company, so it is the operator's to import."""
    return _looks_after_audits(actor)


# --- CARs -----------------------------------------------------------------------------------------


def may_mark_plan_published(actor: Actor, finding: Finding) -> bool:
    """The site; and the operator, when a plan moves on to the CAR that its correction raises anew."""
    return (_belongs_to_site(actor, finding) and actor.writes) or _looks_after_audits(actor)


def may_redact_record_of_car(actor: Actor, finding: Finding) -> bool:
    """As words of its plan: the site's editors and managers, and the operator's compliance staff."""
    own = _belongs_to_site(actor, finding) and actor.writes
    return own or (actor.is_operator and actor.role == Role.COMPLIANCE)


def may_decide_left(actor: Actor) -> bool:
    """What an audit left open is decided by the operator's compliance staff alone."""
    return actor.is_operator and actor.role == Role.COMPLIANCE


def may_close_left(left: LeftFinding) -> bool:
    """Only a periodic audit ends a CAR, and only where it looked; the operator says that this one did."""
    return (
        left.decision == LeftDecision.UNDECIDED
        and left.audit.is_periodic
        and left.finding.area in left.audit.scope
    )


def may_save_lists(actor: Actor) -> bool:
    """Whoever acts for an organisation; what is in the file, the list itself says. Guests have no lists."""
    return actor.user_id is not None and actor.organisation_id is not None


def may_snooze(actor: Actor) -> bool:
    """Whoever gets mails about CARs and logs in to read them; of an auditor's nobody is told."""
    return actor.organisation_id is not None and not actor.is_auditor


# --- Reference data ---------------------------------------------------------------------------------


def may_title_requirements(actor: Actor) -> bool:
    """The operator's managers, who look after what everybody else reads."""
    return actor.is_operator and actor.manages


# --- Step 1 ---------------------------------------------------------------------------------------


def may_see_triage(actor: Actor, finding: Finding) -> bool:
    """The site, answers and all; the operator, the outcome. Customers and auditors never."""
    return _belongs_to_site(actor, finding) or actor.is_operator


def may_see_answers(actor: Actor, finding: Finding) -> bool:
    return _belongs_to_site(actor, finding)


def may_take_triage(actor: Actor, finding: Finding) -> bool:
    return _belongs_to_site(actor, finding) and actor.writes and finding.status in UNDER_WAY


def may_request_support(actor: Actor, finding: Finding) -> bool:
    return may_take_triage(actor, finding)
