"""Who may do what to a site's plan, and while its CAR stands how; denied unless said here."""

from django.utils.translation import gettext as _

from carportal.core.actor import Actor, Role
from carportal.core.errors import Conflict, NotAllowed
from findings.models import Finding


def is_own(actor: Actor, finding: Finding) -> bool:
    """Whether the actor acts for the supplier of the CAR's site; such a one reads drafts and all replies."""
    return actor.is_supplier and actor.organisation_id == finding.site.supplier_id


def may_write(actor: Actor, finding: Finding) -> bool:
    """Write, share, publish: the supplier's editors and managers."""
    return is_own(actor, finding) and actor.writes


def may_write_now(actor: Actor, finding: Finding) -> bool:
    return may_write(actor, finding) and finding.is_under_way


def check_writes(actor: Actor, finding: Finding) -> None:
    """NotAllowed with the reason."""
    if may_write(actor, finding):
        return
    if is_own(actor, finding):
        raise NotAllowed(
            _("Your role in your organisation only reads. Ask a manager of it for the role of an editor.")
        )
    raise NotAllowed(_("Only the site's own organisation writes its action plan."))


def may_redact(actor: Actor, finding: Finding) -> bool:
    """Remove words for good, also once the CAR has ended: the site's editors and managers, who can do it at
    once when somebody was named by mistake, and the operator's compliance staff."""
    return may_write(actor, finding) or (actor.is_operator and actor.role == Role.COMPLIANCE)


def check_redacts(actor: Actor, finding: Finding) -> None:
    """NotAllowed with the reason."""
    if may_redact(actor, finding):
        return
    if is_own(actor, finding):
        raise NotAllowed(
            _("Your role in your organisation only reads. Ask a manager of it for the role of an editor.")
        )
    raise NotAllowed(
        _(
            "Only the site's own organisation and the compliance staff of this portal remove words from a plan."
        )
    )


def check_under_way(finding: Finding) -> None:
    """Conflict once the CAR has ended: what was planned for it stays as it was."""
    if finding.is_under_way:
        return
    if finding.superseded_by_id:
        raise Conflict(
            _(
                "%(reference)s has ended: a later audit raised it again as %(successor)s. Its plan stays as it is and can be carried on there."
            )
            % {"reference": finding.reference, "successor": finding.superseded_by}
        )
    raise Conflict(
        _("%(reference)s has been closed by a later audit. Its plan stays as it is.")
        % {"reference": finding.reference}
    )
