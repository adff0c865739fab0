"""Who may do what about a call; denied unless said here."""

from datetime import datetime

from django.utils.translation import gettext as _

from actionplans.calls.models import Call
from actionplans.plans import policy as plan_policy
from actionplans.sharing.models import PlanShare, ShareStatus, Side
from actionplans.sharing.policy import side_of
from carportal.core.actor import Actor
from carportal.core.errors import Conflict, NotAllowed


def may_call(actor: Actor, share: PlanShare) -> bool:
    """Those who write for one of the two sides."""
    return side_of(actor, share) is not None and actor.writes


def may_call_now(actor: Actor, share: PlanShare) -> bool:
    return may_call(actor, share) and goes_on(share)


def may_answer_now(actor: Actor, call: Call) -> bool:
    """The side that did not propose the times picks one of them, or declines."""
    waits_for = side_of(actor, call.share) != call.by_side
    return may_call_now(actor, call.share) and call.is_proposed and waits_for


def may_move_now(actor: Actor, call: Call) -> bool:
    return may_call_now(actor, call.share) and call.is_open


def may_cancel_now(actor: Actor, call: Call) -> bool:
    """Either side what is agreed, and its own proposal; also once the CAR has ended."""
    own = call.is_agreed or side_of(actor, call.share) == call.by_side
    return may_call(actor, call.share) and call.is_open and own and call.share.status != ShareStatus.WITHDRAWN


def may_write_minutes_now(actor: Actor, call: Call, now: datetime) -> bool:
    """Once it has begun; also once the CAR has ended."""
    return may_call(actor, call.share) and call.is_agreed and has_begun(call, now)


def may_take_actions_now(actor: Actor, share: PlanShare) -> bool:
    return plan_policy.may_write_now(actor, share.plan.finding)


def goes_on(share: PlanShare) -> bool:
    """Calls are arranged with whom the plan is shared with, as long as its CAR is under way."""
    return share.status != ShareStatus.WITHDRAWN and share.plan.finding.is_under_way


def has_begun(call: Call, now: datetime) -> bool:
    return call.starts_at is not None and call.starts_at <= now


def check_calls(actor: Actor, share: PlanShare) -> Side:
    """The actor's side; NotAllowed with the reason."""
    side = side_of(actor, share)
    if side is None:
        raise NotAllowed(
            _("Only the site and the organisation that it shares the plan with arrange calls about it.")
        )
    if not actor.writes:
        raise NotAllowed(
            _("Your role in your organisation only reads. Ask a manager of it for the role of an editor.")
        )
    return side


def check_is_shared(share: PlanShare) -> None:
    """Conflict once the plan is no longer shared."""
    if share.status == ShareStatus.WITHDRAWN:
        raise Conflict(
            _("The plan is not shared with %(party)s any more.") % {"party": share.organisation.name}
        )


def check_goes_on(share: PlanShare) -> None:
    """Conflict where there is nothing to arrange any more."""
    check_is_shared(share)
    if not share.plan.finding.is_under_way:
        raise Conflict(
            _("%(reference)s has ended with a later audit; no calls are arranged about its plan any more.")
            % {"reference": share.plan.finding.reference}
        )
