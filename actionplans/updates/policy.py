"""Who may agree on updates, and who posts them; denied unless said here."""

from django.utils.translation import gettext as _

from actionplans.plans import policy as plan_policy
from actionplans.sharing.models import PlanShare, ShareStatus, Side
from actionplans.sharing.moves import ANSWER_AWAITED
from actionplans.sharing.policy import side_of
from actionplans.updates.models import UpdateProposal
from carportal.core.actor import Actor, Role
from carportal.core.errors import Conflict, NotAllowed
from findings.models import Finding


def may_agree(actor: Actor, share: PlanShare) -> bool:
    return side_of(actor, share) is not None and actor.writes


def may_agree_now(actor: Actor, share: PlanShare) -> bool:
    return may_agree(actor, share) and goes_on(share)


def may_answer_now(actor: Actor, proposal: UpdateProposal) -> bool:
    """The side that did not make the proposal accepts or declines it."""
    waits_for = side_of(actor, proposal.share) != proposal.by_side
    return may_agree_now(actor, proposal.share) and proposal.is_open and waits_for


def may_withdraw_now(actor: Actor, proposal: UpdateProposal) -> bool:
    is_own = side_of(actor, proposal.share) == proposal.by_side
    return may_agree_now(actor, proposal.share) and proposal.is_open and is_own


def may_post_now(actor: Actor, finding: Finding) -> bool:
    return plan_policy.may_write_now(actor, finding)


def may_remind_parties(actor: Actor) -> bool:
    """Of replies that are awaited: the sites', and the operator's compliance staff, who know where shares stand."""
    return (actor.is_supplier and actor.writes) or _looks_after_cars(actor)


def _looks_after_cars(actor: Actor) -> bool:
    return actor.is_operator and actor.role == Role.COMPLIANCE


def goes_on(share: PlanShare) -> bool:
    """Updates are for whom the plan is shared with, as long as its CAR is under way."""
    return share.status != ShareStatus.WITHDRAWN and share.plan.finding.is_under_way


def check_agrees(actor: Actor, share: PlanShare) -> Side:
    """The actor's side; NotAllowed with the reason."""
    side = side_of(actor, share)
    if side is None:
        raise NotAllowed(
            _("Only the site and the organisation that it shares the plan with agree on updates.")
        )
    if not actor.writes:
        raise NotAllowed(
            _("Your role in your organisation only reads. Ask a manager of it for the role of an editor.")
        )
    return side


def check_goes_on(share: PlanShare) -> None:
    """Conflict where there is nothing to agree on any more."""
    if share.status == ShareStatus.WITHDRAWN:
        raise Conflict(
            _("The plan is not shared with %(party)s any more.") % {"party": share.organisation.name}
        )
    if not share.plan.finding.is_under_way:
        raise Conflict(
            _("%(reference)s has ended with a later audit; no updates are due any more.")
            % {"reference": share.plan.finding.reference}
        )


def check_reminds(actor: Actor, share: PlanShare) -> None:
    """NotAllowed with the reason; a site reminds the parties of its own plans."""
    if plan_policy.may_write(actor, share.plan.finding) or _looks_after_cars(actor):
        return
    raise NotAllowed(
        _("Only the site’s editors and managers and the compliance staff of this portal remind of a reply.")
    )


def check_reply_awaited(share: PlanShare) -> None:
    """Conflict where there is nothing to be reminded of."""
    if share.status not in ANSWER_AWAITED or not share.plan.finding.is_under_way:
        raise Conflict(_("No reply of %(party)s is awaited any more.") % {"party": share.organisation.name})
