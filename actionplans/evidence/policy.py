"""Who may do what to the files of a plan, and which of them are given out; denied unless said here."""

from django.utils.translation import gettext as _

from actionplans.evidence.models import EvidenceFile, Scan, ShownTo, SubjectKind
from actionplans.plans import policy
from carportal.core.actor import Actor, Role
from carportal.core.errors import Conflict, NotAllowed

# The operator's staff that answers for what is in the portal; its viewers and editors read.
OPERATORS_ROLES = frozenset({Role.COMPLIANCE, Role.MANAGER})


def may_show(actor: Actor, file: EvidenceFile) -> bool:
    """Say who sees it: the site, also once the CAR has ended; what a party sent in is for the two of them."""
    may_write = policy.may_write(actor, file.plan.finding)
    return may_write and not file.is_redacted and file.scan != Scan.INFECTED and not _is_sent_in(file)


def may_redact(actor: Actor, file: EvidenceFile) -> bool:
    """Take it out: the site, and the operator what it sees of it, also once the CAR has ended.

    A file in which a virus was found, too: its name may still name somebody.
    """
    return _may_redact_at_all(actor, file) and not file.is_redacted


def check_shows(actor: Actor, file: EvidenceFile) -> None:
    policy.check_writes(actor, file.plan.finding)
    _check_not_redacted(file)
    _check_not_infected(file)
    if _is_sent_in(file):
        raise Conflict(
            _("This file came with a report. Your organisation and the one that sent it see it, nobody else.")
        )


def check_redacts(actor: Actor, file: EvidenceFile) -> None:
    """NotAllowed with the reason; Conflict where nothing is left to take out."""
    if not _may_redact_at_all(actor, file):
        raise NotAllowed(
            _(
                "Only editors and managers of the site's organisation, and the compliance staff of this portal, take a file out."
            )
        )
    _check_not_redacted(file)


def check_served(file: EvidenceFile) -> None:
    """Conflict with what to wait for, or why waiting does not help."""
    if file.is_served:
        return
    _check_not_redacted(file)
    _check_not_infected(file)
    if file.scan == Scan.ERROR:
        raise Conflict(
            _("The virus scan of this file has not worked yet. It is tried again; come back later.")
        )
    raise Conflict(_("This file is waiting for its virus scan. Come back in a few minutes."))


def _may_redact_at_all(actor: Actor, file: EvidenceFile) -> bool:
    by_operator = actor.is_operator and actor.role in OPERATORS_ROLES and file.plan.published_id is not None
    return policy.may_write(actor, file.plan.finding) or (by_operator and file.shown_to == ShownTo.READERS)


def _is_sent_in(file: EvidenceFile) -> bool:
    return file.subject.kind == SubjectKind.REPORT


def _check_not_redacted(file: EvidenceFile) -> None:
    if file.is_redacted:
        raise Conflict(_("This file has been taken out of the evidence."))


def _check_not_infected(file: EvidenceFile) -> None:
    if file.scan == Scan.INFECTED:
        raise Conflict(_("A virus was found in this file, so it was deleted. Add a clean copy instead."))
