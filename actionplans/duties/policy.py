"""Who may do what about a party's own actions; denied unless said here."""

from django.utils.translation import gettext as _

from actionplans.duties.models import Duty
from actionplans.plans import policy as plan_policy
from actionplans.sharing.models import PlanShare, ShareStatus
from actionplans.sharing.policy import is_party
from carportal.core.actor import Actor
from carportal.core.errors import Conflict, NotAllowed


def may_own(actor: Actor, share: PlanShare) -> bool:
    """Those who write for the party."""
    return is_party(actor, share) and actor.writes


def may_accept_now(actor: Actor, duty: Duty) -> bool:
    return _may_own_now(actor, duty) and (duty.is_proposed or duty.is_declined)


def may_decline_now(actor: Actor, duty: Duty) -> bool:
    """Also what was accepted: a party may change its mind."""
    return _may_own_now(actor, duty) and (duty.is_proposed or duty.is_accepted)


def may_report_now(actor: Actor, duty: Duty) -> bool:
    return _may_own_now(actor, duty) and duty.is_accepted


def may_take_reports_now(actor: Actor, share: PlanShare) -> bool:
    return plan_policy.may_write_now(actor, share.plan.finding)


def goes_on(share: PlanShare) -> bool:
    """A party has actions of a plan that is shared with it, as long as its CAR is under way."""
    return share.status != ShareStatus.WITHDRAWN and share.plan.finding.is_under_way


def check_owns(actor: Actor, share: PlanShare) -> None:
    """NotAllowed with the reason."""
    if may_own(actor, share):
        return
    if is_party(actor, share):
        raise NotAllowed(
            _("Your role in your organisation only reads. Ask a manager of it for the role of an editor.")
        )
    raise NotAllowed(_("Only the organisation that the plan names for an action answers and reports on it."))


def check_goes_on(share: PlanShare) -> None:
    """Conflict where nothing is left to be answered or reported."""
    if share.status == ShareStatus.WITHDRAWN:
        raise Conflict(_("The site no longer shares this plan with you."))
    if not share.plan.finding.is_under_way:
        raise Conflict(
            _("%(reference)s has ended with a later audit; its plan's actions stay as they are.")
            % {"reference": share.plan.finding.reference}
        )


def check_accepted(duty: Duty) -> None:
    """Conflict for a report on what the party has not taken on, or not as it is worded now."""
    if not duty.is_accepted:
        raise Conflict(_("Accept the action first, as it is worded now. Then you can report on it."))


def _may_own_now(actor: Actor, duty: Duty) -> bool:
    return may_own(actor, duty.share) and goes_on(duty.share)
